"""A schedule, and its steps done in this process as if it were due."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from apps.exports.models import ExportRequest
from apps.jobs.runner import take_turn
from apps.schedules.models import Run, Schedule
from tests.exports.conftest import advance as advance_export
from tests.exports.conftest import advance_until as advance_export_until

__all__ = ["advance_export", "advance_export_until"]


@pytest.fixture(autouse=True)
def _short_settling(settings):
    settings.EXPORT_SETTLE_SECONDS = 0


def new_schedule(owner, service, **changes) -> Schedule:
    """A saved daily schedule at 07:30 in Berlin, of the day before."""
    values: dict[str, Any] = {
        "report": "conversions",
        "integration_id": "int-eu",
        "integration_label": "EU network",
        "columns": ["conversion_time", "payout"],
        "delimiter": ",",
        "frequency": "daily",
        "at": time(7, 30),
        "time_zone": "Europe/Berlin",
        "covering": "yesterday",
    }
    schedule = Schedule(owner=owner, service=service, **(values | changes))
    if schedule.is_active and schedule.next_run_at is None:
        schedule.next_run_at = schedule.recurrence.next_runs(1, timezone.now())[0]
    schedule.due_at = schedule.next_run_at
    schedule.save()
    schedule.refresh_from_db()
    return schedule


@pytest.fixture
def schedule(admin, admin_connection):
    """A daily schedule of the admin, not due yet."""
    return new_schedule(admin, admin_connection.service)


def make_due(schedule: Schedule, planned_at: datetime | None = None) -> datetime:
    """Let a run be due: the planned time closest before now, or the one given."""
    if planned_at is None:
        now = timezone.now()
        planned_at = [run for run in schedule.recurrence.next_runs(3, now - timedelta(days=1)) if run <= now][
            -1
        ]
    Schedule.objects.filter(pk=schedule.pk).update(next_run_at=planned_at)
    schedule.refresh_from_db()
    return planned_at


def advance(schedule: Schedule) -> Schedule:
    """Do the next step now, whenever it is due; the row after it."""
    Schedule.objects.filter(pk=schedule.pk).update(due_at=Now(), lease_until=None)
    take_turn("schedules.Schedule", str(schedule.pk), most_steps=1)
    schedule.refresh_from_db()
    return schedule


def let_a_month_pass() -> None:
    """Move what happened so far into the past, so that the latest planned time is a new one."""
    for run in Run.objects.order_by("planned_at"):
        Run.objects.filter(pk=run.pk).update(
            planned_at=run.planned_at - timedelta(days=30), nonce=uuid.uuid4()
        )
    for export in ExportRequest.objects.all():
        ExportRequest.objects.filter(pk=export.pk).update(nonce=uuid.uuid4())


def ask(schedule: Schedule) -> Run:
    """Let the schedule run; its latest run after that."""
    make_due(schedule)
    advance(schedule)
    advance(schedule)
    return schedule.runs.latest("pk")


def end_export(run: Run, state: str, message: str = "") -> None:
    """Let the run's export have ended so."""
    run.refresh_from_db()
    assert run.export_id
    ExportRequest.objects.filter(pk=run.export_id).update(state=state, message=message, due_at=None)


def typed(**changes) -> dict[str, Any]:
    """What a person sends with the form."""
    values: dict[str, Any] = {
        "integration": "int-eu",
        "frequency": "weekly",
        "weekdays": ["0", "3"],
        "month_day": "",
        "at": "07:30",
        "time_zone": "Europe/Berlin",
        "covering": "yesterday",
        "covering_days": "7",
        "columns": ["conversion_time", "payout"],
        "more_columns": "",
        "delimiter": "semicolon",
        "extra_parameters": "",
        "recipients": "",
        "nonce": str(uuid.uuid4()),
    }
    return values | changes
