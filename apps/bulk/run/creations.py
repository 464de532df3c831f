"""Creations whose answer was lost: looked for by what was sent, and never sent again by themselves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from apps.audit.models import Entry, Outcome
from apps.bulk.models import BulkRow
from apps.bulk.states import RowState
from apps.resources.writes.bodies import differing, field_at, is_never_told
from apps.resources.writes.possible_duplicates import find_created
from apps.resources.writes.writer import Writer
from apps.ui.columns import Record
from apps.ui.values import moment_of

#: A record may show up in the list a little later.
MOST_LOOKS = 3
#: So far the clocks of the API and of this site may differ.
CLOCK_TOLERANCE = timedelta(minutes=2)
FOUND = "The API's answer was lost; the record was found by what it holds."
NOT_FOUND = (
    "The API's answer was lost, and no record like it was found. It was not sent again, as it may still come."
)
SEVERAL = "The API's answer was lost, and several records are like it: {ids}."


def look_for(rows: Sequence[BulkRow], writer: Writer, *, is_last: bool = False) -> None:
    """Set what became of creations that may have been sent, and close their entries in the log.

    Changes the rows without saving them. A row that is not found yet is tried again, which is another look; one that
    the log has no entry of was certainly not sent.
    """
    entries = Entry.objects.in_bulk([row.entry_id for row in rows])
    for row in rows:
        entry = entries.get(row.entry_id)
        if entry is None:
            row.state, row.may_be_sent = RowState.NOT_SENT if is_last else RowState.PLANNED, False
        elif entry.known_closing is not None:
            # The process ended between the log and this row.
            row.record_id = entry.known_record_id
            row.state = RowState.DONE if entry.outcome == Outcome.DONE else RowState.FAILED
            row.reason = entry.known_closing.words
        else:
            _look(row, entry, writer, is_last=is_last)


def _look(row: BulkRow, entry: Entry, writer: Writer, *, is_last: bool) -> None:
    change = row.wanted
    values = (change.values if change else None) or {}
    search = find_created(writer.scope.renewed(), values)
    alike = [record for record in search.records if _is_it(record, values, row, entry, writer)]
    row.tries += 1
    if len(alike) == 1:
        row.record_id = writer.scope.resource.record_id(alike[0])
        row.state, row.reason, row.may_be_sent = RowState.DONE, FOUND, False
        writer.conclude(entry.pk, Outcome.DONE, FOUND, row.record_id)
    elif alike or is_last or row.tries >= MOST_LOOKS:
        ids = ", ".join(writer.scope.resource.record_id(record) for record in alike)
        row.state, row.reason = RowState.UNKNOWN, SEVERAL.format(ids=ids) if alike else NOT_FOUND
        writer.conclude(entry.pk, Outcome.UNKNOWN, row.reason)
    else:
        row.state, row.may_be_sent = RowState.TRY_AGAIN, True


def _is_it(record: Record, values: Mapping[str, Any], row: BulkRow, entry: Entry, writer: Writer) -> bool:
    """Whether a record holds what was sent, is not older than that, and is not what another row created."""
    key = writer.scope.resource.record_id(record)
    if not key or row.run.rows.filter(record_id=key).exists():
        return False
    made_at = moment_of(record.get("created_at"))
    if made_at is not None and made_at < entry.at - CLOCK_TOLERANCE:
        return False
    operation = writer.scope.operations["create"]
    told = {
        name: value
        for name, value in values.items()
        if not is_never_told(name, field_at(operation.body_fields, name))
    }
    return not list(differing(told, operation.body_fields, record))
