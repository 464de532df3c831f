"""Run by `manage.py shell` on a database of its own: a step of a schedule, and what a person does meanwhile."""

import json
import sys
import uuid
from datetime import time, timedelta

from django.utils import timezone

from apps.accounts.models import User
from apps.connections.models import Service
from apps.exports.models import ExportRequest
from apps.schedules import actions, steps
from apps.schedules.models import Run, Schedule
from tests.services.meanwhile import before_commit


def new_schedule() -> Schedule:
    """A schedule with a run that is about to be asked for."""
    now = timezone.now()
    schedule = Schedule.objects.create(
        owner=User.objects.get(),
        service=Service.objects.get(),
        report="conversions",
        integration_id="int-eu",
        integration_label="EU network",
        columns=["payout"],
        delimiter=",",
        extra_parameters=f"parameter_{uuid.uuid4().hex}",
        frequency="daily",
        at=time(7, 30),
        time_zone="UTC",
        covering="yesterday",
        next_run_at=now + timedelta(hours=5),
    )
    schedule.refresh_from_db()
    Run.objects.create(schedule=schedule, planned_at=now, nonce=uuid.uuid4())
    return schedule


def deletion_while_asking() -> dict[str, object]:
    """A schedule that is deleted right before its step commits the export it asked for."""
    schedule = new_schedule()
    ExportRequest.objects.all().delete()
    faults = before_commit(
        lambda: steps.step(Schedule.objects.get(pk=schedule.pk)),
        lambda: actions.delete(Schedule.objects.get(pk=schedule.pk)),
    )
    return {
        "faults": faults,
        "schedules": Schedule.objects.count(),
        "exports": list(ExportRequest.objects.values_list("schedule_id", flat=True)),
    }


def asking_while_deleted() -> dict[str, object]:
    """A step that asks right before the deletion of its schedule commits."""
    schedule = new_schedule()
    ExportRequest.objects.all().delete()
    stale = Schedule.objects.get(pk=schedule.pk)
    faults = before_commit(lambda: actions.delete(schedule), lambda: steps.step(stale))
    return {
        "faults": faults,
        "schedules": Schedule.objects.count(),
        "exports": ExportRequest.objects.count(),
    }


def run_while_deleted() -> dict[str, object]:
    """A person starts a run in one window while the schedule is deleted in another."""
    schedule = new_schedule()
    stale = Schedule.objects.get(pk=schedule.pk)
    faults = before_commit(lambda: actions.delete(schedule), lambda: actions.run_now(stale, uuid.uuid4()))
    return {"faults": faults, "runs": Run.objects.count()}


def pause_while_asking() -> dict[str, object]:
    """A schedule that is paused right before its step commits: the export is asked for, and nothing waits for ever."""
    schedule = new_schedule()
    faults = before_commit(
        lambda: steps.step(Schedule.objects.get(pk=schedule.pk)),
        lambda: actions.pause(Schedule.objects.get(pk=schedule.pk)),
    )
    schedule.refresh_from_db()
    found: dict[str, object] = {
        "faults": faults,
        "state": schedule.state,
        "runs": [run.state for run in schedule.runs.all()],
    }
    schedule.delete()
    return found


json.dump(
    {
        "deletion_while_asking": deletion_while_asking(),
        "asking_while_deleted": asking_while_deleted(),
        "run_while_deleted": run_while_deleted(),
        "pause_while_asking": pause_while_asking(),
    },
    sys.stdout,
    default=str,
)
