"""What a person decides about a schedule: each is one write over the row, which no running step can undo."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy

from django.db import transaction
from django.db.models.functions import Now
from django.http import Http404
from django.utils import timezone

from apps.audit.events import EventKind
from apps.exports.models import ExportRequest
from apps.schedules.events import record_schedule
from apps.schedules.forms import ScheduleForm
from apps.schedules.models import Run, Schedule
from apps.schedules.quota import limit_refusal

PAUSED = "The schedule was paused before the export was requested."


def save(form: ScheduleForm) -> Schedule:
    """The new schedule of a valid form; the same form sent twice makes one."""
    schedule = form.schedule()
    with transaction.atomic():
        saved, is_new = Schedule.objects.get_or_create(
            pk=schedule.pk,
            defaults={
                "owner": schedule.owner,
                "service": schedule.service,
                "next_run_at": schedule.next_run_at,
                "due_at": schedule.next_run_at,
                **form.chosen_values(),
            },
        )
        if is_new:
            record_schedule(EventKind.SCHEDULE_CREATED, saved)
    return saved


def change(schedule: Schedule, form: ScheduleForm) -> None:
    """Write what a valid form says over the schedule; its next run is counted from now."""
    edited = form.schedule()
    with _locked(schedule) as current:
        # It may have been paused or resumed while the form was open.
        next_run_at = edited.recurrence.next_runs(1, timezone.now())[0] if current.is_active else None
        schedule.change(service=edited.service, next_run_at=next_run_at, **form.chosen_values())
        record_schedule(EventKind.SCHEDULE_CHANGED, schedule)


def pause(schedule: Schedule, reason: str = "") -> None:
    """No run by itself any more. What was requested goes on. Without a reason its owner did it."""
    with _locked(schedule):
        starting = schedule.runs.filter(state=Run.State.PLANNED, is_manual=False)
        starting.update(state=Run.State.CANCELED, message=reason or PAUSED, ended_at=Now())
        schedule.change(state=Schedule.State.PAUSED, pause_reason=reason, next_run_at=None)
        record_schedule(EventKind.SCHEDULE_PAUSED, schedule, reason)


def resume(schedule: Schedule) -> str:
    """Run again from the next planned time on; what was missed stays missed. EmailContent when the limit forbids it."""
    now = timezone.now()
    words = limit_refusal(schedule, now)
    if not words:
        with _locked(schedule) as current:
            schedule.change(
                state=Schedule.State.ACTIVE,
                pause_reason="",
                failures=0,
                next_run_at=current.recurrence.next_runs(1, now)[0],
            )
            record_schedule(EventKind.SCHEDULE_RESUMED, schedule)
    return words


def delete(schedule: Schedule) -> None:
    """Delete the schedule with its history. The exports it requested stay, and name no schedule any more."""
    with _locked(schedule):
        # A step that asks at this moment has ended: what it requested is seen here.
        ExportRequest.objects.filter(schedule_id=schedule.pk).update(schedule_id=None)
        # Its id is gone once it is deleted.
        told = copy(schedule)
        schedule.delete()
        record_schedule(EventKind.SCHEDULE_REMOVED, told)


def run_now(schedule: Schedule, nonce: uuid.UUID) -> bool:
    """A run between the planned ones, which stay where they are; False when this form requested it before."""
    with _locked(schedule):
        _run, is_new = Run.objects.get_or_create(
            schedule=schedule, nonce=nonce, defaults={"planned_at": timezone.now(), "is_manual": True}
        )
        if is_new:
            schedule.change()
    return is_new


@contextmanager
def _locked(schedule: Schedule) -> Iterator[Schedule]:
    """The schedule as it is now, for one decision. Raises 404 when it was deleted meanwhile."""
    try:
        with schedule.locked() as current:
            yield current
    except Schedule.DoesNotExist as error:
        raise Http404("The schedule was deleted.") from error
