"""Translates the filters of a report into filters of an exported file, as the API's downloads take none."""

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from apps.reports.state import FILTERS

#: A report's filter → the columns that may hold what it asks for: the id first, which no other row shares.
_COLUMNS = {
    "status": ("status",),
    "offer_id": ("offer_id", "offer"),
    "publisher": ("publisher_id", "publisher"),
    "advertiser": ("advertiser_id", "advertiser"),
}


@dataclass(frozen=True)
class FileFilters:
    """The conditions that a file's columns can answer, and the filters for which it has no column."""

    conditions: Sequence[tuple[str, Sequence[str]]]
    missing: Sequence[str]

    @property
    def words(self) -> str:
        """For people: "status Approved, publisher_id 42"."""
        return ", ".join(f"{column} {' or '.join(values)}" for column, values in self.conditions)

    @property
    def query(self) -> str:
        """The query string of a prepared table with these conditions."""
        pairs = [
            (f"filter[{column}]", values[0])
            if len(values) == 1
            else (f"filter[{column}][in]", _cells(values))
            for column, values in self.conditions
        ]
        return urlencode(pairs, safe="[]")


def columns_for(filters: Iterable[str], seen: Collection[str]) -> list[str]:
    """The columns a file needs to be filtered so: of each filter the first one that rows have."""
    found = [next((column for column in _COLUMNS.get(name, ()) if column in seen), "") for name in filters]
    return [column for column in found if column]


def file_filters_of(page: str, columns: Collection[str]) -> FileFilters | None:
    """What the page of a report was filtered to, in the columns of a file; None where it was not filtered.

    An id is looked for in a column of ids, and a name in one of names: where the file lacks that one, it is missing.
    """
    asked: dict[str, list[str]] = {}
    if urlsplit(page).path.startswith("/reports/"):
        for name, value in parse_qsl(urlsplit(page).query):
            key = name.removeprefix("filter[").removesuffix("]")
            if key in FILTERS and name == f"filter[{key}]" and value.strip():
                asked.setdefault(key, []).append(value.strip())
    if not asked:
        return None
    conditions, missing = [], []
    for name, values in asked.items():
        column = _column_for(name, values, columns)
        if column:
            conditions.append((column, values))
        else:
            missing.append(name)
    return FileFilters(conditions, missing)


def _column_for(name: str, values: Sequence[str], columns: Collection[str]) -> str:
    *ids, names = _COLUMNS[name]
    are_ids = all(value.isdecimal() for value in values)
    fitting = ids if ids and are_ids else (names,)
    return next((column for column in fitting if column in columns), "")


def _cells(values: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(values)
    return text.getvalue()
