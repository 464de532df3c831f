"""Runs that were kept long enough."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.bulk.models import BulkRun


def remove_old() -> int:
    """Remove runs that ended more than `RUN_DAYS` ago, with their rows; how many. Their writes stay in the log."""
    limit = timezone.now() - timedelta(days=settings.RUN_DAYS)
    old = BulkRun.objects.filter(finished_at__lt=limit)
    count = old.count()
    old.delete()
    return count
