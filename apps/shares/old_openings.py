"""Who opened links, as long as the log keeps it."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.shares.models import Opening


def remove_old() -> int:
    """Remove openings older than `CHANGE_LOG_DAYS`, with the guests' addresses; how many."""
    limit = timezone.now() - timedelta(days=settings.CHANGE_LOG_DAYS)
    return int(Opening.objects.filter(at__lt=limit).delete()[0])
