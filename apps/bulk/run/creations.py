"""Creations whose answer was lost: looked for by what was sent, and never sent again by themselves."""

from collections.abc import Sequence

from apps.audit.models import Entry, Outcome
from apps.bulk.models import BulkRow
from apps.bulk.states import RowState
from apps.resources.writes.possible_duplicates import FOUND_BY_VALUES, alike, find_created
from apps.resources.writes.writer import Writer

#: A record may show up in the list a little later.
MOST_LOOKS = 3
#: Looks that the API does not answer tell nothing, so there are more of them.
MOST_LOOKS_UNANSWERED = 12
NOT_FOUND = (
    "The API's answer was lost, and no record like it was found. It was not sent again, as it may still come."
)
NOT_ANSWERED = (
    "The API's answer was lost, and it did not answer the search for the record."
    " It was not sent again, as it may be there."
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
    found = [
        key
        for record in alike(writer.scope, search, values, entry.at)
        # What another row created is not this one's.
        if not row.run.rows.filter(record_id=(key := writer.scope.resource.record_id(record))).exists()
    ]
    row.tries += 1
    if len(found) == 1:
        row.record_id = found[0]
        row.state, row.reason, row.may_be_sent = RowState.DONE, FOUND_BY_VALUES, False
        writer.conclude(entry.pk, Outcome.DONE, FOUND_BY_VALUES, row.record_id)
    elif found or is_last or row.tries >= (MOST_LOOKS if search.was_read else MOST_LOOKS_UNANSWERED):
        row.state = RowState.UNKNOWN
        not_found = NOT_FOUND if search.was_read else NOT_ANSWERED
        row.reason = SEVERAL.format(ids=", ".join(found)) if found else not_found
        writer.conclude(entry.pk, Outcome.UNKNOWN, row.reason)
    else:
        row.state, row.may_be_sent = RowState.TRY_AGAIN, True
