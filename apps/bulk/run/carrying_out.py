"""Carries out the next rows of a run: marked before anything is sent, so that a killed process loses and doubles none.

A row that was being sent when the process died has its entry in the change log; it is looked at before it is sent
again, and the same entry is closed. A creation is never sent twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited
from apps.audit.models import Outcome
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.collecting import backoff
from apps.bulk.plan.rows import drift_of
from apps.bulk.row_storage import save_rows
from apps.bulk.run.creations import look_for
from apps.bulk.states import OPEN_ROWS, RowState, State
from apps.jobs.failpoints import fp
from apps.resources.forms.bodies import put
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.reading import is_silent
from apps.resources.writes.results import Result, is_lost
from apps.resources.writes.writer import Writer
from apps.ui.error_pages import describe

#: Rows of one step: by bulk calls of a hundred each, or by one call each.
TOGETHER, ONE_BY_ONE, CREATIONS = 400, 100, 4
#: How long until the API is asked again whether it has a record whose creation got no answer.
LOOK_WAIT = timedelta(seconds=5)
#: A row that did not succeed so often is left as failed.
MOST_TRIES = 12
#: So many steps in a row without an answer, and a person has to look.
MOST_FAILURES = 20
#: A wait for an API that only says "too many" grows no longer than so many failures make it.
LONGEST_BACKOFF = 5
#: What was read for a plan is used for so long where nothing of the record is sent along.
PLAN_IS_FRESH = timedelta(minutes=10)
COLUMNS = ("record_id", "state", "reason", "tries", "may_be_sent", "title")


def carry_on(run: BulkRun, writer: Writer) -> bool:
    """Carry out the next rows and say when the step after is due; True when there were none left.

    Raises `CannotGoOn` where a person has to do something first.
    """
    rows = _next_rows(run, writer)
    if not rows:
        return True
    items = [_item(row, _wanted(row)) for row in rows]
    if rows[0].is_creation and rows[0].may_be_sent:
        look_for(rows, writer)
        with transaction.atomic():
            run.write(message="")
            save_rows(rows, COLUMNS)
            is_open = any(row.state == RowState.TRY_AGAIN for row in rows)
            run.advance(State.RUNNING, after=LOOK_WAIT if is_open else timedelta())
        return False
    if _reads_first(run, writer, rows):
        rows, items = _as_they_are_now(run, writer, rows, items)
        if not rows:
            run.advance(State.RUNNING, after=timedelta(), failures=0)
            return False
    _mark(run, rows)
    if run.turn is not None:
        run.turn.check()
    fp("bulk.marked")
    results = writer.apply(
        items,
        in_bulk=True,
        kind=run.instructed.log_kind(run.resource_declaration),
        keeps_open=partial(_is_tried_again, rows[0]),
        creates_at_once=CREATIONS,
    )
    fp("bulk.sent")
    for row, result in zip(rows, results, strict=True):
        _take(row, result)
    errors = [error for result in results if (error := result.reading_error or result.error) is not None]
    with transaction.atomic():
        run.write(message="")
        save_rows(rows, COLUMNS)
        _say_when(run, rows, errors)
    fp("bulk.noted")
    return False


def settle(run: BulkRun, writer: Writer | None, reason: str) -> None:
    """Find out what came of the rows that may have been sent, without sending them again; the others are withdrawn."""
    begun = list(run.rows.filter(state__in=(RowState.SENDING, RowState.TRY_AGAIN)))
    unsent = [row for row in begun if row.state == RowState.TRY_AGAIN and not row.may_be_sent]
    looked_at = [row for row in begun if row not in unsent]
    if writer is not None:
        writer.withdraw([row.entry_id for row in unsent], reason)
        look_for([row for row in looked_at if row.is_creation], writer, is_last=True)
        changed = [row for row in looked_at if not row.is_creation]
        items = [replace(_item(row, _wanted(row)), was_begun=True, may_be_sent=True) for row in changed]
        for row, result in zip(changed, writer.apply(items, looks_only=True), strict=True):
            _take(row, result, is_last_try=True)
    else:
        for row in looked_at:
            row.state, row.reason = RowState.UNKNOWN, reason
    with transaction.atomic():
        run.write(message=reason)
        save_rows(looked_at, COLUMNS)


# --- Which rows ---


def _next_rows(run: BulkRun, writer: Writer) -> list[BulkRow]:
    """What a killed step left first, then what is planned, then what is tried again; creations apart from changes."""
    for state in (RowState.SENDING, RowState.PLANNED, RowState.TRY_AGAIN):
        rows = run.rows.filter(state=state)
        first = rows.first()
        if first is None:
            continue
        rows = rows.filter(is_creation=first.is_creation)
        if first.is_creation:
            rows = rows.filter(may_be_sent=first.may_be_sent)
        is_last = first.tries >= MOST_TRIES
        rows = rows.filter(tries__gte=MOST_TRIES) if is_last else rows.filter(tries__lt=MOST_TRIES)
        found = list(rows[: _size(writer, first)])
        for row in found:
            # A process that ended may have sent it.
            row.may_be_sent |= state == RowState.SENDING
        return found
    return []


def _size(writer: Writer, first: BulkRow) -> int:
    if first.is_creation:
        return CREATIONS
    return TOGETHER if _goes_together(writer, _wanted(first)) else ONE_BY_ONE


def _goes_together(writer: Writer, change: Change) -> bool:
    """Whether the contract has a call that makes this change of many records at once."""
    role = "bulk_delete" if change.values is None else "bulk_status"
    operation = writer.scope.operations.get(role)
    return operation is not None and all(name in operation.body_fields for name in change.values or ())


def _reads_first(run: BulkRun, writer: Writer, rows: Sequence[BulkRow]) -> bool:
    """Whether the records are read before anything is sent: what is sent one by one, and what an old plan says."""
    change = _wanted(rows[0])
    if change.is_creation:
        return False
    is_fresh = run.planned_at is not None and timezone.now() - run.planned_at < PLAN_IS_FRESH
    return not (_goes_together(writer, change) and is_fresh)


def _as_they_are_now(
    run: BulkRun, writer: Writer, rows: Sequence[BulkRow], items: Sequence[PlannedChange]
) -> tuple[list[BulkRow], list[PlannedChange]]:
    """The rows that are still to be sent, with their records; the others are ended here.

    What may have been sent before is judged by what was there before, so it stays as it was planned.
    """
    open_ones = [(row, item) for row, item in zip(rows, items, strict=True) if not row.may_be_sent]
    read = writer.plan([item.change for _row, item in open_ones])
    kept: list[tuple[BulkRow, PlannedChange]] = [
        (row, item) for row, item in zip(rows, items, strict=True) if row.may_be_sent
    ]
    ended: list[BulkRow] = []
    for (row, item), now in zip(open_ones, read, strict=True):
        error = now.reading_error
        if error is not None and is_silent(error):
            kept.append((row, replace(now, entry_id=item.entry_id, was_begun=item.was_begun)))
        elif now.is_gone:
            row.state, row.reason = RowState.FAILED, "It no longer exists."
            ended.append(row)
        elif now.is_so:
            row.state, row.reason = RowState.UNCHANGED, "It was so already."
            ended.append(row)
        elif now.read and (words := drift_of(writer, item.change, now.read)):
            row.state, row.reason = RowState.CHANGED, words
            ended.append(row)
        else:
            kept.append((row, replace(now, entry_id=item.entry_id, was_begun=item.was_begun)))
    if ended:
        writer.withdraw([row.entry_id for row in ended], "Nothing was to be sent any more.")
        with transaction.atomic():
            run.write(message="")
            save_rows(ended, COLUMNS)
    return [row for row, _ in kept], [item for _, item in kept]


def _wanted(row: BulkRow) -> Change:
    change = row.wanted
    if change is None:
        raise ValueError(f"row {row.pk} was not planned")
    return change


def _item(row: BulkRow, change: Change) -> PlannedChange:
    """The row as the writer takes it: with as much of its record as was seen when it was planned."""
    was_begun = row.state in (RowState.SENDING, RowState.TRY_AGAIN)
    record: dict[str, Any] | None = None
    if not change.is_creation:
        record = {"id": row.record_id}
        for name, value in change.before.items():
            put(record, name.split("."), value)
    return PlannedChange(
        change,
        row.title,
        record,
        entry_id=row.entry_id,
        was_begun=was_begun,
        may_be_sent=row.may_be_sent,
        is_record_partial=True,
    )


def _mark(run: BulkRun, rows: Sequence[BulkRow]) -> None:
    """Write down, before anything is sent, which rows are being sent."""
    for row in rows:
        row.state = RowState.SENDING
    with transaction.atomic():
        run.write(message="")
        run.rows.filter(pk__in=[row.pk for row in rows]).update(state=RowState.SENDING)


# --- What came of it ---


def _take(row: BulkRow, result: Result, *, is_last_try: bool = False) -> None:
    """Set what became of the row."""
    error = result.error
    is_open = not is_last_try and _is_tried_again(row, result)
    row.reason = result.reason
    row.record_id = result.record_id or row.record_id
    row.may_be_sent = is_lost(error) or result.outcome == Outcome.UNKNOWN
    if is_open:
        row.state = RowState.TRY_AGAIN
        # Waiting for the API counts as no try; a creation counts its looks.
        row.tries += not (row.is_creation or _is_waited_for(result))
    elif result.was_changed_otherwise:
        row.state = RowState.CHANGED
    else:
        row.state = ROW_STATES[result.outcome]


ROW_STATES: Mapping[Outcome, RowState] = {
    Outcome.DONE: RowState.DONE,
    Outcome.UNCHANGED: RowState.UNCHANGED,
    Outcome.FAILED: RowState.FAILED,
    Outcome.NOT_SENT: RowState.NOT_SENT,
    Outcome.UNKNOWN: RowState.UNKNOWN,
    Outcome.SENDING: RowState.UNKNOWN,
}


def _is_tried_again(row: BulkRow, result: Result) -> bool:
    """Whether that is not the last word about a row that was tried as often as this one."""
    if row.is_creation and result.outcome == Outcome.UNKNOWN:
        # It is looked for, and never sent again.
        return True
    return result.may_be_sent_again and (row.tries < MOST_TRIES or _is_waited_for(result))


def _is_waited_for(result: Result) -> bool:
    """Whether the API did not answer at all, or not yet, so that this says nothing about the row."""
    error = result.reading_error or result.error
    return error is not None and (isinstance(error, RateLimited) or is_silent(error))


def _say_when(run: BulkRun, rows: Sequence[BulkRow], errors: Sequence[ApiError]) -> None:
    """When the next step is due: at once, or after a wait where the API asks for one or does not answer.

    Raises `CannotGoOn` where the next rows would be refused like these.
    """
    rejected: ApiError | None = next((error for error in errors if isinstance(error, KeyRejected)), None)
    if rejected is None and len(errors) == len(rows):
        rejected = next((error for error in errors if isinstance(error, NotPermitted)), None)
    if rejected is not None and run.rows.filter(state__in=OPEN_ROWS).exists():
        message = f"{describe(rejected).sentence} What is done is kept; resume it when the key may do this."
        run.advance(State.PAUSED, after=None, message=message)
        return
    got_further = any(row.state != RowState.TRY_AGAIN for row in rows)
    limited = [error for error in errors if isinstance(error, RateLimited)]
    if limited:
        asked = max(error.retry_after or 0 for error in limited)
        failures = 0 if got_further else min(run.failures + 1, LONGEST_BACKOFF)
        # An API that names no time is asked a little later each time.
        wait = timedelta(seconds=asked) if asked else backoff(failures)
        message = "The API asked us to slow down; it goes on by itself."
        run.advance(State.RUNNING, after=wait, message=message, failures=failures)
        return
    if got_further:
        # What was tried several times is given a little time.
        tries = max((row.tries for row in rows if row.state == RowState.TRY_AGAIN), default=0)
        run.advance(State.RUNNING, after=backoff(tries - 2) if tries > 2 else timedelta(), failures=0)
        return
    failures = run.failures + 1
    if failures >= MOST_FAILURES:
        message = (
            "The API has not answered for a long time. What is done is kept; resume it when it answers again."
        )
        run.advance(State.PAUSED, after=None, message=message, failures=0)
        return
    message = describe(errors[0]).title if errors else ""
    run.advance(State.RUNNING, after=backoff(failures), failures=failures, message=message)
