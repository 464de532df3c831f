"""Mails that were kept long enough."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.mail.models import Message

_ENDED = (Message.State.SENT, Message.State.FAILED, Message.State.CANCELED)


def remove_old() -> int:
    """Remove mails that ended and are older than `MAIL_DAYS`; how many."""
    limit = timezone.now() - timedelta(days=settings.MAIL_DAYS)
    return int(Message.objects.filter(state__in=_ENDED, created_at__lt=limit).delete()[0])
