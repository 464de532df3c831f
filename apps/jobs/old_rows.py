"""What the queue and signing in leave behind."""

from datetime import timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_q.models import Task

from apps.accounts.models import KnownNetwork, SignInTry
from apps.accounts.sign_in.limits import KNOWN_FOR, PER_ACCOUNT_FROM_UNKNOWN_PLACES

KEPT_TASKS = timedelta(days=7)


def remove_old_tasks() -> int:
    """Remove what the queue keeps of tasks that were done."""
    return int(Task.objects.filter(stopped__lt=timezone.now() - KEPT_TASKS).delete()[0])


def remove_old_sessions() -> int:
    """Remove sessions that are over."""
    before = Session.objects.count()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    live = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    UserSession.objects.exclude(session_key__in=live).delete()
    return max(0, before - Session.objects.count())


def remove_old_sign_ins() -> int:
    """Remove tries that count no more, and networks that nobody signed in from for long: addresses of people."""
    now = timezone.now()
    tries = SignInTry.objects.filter(at__lt=now - PER_ACCOUNT_FROM_UNKNOWN_PLACES.within).delete()[0]
    return int(tries + KnownNetwork.objects.filter(seen_at__lt=now - KNOWN_FOR).delete()[0])
