"""The change log as rows of a CSV file: one for each entry."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from django.db import connection

from apps.audit.fields import canonical
from apps.audit.models import Entry
from apps.changes.search import LogSearch
from apps.resources.writes.undo import recorded_changes

HEADER = (
    "time",
    "person",
    "kind",
    "resource",
    "record_id",
    "title",
    "changes",
    "outcome",
    "reason",
    "api_status",
    "request_id",
    "tries",
    "through",
    "page",
    "run",
    "service_id",
    "place",
    "key_name",
    "entry_id",
)


def csv_rows(search: LogSearch, zone: tzinfo) -> Iterator[Sequence[str]]:
    """The entries as cells, read while they are sent; times on the clock of `zone`, with the difference to UTC."""
    for part in search.parts():
        # The next part may be read by another thread, and none of them keeps a connection.
        if not connection.in_atomic_block:
            connection.close()
        for entry in part:
            yield _csv_row(entry, zone)


def _csv_row(entry: Entry, zone: tzinfo) -> Sequence[str]:
    closing = entry.known_closing
    return (
        entry.at.astimezone(zone).isoformat(timespec="seconds"),
        entry.email,
        entry.kind,
        entry.resource,
        entry.known_record_id,
        entry.title,
        "; ".join(map(_change_words, recorded_changes(entry))),
        entry.outcome.value,
        closing.words if closing else "",
        "" if closing is None or closing.api_status is None else str(closing.api_status),
        closing.request_id if closing else "",
        "" if closing is None or closing.tries is None else str(closing.tries),
        entry.origin_name,
        entry.origin_path,
        str(entry.batch or ""),
        str(entry.service_id),
        "/".join(map(str, entry.path.values())) if isinstance(entry.path, dict) else "",
        entry.connection_key,
        str(entry.pk),
    )


def _change_words(change: dict[str, object]) -> str:
    """One field as JSON has its values: `payout: 4 → 4.5`; a side that was not there is left out."""
    sides = [canonical(change[side]) if side in change else "" for side in ("before", "after")]
    return f"{change['field']}: {sides[0]} → {sides[1]}"
