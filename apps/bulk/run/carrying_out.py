"""Carries out the next rows of a run: marked before anything is sent, so that a killed process loses and doubles none.

A row that was being sent when the process died has its entry in the change log; it is looked at before it is sent
again, and the same entry is closed. A creation is never sent twice.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.rows import drift_of
from apps.bulk.row_storage import save_rows
from apps.bulk.run.at_once import is_short
from apps.bulk.run.creations import look_for
from apps.bulk.run.outcomes import MOST_TRIES, is_tried_again, say_when, take
from apps.bulk.run.read_back import note_records
from apps.bulk.run.reading_ahead import take_read
from apps.bulk.states import OPEN_ROWS, RowState, State
from apps.connections.page_activity import is_active, note_long_work
from apps.jobs.failpoints import fp
from apps.resources.forms.bodies import put
from apps.resources.writes.actions import bulk_operation
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.reading import is_silent
from apps.resources.writes.writer import Writer

#: Rows of one step: by bulk calls of a hundred each, or by one call each.
TOGETHER, ONE_BY_ONE, CREATIONS = 400, 100, 4
#: Creations that are looked for in one step: a call each.
LOOKS = 40
#: While somebody looks at pages with the same key, steps are short and apart: people go first.
BESIDE_PEOPLE, PEOPLE_WAIT = 40, timedelta(milliseconds=300)
#: How long until the API is asked again whether it has a record whose creation got no answer.
LOOK_WAIT = timedelta(seconds=5)
#: What was read for a plan is used for so long where nothing of the record is sent along.
PLAN_IS_FRESH = timedelta(minutes=10)
COLUMNS = ("record_id", "state", "reason", "tries", "may_be_sent", "title")


def carry_on(run: BulkRun, writer: Writer) -> bool:
    """Carry out the next rows and say when the step after is due; True where none are left.

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
        keeps_open=partial(is_tried_again, rows[0]),
        creates_at_once=CREATIONS,
    )
    fp("bulk.sent")
    note_records(results)
    for row, result in zip(rows, results, strict=True):
        take(row, result)
    errors = [error for result in results if (error := result.reading_error or result.error) is not None]
    with transaction.atomic():
        run.write(message="")
        save_rows(rows, COLUMNS)
        is_over = not run.rows.filter(state__in=OPEN_ROWS).exists()
        if not is_over:
            say_when(run, rows, errors, rest=PEOPLE_WAIT if _is_shared(run, writer) else timedelta())
    fp("bulk.noted")
    return is_over


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
            take(row, result, is_last_try=True)
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
        size = _size(writer, first)
        found = list(rows[: min(size, BESIDE_PEOPLE) if _is_shared(run, writer) else size])
        for row in found:
            # A process that ended may have sent it.
            row.may_be_sent |= state == RowState.SENDING
        return found
    return []


def _is_shared(run: BulkRun, writer: Writer) -> bool:
    """Whether somebody looks at pages with the run's key; a short run is over before they notice."""
    note_long_work(writer.scope.connection.key_name)
    return is_active(writer.scope.connection.key_name) and not is_short(run)


def _size(writer: Writer, first: BulkRow) -> int:
    if first.is_creation:
        return LOOKS if first.may_be_sent else CREATIONS
    return TOGETHER if _goes_together(writer, _wanted(first)) else ONE_BY_ONE


def _goes_together(writer: Writer, change: Change) -> bool:
    """Whether the contract has a call that makes this change of many records at once."""
    return bulk_operation(writer.scope.operations, change.values) is not None


def _reads_first(run: BulkRun, writer: Writer, rows: Sequence[BulkRow]) -> bool:
    """Whether the records are read before anything is sent: one by one, and by a plan that is old or read none."""
    change = _wanted(rows[0])
    if change.is_creation:
        return False
    is_fresh = run.planned_at is not None and timezone.now() - run.planned_at < PLAN_IS_FRESH
    was_read = run.calls > 0
    return not (_goes_together(writer, change) and is_fresh and was_read)


def _as_they_are_now(
    run: BulkRun, writer: Writer, rows: Sequence[BulkRow], items: Sequence[PlannedChange]
) -> tuple[list[BulkRow], list[PlannedChange]]:
    """The rows that are still to be sent, with their records; the others are ended here.

    What may have been sent before is judged by what was there before, so it stays as it was planned.
    """
    open_ones = [(row, item) for row, item in zip(rows, items, strict=True) if not row.may_be_sent]
    read = writer.plan([item.change for _row, item in open_ones], known=take_read(run))
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
