"""Runs of schedules that were kept long enough."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.schedules.models import Run


def remove_old_runs() -> int:
    """Remove runs that ended more than `RUN_DAYS` ago; how many. Their exports stay."""
    limit = timezone.now() - timedelta(days=settings.RUN_DAYS)
    return int(Run.objects.filter(ended_at__lt=limit).delete()[0])
