"""The columns of a report: how each field is shown, and which of them a person can choose."""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from apps.network.column_meanings import currency_in, is_amount, words_of
from apps.reports.local_times import clock_words
from apps.reports.report_types import ReportType
from apps.reports.rows.references import KINDS, ReferenceKind, reference_in
from apps.ui.cells import Cell, text_cell
from apps.ui.columns import (
    Badge,
    Column,
    CountryColumn,
    IdColumn,
    MoneyColumn,
    NumberColumn,
    Record,
    RowContext,
    badge_cell,
)
from apps.ui.contract_values import known_text
from apps.ui.values import LONGEST_ID, is_missing, label_of, shortened, text_of

#: Further fields of a row are in the drawer's raw JSON only.
MAXIMUM_SEEN = 200

STATUS_BADGES = {
    "Approved": Badge("Approved", "ok", is_solid=True),
    "Rejected": Badge("Rejected", "bad", is_solid=True),
    "Pending": Badge("Pending", "warn"),
}
REASON_FIELDS = ("rejection_reason", "third_party_rejected_reason")
REASON_TONE = "warn"
_IDENTIFIERS = frozenset({"id", "ids", "ip", "ips"})
_CLOCK_FIELDS = frozenset({"click_time", "conversion_time", "date_time", "request_time"})
_NUMBER_FIELDS = frozenset({"unix_time", "session_time"})
_LABELS = {
    "date_time": "Time",
    "unix_time": "Unix time",
    "geo_city": "City",
    "geo_country": "Country",
    "os": "OS",
    "os_version": "OS version",
    "conversion_ip": "Conversion IP",
    "third_party_rejected_reason": "Third-party rejection",
    "real_tx_id": "Row ID",
}
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_CELL = 120
_LONGEST_NAME = 100


def column_label(name: str) -> str:
    """A column's name in words; one that is no plain word stays as it is."""
    if name in _LABELS:
        return _LABELS[name]
    name = shortened(name, _LONGEST_NAME)
    return label_of(name) if _PLAIN_NAME.fullmatch(name) else name or "(no name)"


def is_money(name: str) -> bool:
    """Whether a field is an amount in the currency of its row: a rate or an id is none, however its name is written."""
    return is_amount(name) and not currency_in(name)


class FieldColumn(Column):
    """Any field as text; its name is the key itself, whatever signs it has."""

    def cell(self, record: Record, context: RowContext) -> Cell:
        """The cell, read by the key alone: a dot in a column's name is no path."""
        return self.cell_of(record.get(self.field), record, context)

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The text, cut where it is very long; a longer one breaks into lines."""
        return text_cell(known_text(value, context.fields.get(self.field)), _LONGEST_CELL, self.css)


class ClockColumn(FieldColumn):
    """A time on the wall clock that the report was asked for."""

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The time as pages write it; any other text as it came."""
        return text_cell(clock_words(text_of(value)), _LONGEST_CELL, self.css)


class MonoColumn(FieldColumn, IdColumn):
    """An identifier."""


class StatusColumn(FieldColumn):
    """The status as a badge, with the reason of a rejection as another."""

    css = "status-cell"

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The badge or two."""
        badge = badge_cell(value, STATUS_BADGES)
        reason = next((record[name] for name in REASON_FIELDS if not is_missing(record.get(name))), None)
        suffix = "" if reason is None else text_of(reason)[:_LONGEST_CELL]
        return Cell(
            badge.text,
            tone=badge.tone,
            is_solid=badge.is_solid,
            suffix=suffix,
            suffix_tone=REASON_TONE,
            css=self.css,
        )


class ReasonColumn(FieldColumn):
    """Why a row was rejected, as a badge in its own words."""

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The badge."""
        return Cell(text_of(value)[:_LONGEST_CELL], tone=REASON_TONE)


class NamedColumn(FieldColumn):
    """An offer, publisher or advertiser: its name, linked to its page, and its id."""

    css = "named-cell"

    def __init__(self, kind: ReferenceKind) -> None:
        super().__init__(kind.name, kind.label)
        self.kind = kind

    def cell(self, record: Record, context: RowContext) -> Cell:
        """Name and id; the id alone where there is no name, the name alone where there is no id."""
        reference = reference_in(record, self.kind)
        name = reference.name or context.names.get(self.kind.tag, {}).get(reference.id, "")
        if not reference.id:
            return text_cell(name, _LONGEST_CELL, self.css) if name else self.missing_cell
        url_of = context.reference_url.get(self.kind.tag)
        url = url_of(reference.id) if url_of else ""
        if not name:
            return Cell(f"#{reference.id}", href=url, css=self.css)
        return Cell(name[:_LONGEST_CELL], href=url, suffix=reference.id, css=self.css)


def filter_name(column: Column) -> str:
    """What the reports call the filter by a column's values; "" for a column they have none for."""
    if isinstance(column, NamedColumn):
        return column.kind.filter_name
    return column.field if isinstance(column, StatusColumn) else ""


def filter_value(column: Column, record: Record) -> str:
    """What a row is filtered by for one of these columns; "" where it has nothing that an address can hold."""
    if isinstance(column, NamedColumn):
        reference = reference_in(record, column.kind)
        value = reference.id or reference.name
    else:
        value = text_of(record[column.field]) if isinstance(record.get(column.field), str) else ""
    return value if len(value) <= LONGEST_ID else ""


@lru_cache(maxsize=512)
def column_for(name: str) -> Column:
    """The column that shows a field."""
    label = column_label(name)
    if name in KINDS:
        return NamedColumn(KINDS[name])
    if name == "status":
        return StatusColumn(name, label)
    if name in _CLOCK_FIELDS:
        return ClockColumn(name, label)
    if name in REASON_FIELDS:
        return ReasonColumn(name, label)
    if is_money(name):
        return MoneyColumn(name, label, currency_field="currency")
    if name in _NUMBER_FIELDS:
        return NumberColumn(name, label)
    if name == "geo_country":
        return CountryColumn(name, label)
    if _IDENTIFIERS.intersection(words_of(name)[-1:]):
        return MonoColumn(name, label)
    return FieldColumn(name, label)


def seen_columns(records: Iterable[Record]) -> list[str]:
    """The fields that rows of this page have, in the order of appearance; not those whose names are endless."""
    names = dict.fromkeys(name for record in records for name in record)
    return [name for name in names if len(name) <= _LONGEST_NAME][:MAXIMUM_SEEN]


class ColumnSelection:
    """Which columns are shown; the time always stands first, outside of it."""

    def __init__(self, report: ReportType, wanted: Sequence[str], records: Sequence[Record]) -> None:
        self.report = report
        known = dict.fromkeys([*report.columns, *seen_columns(records)])
        known.pop(report.time_column, None)
        # Columns nobody chose are shown where the rows have them, and not missed where they do not.
        chosen = wanted or [name for name in report.shown if name in known]
        self._wanted = [name for name in chosen if name != report.time_column]
        self.unknown = [name for name in self._wanted if records and name not in known]

    @property
    def shown(self) -> list[str]:
        """The columns after the time, in their order."""
        return [name for name in self._wanted if name not in self.unknown]

    @property
    def all_shown(self) -> list[str]:
        """The columns with the time."""
        return [self.report.time_column, *self.shown]
