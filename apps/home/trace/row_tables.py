"""Tables of report rows on the trace page, with some rows marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from apps.api.answers.records import Record
from apps.home.trace.report_rows import ID_FIELDS, id_of
from apps.reports.report_types import ReportType
from apps.reports.rows.columns import column_for, column_label
from apps.reports.rows.loader import row_id
from apps.reports.rows.references import time_words_of
from apps.ui.columns import Column, RowContext
from apps.ui.tables import Row, table_rows


@dataclass(frozen=True)
class TableRow:
    """One row, and why it is marked: "" where it is not."""

    row: Row
    mark: str
    is_traced: bool


@dataclass(frozen=True)
class RowTable:
    """Rows of one report, newest first. `trace_urls` are by a row's id; `ids` are those looked for."""

    report: ReportType
    records: Sequence[Record]
    context: RowContext
    trace_urls: Mapping[str, str]
    ids: frozenset[str]
    traced: Record | None = None

    @cached_property
    def columns(self) -> list[Column]:
        """The columns after the time and the mark: the report's own, and the ids."""
        return [column_for(name) for name in dict.fromkeys([*self.report.shown, *ID_FIELDS])]

    @property
    def rows(self) -> list[TableRow]:
        """The rows as they came."""
        rows = table_rows(
            self.records,
            self.columns,
            self.context,
            id_of=row_id,
            title_of=lambda record: time_words_of(record, self.report) or "no time",
            url_of=lambda cursor: self.trace_urls.get(cursor, ""),
        )
        return [self._marked(row, record) for row, record in zip(rows, self.records, strict=True)]

    def _marked(self, row: Row, record: Record) -> TableRow:
        if record is self.traced:
            return TableRow(replace(row, url=""), "This row", is_traced=True)
        return TableRow(row, self._shared_words(record), is_traced=False)

    def _shared_words(self, record: Record) -> str:
        shared = next((field for field in ID_FIELDS if id_of(record, field) in self.ids), "")
        return f"Same {column_label(shared)}" if shared else ""
