"""Works out what a run would do to records that were read: one row each."""

from collections.abc import Mapping, Sequence

from apps.bulk.instructions import FROM_WHAT_WAS_SEEN, OF_THE_ROWS, CannotEdit, Kind
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.states import RowState
from apps.resources.writes.bodies import differing
from apps.resources.writes.change import Change
from apps.resources.writes.reading import Reading
from apps.resources.writes.writer import Writer
from apps.text.direction import isolated
from apps.ui.columns import Record
from apps.ui.error_pages import describe
from apps.ui.values import is_missing, text_of, value_at

GONE = "It no longer exists."
SET_BACK = "Somebody has set it back already."
#: Columns that planning a row writes.
PLANNED_COLUMNS = ("title", "change", "warning", "state", "reason")


def plan_rows(run: BulkRun, writer: Writer, rows: Sequence[BulkRow], known: Mapping[str, Reading]) -> None:
    """Set what would happen to the record of each row; `known` has what was read of those that exist.

    Changes the rows without saving them. Raises `LookupError` for an action that the resource has no more.
    """
    changes: dict[str, Change] = {}
    by_id: dict[str, BulkRow] = {}
    records: dict[str, Record] = {}
    for row in rows:
        if row.is_creation:
            row.state = RowState.PLANNED
            continue
        reading = known.get(row.record_id)
        if isinstance(reading, Mapping):
            change = _change_for(run, writer, row, reading)
            if change is not None:
                changes[row.record_id], by_id[row.record_id] = change, row
                records[row.record_id] = reading
        elif reading is None:
            _leave(row, RowState.GONE, GONE)
        else:
            _leave(row, RowState.LEFT, f"It could not be read: {describe(reading).title}.")
    for planned in writer.plan(list(changes.values()), known=records):
        row = by_id[planned.record_id]
        row.title, row.change, row.warning = planned.title, planned.change.as_json(), planned.warning
        row.state, row.reason = RowState.PLANNED, ""
        if planned.is_so:
            row.state = RowState.UNCHANGED
            row.reason = SET_BACK if run.instructed.kind == Kind.UNDO else ""


def _change_for(run: BulkRun, writer: Writer, row: BulkRow, record: Record) -> Change | None:
    """What to set on the record; None where the row says why nothing is."""
    resource, instruction, scope = writer.scope.resource, run.instructed, writer.scope
    before = row.wanted
    row.title = resource.title(record)
    if instruction.kind in OF_THE_ROWS and before is not None:
        if instruction.kind in FROM_WHAT_WAS_SEEN and (words := drift_of(writer, before, record)):
            # It was changed by somebody else since: their value stays.
            _leave(row, RowState.LEFT, words)
            return None
        return before
    fields = scope.operations["update"].body_fields if "update" in scope.operations else {}
    try:
        values = instruction.values_for(resource, record, fields)
    except CannotEdit as error:
        _leave(row, RowState.LEFT, str(error))
        return None
    change = Change(resource.name, scope.list_path, row.record_id, values)
    if before is not None and (words := drift_of(writer, before, record)):
        # It was planned before: a person looks at what is new before it is sent.
        row.change = change.as_json()
        _leave(row, RowState.LEFT, words)
        return None
    return change


def drift_of(writer: Writer, change: Change, record: Record) -> str:
    """What of the values that a change goes on from is otherwise by now, in a sentence; "" for nothing.

    A record that is as the change wants it is no drift.
    """
    if change.values is None or not list(differing(change.values, writer.fields, record)):
        return ""
    seen = {name: change.before[name] for name in change.values if name in change.before}
    names = list(differing(seen, writer.fields, record))
    if not names:
        return ""
    told = [
        f"{writer.scope.resource.label_of(name)} is {_shown(value_at(record, name))}, not {_shown(seen[name])}"
        for name in names
    ]
    return f"Changed meanwhile: {'; '.join(told)}."


def _shown(value: object) -> str:
    return "empty" if is_missing(value) else isolated(text_of(value))


def _leave(row: BulkRow, state: RowState, reason: str) -> None:
    row.state, row.reason, row.warning = state, reason, ""
