"""What a schedule does when it is due: one thing a step, each of which may be cut off anywhere and done again.

A due time becomes a row first (`_plan`), with a name that follows from the time. The row then requests its export in
one transaction (`_start`), under that name: whoever repeats it finds the export that is there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from apps.accounts.policy import Capability, why_ended
from apps.audit.events import EventKind
from apps.connections.clients import NoConnection, connection_for_service
from apps.connections.exceptions import NO_KEY
from apps.exports.models import ExportRequest
from apps.exports.request.creation import RequestDetails, request_export
from apps.exports.states import IN_FLIGHT, WITH_FILE
from apps.exports.states import State as ExportState
from apps.jobs.failpoints import fp
from apps.jobs.models import LeaseLost
from apps.schedules import mails
from apps.schedules.events import record_schedule
from apps.schedules.models import Run, Schedule, nonce_of
from apps.schedules.row_check import RowCheck, check_rows
from apps.schedules.run_listeners import tell_ready
from apps.schedules.words import WAITS_FOR_KEY

AT_ONCE = timedelta()
#: So many failures in a row pause a schedule.
MOST_FAILURES = 3
#: So many missed runs are written down; of more only the latest.
MISSED_KEPT = 30
SHORTEST_FOLLOW = timedelta(seconds=5)
LONGEST_FOLLOW = timedelta(minutes=5)
#: Waits before looking again whether there are rows; then the export is requested without knowing.
CHECK_AGAIN = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=5))

MISSED = "The background worker did not run at that time. Only the latest missed run is caught up."
NOT_SEEN = "It could not be seen whether there are rows, so the export was requested."


def step(schedule: Schedule) -> None:
    """Do the next thing there is to do, and say when the one after it is due."""
    now = _database_time(schedule)
    planned = schedule.runs.filter(state=Run.State.PLANNED).order_by("planned_at").first()
    if ended := why_ended(schedule.owner, Capability.SCHEDULE, schedule.service_id):
        with transaction.atomic():
            was_active = schedule.is_active
            schedule.advance(Schedule.State.PAUSED, after=None, pause_reason=ended, next_run_at=None)
            if was_active:
                record_schedule(EventKind.SCHEDULE_PAUSED, schedule, ended)
    elif planned:
        _start(schedule, planned)
    elif schedule.is_active and schedule.next_run_at and schedule.next_run_at <= now:
        _plan(schedule, schedule.next_run_at, now)
    else:
        _follow(schedule, now)


def gave_up(schedule: Schedule, reason: str) -> None:
    """A step failed, or killed its worker, again and again: end what it was about, and pause."""
    run = schedule.runs.filter(state=Run.State.PLANNED).order_by("planned_at").first()
    with _writing(schedule):
        if run:
            _note(run, state=Run.State.FAILED, message=reason, ended_at=Now())
        _pause(schedule, f"{reason} Whoever runs this site finds more in the log.", run)


def _plan(schedule: Schedule, first: datetime, now: datetime) -> None:
    """The time has come: one row for the latest due time, and one for each that was missed."""
    due = [first]
    following: Iterator[datetime] = schedule.recurrence.runs_after(first)
    while (moment := next(following)) <= now:
        due.append(moment)
    *missed, latest = due[-MISSED_KEPT - 1 :]
    rows = [_row(schedule, time, state=Run.State.MISSED, message=MISSED, ended_at=now) for time in missed]
    with _writing(schedule):
        Run.objects.bulk_create([*rows, _row(schedule, latest)], ignore_conflicts=True)
        schedule.advance(schedule.state, after=AT_ONCE, next_run_at=moment)
        fp("schedule.planned")


def _row(schedule: Schedule, planned_at: datetime, **values: object) -> Run:
    return Run(schedule=schedule, planned_at=planned_at, nonce=nonce_of(schedule, planned_at), **values)


def _start(schedule: Schedule, run: Run) -> None:
    """Request the run's export, unless there is nothing to export or no key to request it with."""
    try:
        connection = connection_for_service(schedule.owner, schedule.service)
    except NoConnection:
        _end(schedule, run, Run.State.FAILED, NO_KEY)
        return
    if _waits_for_key(schedule):
        _end(schedule, run, Run.State.FAILED, WAITS_FOR_KEY)
        return
    note = ""
    if schedule.skip_if_empty:
        finding, wait = check_rows(schedule, connection, run.planned_at)
        fp("schedule.looked")
        if finding == RowCheck.NO_ROWS:
            _end(schedule, run, Run.State.EMPTY, "There were no rows, so no export was requested.")
            return
        if finding == RowCheck.NOT_NOW and run.tries < len(CHECK_AGAIN):
            with _writing(schedule):
                schedule.advance(schedule.state, after=max(wait, CHECK_AGAIN[run.tries]))
                _note(run, tries=run.tries + 1)
            return
        note = NOT_SEEN if finding == RowCheck.NOT_NOW else ""
    with _writing(schedule):
        export, _is_new = request_export(
            schedule.owner,
            connection,
            schedule.spec_at(run.planned_at),
            run.nonce,
            RequestDetails(recipients=tuple(schedule.recipients), schedule_id=schedule.pk),
        )
        _note(run, state=Run.State.REQUESTED, export_id=export.pk, requested_at=Now(), message=note)
        schedule.advance(schedule.state, after=AT_ONCE)
        fp("schedule.requested")


