"""Invitations that were kept long enough."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.people.models import Invitation


def remove_old() -> int:
    """Remove invitations that are older than `INVITATION_DAYS`, whatever became of them; how many."""
    limit = timezone.now() - timedelta(days=settings.INVITATION_DAYS)
    return int(Invitation.objects.filter(invited_at__lt=limit).delete()[0])
