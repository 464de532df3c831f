"""Remembers the ids of rows that were shown recently, with the cursor by which the API gives each row again.

The API looks up no row but by its cursor. Who copies another id from a table here has seen its row, so where it stands
is known; everything else has to be looked for page by page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache

from apps.connections.models import Connection
from apps.network.column_meanings import words_of
from apps.ui.columns import Record
from apps.ui.values import is_missing, text_of

#: So long, and so many pages of one person and integration are remembered.
SECONDS = 24 * 3600
MOST_PAGES = 40
_LONGEST_ID = 200
_ID_WORDS = frozenset({"id", "uuid", "guid"})
#: Before it: of records that many rows refer to; a sub id is whatever a publisher says.
_OF_OTHERS = frozenset(
    [
        "offer",
        "publisher",
        "advertiser",
        "affiliate",
        "integration",
        "campaign",
        "landingpage",
        "page",
        "event",
        "manager",
        "user",
        "organisation",
        "organization",
        "sub",
        "goal",
        "device",
    ]
)


@dataclass(frozen=True)
class ShownRow:
    """A row by its cursor, in its report, at the time it said."""

    report: str
    cursor: str
    time: str
    time_zone: str


def own_ids(record: Record) -> list[str]:
    """Every id in a row that is the row's own: of all its fields that are called an id but those of other records."""
    ids = []
    for name, value in record.items():
        if not _is_own_id(name):
            continue
        if is_missing(value) or isinstance(value, list | dict | bool):
            continue
        text = text_of(value).strip()
        if 0 < len(text) <= _LONGEST_ID:
            ids.append(text)
    return list(dict.fromkeys(ids))


def _is_own_id(name: str) -> bool:
    *before, last = words_of(name) or ("",)
    whose = next((word for word in reversed(before) if not word.isdigit()), "")
    return last in _ID_WORDS and whose not in _OF_OTHERS


def remember_shown_rows(
    connection: Connection,
    integration: str,
    page: str,
    rows: Iterable[tuple[ShownRow, Sequence[str]]],
) -> None:
    """Remember the rows of a page (`page` tells it from others) with their ids."""
    index_key = _index_key(connection, integration)
    key = f"{index_key}:{sha256(page.encode()).hexdigest()[:24]}"
    known = cache.get(index_key, ())
    cache.set(key, {name: row for row, ids in rows for name in ids}, SECONDS)
    if known[:1] != (key,):
        cache.set(index_key, (key, *(other for other in known if other != key))[:MOST_PAGES], SECONDS)


def shown_row(connection: Connection, integration: str, wanted: str) -> ShownRow | None:
    """The row with that id, where one of the pages shown of late had it."""
    keys = cache.get(_index_key(connection, integration), ())
    pages = cache.get_many(keys)
    return next((pages[key][wanted] for key in keys if wanted in pages.get(key, ())), None)


def _index_key(connection: Connection, integration: str) -> str:
    place = sha256(integration.encode()).hexdigest()[:24]
    return f"shown-ids:{connection.key_name}:{place}"