def _follow(schedule: Schedule, now: datetime) -> None:
    """See what became of the exports that were requested. Reads our own rows alone."""
    looks = []
    for run in schedule.runs.filter(state=Run.State.REQUESTED).order_by("pk"):
        export = ExportRequest.objects.filter(pk=run.export_id).first() if run.export_id else None
        if export is None:
            _end(schedule, run, Run.State.CANCELED, "The export was deleted.")
            return
        if export.state not in IN_FLIGHT:
            _end(schedule, run, _outcome(export), export.message or run.message)
            return
        age = now - (run.requested_at or now)
        looks.append(now + min(max(age / 10, SHORTEST_FOLLOW), LONGEST_FOLLOW))
    if schedule.is_active and schedule.next_run_at:
        looks.append(schedule.next_run_at)
    schedule.advance(schedule.state, after=min(looks, default=None))


def _outcome(export: ExportRequest) -> Run.State:
    if export.state in (*WITH_FILE, ExportState.EXPIRED):
        return Run.State.DONE
    return Run.State.CANCELED if export.state == ExportState.CANCELED else Run.State.FAILED


def _end(schedule: Schedule, run: Run, state: Run.State, message: str) -> None:
    """Write down what came of a run. The third failure in a row pauses the schedule and tells its owner."""
    with _writing(schedule):
        _note(run, state=state, message=message, ended_at=Now())
        if state != Run.State.FAILED:
            is_success = state in (Run.State.DONE, Run.State.EMPTY)
            failures = 0 if is_success else schedule.failures
            schedule.advance(schedule.state, after=AT_ONCE, failures=failures)
        elif schedule.is_active and schedule.failures + 1 >= MOST_FAILURES:
            _pause(schedule, f"{MOST_FAILURES} runs in a row failed. The last one: {message}", run)
        else:
            schedule.advance(schedule.state, after=AT_ONCE, failures=schedule.failures + 1)
            if run.export_id is None:
                # An export that fails has a mail of its own.
                mails.failed(schedule, run)
        if state == Run.State.DONE and run.export_id:
            tell_ready(schedule, run.export_id)
        fp("schedule.ended")


def _pause(schedule: Schedule, reason: str, run: Run | None) -> None:
    schedule.advance(
        Schedule.State.PAUSED,
        after=AT_ONCE,
        pause_reason=reason,
        next_run_at=None,
        failures=schedule.failures + 1,
    )
    mails.paused(schedule, run)
    record_schedule(EventKind.SCHEDULE_PAUSED, schedule, reason)


def _waits_for_key(schedule: Schedule) -> bool:
    asked = schedule.runs.filter(state=Run.State.REQUESTED).values("export_id")
    return ExportRequest.objects.filter(pk__in=asked, state=ExportState.BLOCKED_AUTH).exists()


@contextmanager
def _writing(schedule: Schedule) -> Iterator[None]:
    """A step's transaction over the schedule and what belongs to it. Raises `LeaseLost`."""
    try:
        with schedule.locked() as current:
            if current.fence != schedule.fence:
                raise LeaseLost(str(schedule.pk))
            yield
    except Schedule.DoesNotExist as error:
        raise LeaseLost(str(schedule.pk)) from error


def _note(run: Run, **values: object) -> None:
    """Write fields of a run; they stand only if the step's `advance`, in the same transaction, still may write."""
    Run.objects.filter(pk=run.pk).update(**values)
    for name, value in values.items():
        if not hasattr(value, "resolve_expression"):
            setattr(run, name, value)


def _database_time(schedule: Schedule) -> datetime:
    """The time by the database's clock, which decides what is due. Raises `LeaseLost` when the schedule was deleted."""
    rows = Schedule.objects.filter(pk=schedule.pk).annotate(clock=Now())
    clock = rows.values_list("clock", flat=True).first()
    if clock is None:
        raise LeaseLost(str(schedule.pk))
    return clock
