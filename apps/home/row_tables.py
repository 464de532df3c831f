"""How the trace draws rows of reports: a table with the row marked, and all fields of one row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.api.answers import Record
from apps.home.report_rows import CURSOR_FIELD, ID_FIELDS, id_of, time_text_of
from apps.reports.report_types import CONVERSIONS, ReportType
from apps.resources import registry
from apps.resources.columns import BadgeColumn, Cell, Column, IdColumn, MoneyColumn, RowContext, Tone
from apps.resources.markup import Row
from apps.resources.panels import Fact, TextColumn
from apps.resources.values import label_of, text_of

STATUS_TONES = {
    "Approved": Tone("Approved", "ok", is_solid=True),
    "Rejected": Tone("Rejected", "bad"),
    "Pending": Tone("Pending", "warn"),
}
#: Columns that name a record, and the resource it is one of.
NAMED_RECORDS = {"offer": "offers", "publisher": "publishers", "advertiser": "advertisers"}
_NO_CONTEXT = RowContext()


class NamedRecordColumn(Column):
    """A record by its name, linked to its page by the id that another field of the row holds."""

    def __init__(self, field: str, integration_id: str) -> None:
        super().__init__(field)
        resource = registry.by_name(NAMED_RECORDS[field])
        self._url_of = resource.url_of_record({"integrationID": integration_id}) if resource else None

    def cell(self, record: Mapping[str, Any], context: RowContext) -> Cell:
        """The name, else the id; linked where the row has the id."""
        record_id = id_of(dict(record), f"{self.field}_id")
        text = id_of(dict(record), self.field) or (f"#{record_id}" if record_id else "")
        if not text:
            return self.missing_cell
        return Cell(text, href=self._url_of(record_id) if self._url_of and record_id else "")


@dataclass(frozen=True)
class TableRow:
    """One row, and why it is marked: "" where it is not."""

    row: Row
    mark: str
    is_traced: bool


class RowTable:
    """Rows of one report. `trace_url` gives the address of a row's own trace; `ids` are those looked for."""

    def __init__(
        self,
        report: ReportType,
        integration_id: str,
        records: Sequence[Record],
        trace_urls: Mapping[str, str],
        ids: frozenset[str],
        traced: Record | None = None,
    ) -> None:
        self.report = report
        self._integration_id = integration_id
        self._records = records
        self._trace_urls = trace_urls
        self._ids = ids
        self._traced = traced

    @cached_property
    def columns(self) -> list[Column]:
        """The columns after the time and the mark."""
        named = [NamedRecordColumn(field, self._integration_id) for field in NAMED_RECORDS]
        money = [
            MoneyColumn("payout", currency_field="currency"),
            MoneyColumn("revenue", currency_field="currency"),
        ]
        return [
            BadgeColumn("status", tones=STATUS_TONES),
            Column("rejection_reason"),
            *named,
            *(money if self.report is CONVERSIONS else ()),
            *(IdColumn(field) for field in ID_FIELDS),
        ]

    @property
    def rows(self) -> list[TableRow]:
        """The rows, newest first, as they came."""
        return [self._row(record) for record in self._records]

    def _row(self, record: Record) -> TableRow:
        is_traced = record is self._traced
        cursor = id_of(record, CURSOR_FIELD)
        cells = [column.cell(record, _NO_CONTEXT) for column in self.columns]
        url = "" if is_traced else self._trace_urls.get(cursor, "")
        row = Row(cursor, time_text_of(record) or "no time", url, cells)
        return TableRow(row, "This row" if is_traced else self._shared_words(record), is_traced)

    def _shared_words(self, record: Record) -> str:
        shared = next((field for field in ID_FIELDS if id_of(record, field) in self._ids), "")
        return f"Same {shared}" if shared else ""


@dataclass(frozen=True)
class RowFact:
    """One field of a row; `copy` is what its button copies, "" for none."""

    fact: Fact
    copy: str


def facts_of(report: ReportType, record: Record, integration_id: str) -> list[RowFact]:
    """Every field of a row: its ids, then those known of the report in their order, then what else came."""
    names = dict.fromkeys([*ID_FIELDS, *report.columns, *record])
    return [_fact(name, record, integration_id) for name in names if name in record]


def _fact(name: str, record: Record, integration_id: str) -> RowFact:
    value = record[name]
    if name in NAMED_RECORDS:
        column: Column = NamedRecordColumn(name, integration_id)
    elif name == "status":
        column = BadgeColumn(name, tones=STATUS_TONES)
    elif name in ID_FIELDS:
        column = IdColumn(name)
    else:
        column = TextColumn(name)
    label = label_of(name) if name in report_words() else name
    copy = text_of(value) if name in ID_FIELDS and id_of(record, name) else ""
    return RowFact(Fact(label, column.cell(record, _NO_CONTEXT)), copy)


def report_words() -> frozenset[str]:
    """Field names that read well as words; any other stays as the API spells it."""
    return frozenset({*ID_FIELDS, *NAMED_RECORDS, *CONVERSIONS.columns})
