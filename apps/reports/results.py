"""The results of a report for its template: rows, headers and pager, or why there is nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from urllib.parse import urlencode

from django.urls import reverse

from apps.api.answers.records import Record, truncation_sentence
from apps.api.client import ReportPage
from apps.api.contract.contract import Field
from apps.api.errors import ApiError
from apps.network.page_sums import column_sums, page_in_words
from apps.reports.error_descriptions import describe_for
from apps.reports.file_filters import columns_for
from apps.reports.query_parsing import ParsedQuery
from apps.reports.report_types import ReportType
from apps.reports.rows.columns import (
    ColumnSelection,
    column_for,
    column_label,
    filter_name,
    filter_value,
    seen_columns,
)
from apps.reports.rows.loader import RowLoader, row_id
from apps.reports.rows.references import time_words_of
from apps.reports.rows.row_drawer import RowDrawer
from apps.reports.rows.seen_columns import with_currency
from apps.reports.state import ROW
from apps.resources.lists.filter_values import fits
from apps.ui.columns import Column, RowContext
from apps.ui.error_pages import ErrorDescription
from apps.ui.paging import Pager, rows_in_words, size_links
from apps.ui.tables import Header, Row, table_rows, with_empty_ones
from apps.ui.values import MISSING

#: From here on reading page by page helps nobody, and the page says so.
LONG_RANGE = timedelta(days=31)


@dataclass(frozen=True)
class CursorPager(Pager):
    """A place in a stream without an end: newer and older rows, and the newest."""

    previous_label: str = "Newer"
    next_label: str = "Older"
    newest_url: str = ""


class ReportResults:
    """What `_results.html` draws. `load` asks the API once; all the rest comes from what it gave."""

    def __init__(
        self, report: ReportType, parsed_query: ParsedQuery, chosen_columns: tuple[str, ...], path: str
    ) -> None:
        self.report = report
        self.parsed_query = parsed_query
        self.state = parsed_query.state
        self.notes = list(parsed_query.problems)
        self.error: ErrorDescription | None = None
        self.api_request_id = ""
        self.records: list[Record] = []
        self._path = path
        self._chosen_columns = chosen_columns
        self._page: ReportPage | None = None
        self._context = RowContext()
        self._filters: Mapping[str, Field] = {}
        self.names: Mapping[str, Mapping[str, str]] = {}

    def load(self, loader: RowLoader, *, is_for_row: bool = False) -> None:
        """Read the page; for one of its rows what was read last will do."""
        try:
            page = loader.read_again(self.state) if is_for_row else loader.read(self.state)
        except ApiError as error:
            self.error = describe_for(self.report, self.state, error)
            self.api_request_id = error.request_id
        else:
            self._page, self.records = page, page.records
            self._context = loader.context(page.records)
            self._filters = loader.filters
            if page.truncated:
                self.notes.append(truncation_sentence(page.truncated))
            if page.skipped:
                self.notes.append(f"{page.skipped:,} entries were left out: they are no rows with columns.")
            # Of columns chosen long ago nobody is told that these rows have none.
            if self.state.columns and self.column_selection.unknown:
                unknown = ", ".join(f"“{name[:40]}”" for name in self.column_selection.unknown)
                self.notes.append(
                    f"No row of this page has a column {unknown}, and none is known by that name."
                )
        self.names = loader.names

    # --- The page around the table ---

    @property
    def is_read(self) -> bool:
        """Whether the API was asked and answered."""
        return self._page is not None

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        if self.parsed_query.errors:
            return 422
        return self.error.status if self.error else 200

    @property
    def retry_after(self) -> int | None:
        """Seconds the API asks to wait, if it failed with such a wish."""
        return self.error.retry_after if self.error else None

    @property
    def url(self) -> str:
        """The page in this state."""
        return self._path + self.state.query_string()

    @property
    def retry_url(self) -> str:
        """The same page once more, where asking again can help."""
        return self.url if self.error and self.error.can_retry else ""

    @property
    def clear_url(self) -> str:
        """The same range without filters; "" when there are none."""
        return self._path + self.state.with_filters().query_string() if self.state.filters else ""

    @property
    def wider_url(self) -> str:
        """The last 30 days with the same filters."""
        return self._path + self.state.named_range_query("last-30-days")

    @property
    def newest_url(self) -> str:
        """The newest rows of this range."""
        return self._path + self.state.newest().query_string()

    @property
    def is_newest(self) -> bool:
        """Whether this page begins with the newest row."""
        return not (self.state.after or self.state.before)

    @property
    def is_long(self) -> bool:
        """Whether the range is longer than anybody reads page by page."""
        start, end = self.state.start_moment, self.state.end_moment
        return bool(start and end and end - start > LONG_RANGE)

    @property
    def export_label(self) -> str:
        """What a new export holds: these rows, or those of the whole range where a filter is in force."""
        return "Export the whole range" if self.state.filters else "Export these"

    @property
    def export_url(self) -> str:
        """The form of a new export with this range and these columns."""
        state = self.state
        seen = seen_columns(self.records)
        columns = with_currency(self.column_selection.all_shown, seen)
        # With them the file can be looked at under the filters of this page, which the API's downloads do not take.
        needed = columns_for((name for name, _ in state.filters), seen)
        columns = [*columns, *(name for name in needed if name not in columns)]
        values = [
            ("report", self.report.slug),
            ("integration", state.integration),
            ("start_time", state.start),
            ("end_time", state.end),
            ("time_zone", state.time_zone),
            *(("columns", name) for name in columns),
            ("requested_from", self.url),
        ]
        return f"{reverse('exports:create')}?{urlencode(values)}"

    # --- The table ---

    @property
    def has_chosen_columns(self) -> bool:
        """Whether somebody chose the columns: then all stay in sight, whatever the width."""
        return bool(self.state.columns or self._chosen_columns)

    @cached_property
    def column_selection(self) -> ColumnSelection:
        """The columns shown."""
        return ColumnSelection(self.report, self.state.columns or self._chosen_columns, self.records)

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the columns; none sorts, because the API does not."""
        time = f"{column_label(self.report.time_column)}, {self.state.time_zone}"
        columns = (column_for(name) for name in self.column_selection.shown)
        heads = [Header(c.label, c.css, "", "", self._filter_of(c)) for c in columns]
        return [Header(time, "", "", ""), *with_empty_ones(heads, self.rows)]

    def _filter_of(self, column: Column) -> str:
        name = filter_name(column)
        return f"filter[{name}]" if name in self._filters else ""

    def _value_of(self, column: Column, record: Mapping[str, object]) -> str:
        """What the report is filtered by for a cell; "" where the API has no such filter, or not that value."""
        parameter = self._filters.get(filter_name(column))
        value = filter_value(column, record) if parameter else ""
        return value if value and parameter and fits(value, parameter) else ""

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        return table_rows(
            self.records,
            [column_for(name) for name in self.column_selection.shown],
            self._context,
            id_of=row_id,
            title_of=self._time_of,
            url_of=self.row_url,
            current_id=self.state.row,
            value_of=self._value_of,
        )

    def _time_of(self, record: Mapping[str, object]) -> str:
        return time_words_of(record, self.report) or MISSING

    def row_url(self, key: str) -> str:
        """The page with this row open beside it."""
        return f"{self._url_before_row}&{urlencode({ROW: key}, safe='[],:@/')}"

    @cached_property
    def _url_before_row(self) -> str:
        # Said once for the hundred rows of a page; the row is the last of the canonical parameters.
        return self._path + self.state.with_row("").query_string()

    @cached_property
    def drawer(self) -> RowDrawer | None:
        """The row that is open; None when none is, or it is not on this page."""
        wanted = self.state.row
        keys = [row_id(record) for record in self.records]
        if not wanted or wanted not in keys:
            return None
        place = keys.index(wanted)
        newer = keys[place - 1] if place else ""
        older = keys[place + 1] if place + 1 < len(keys) else ""
        return RowDrawer(
            self.report,
            self.state,
            self.records[place],
            self._context,
            close_url=self._path + self.state.with_row("").query_string(),
            newer_url=self.row_url(newer) if newer else "",
            older_url=self.row_url(older) if older else "",
            place=f"Row {place + 1} of {len(keys)} on this page",
        )

    # --- Pages ---

    @cached_property
    def first(self) -> int | None:
        """How many rows are newer than the first of this page; None where nobody counted."""
        if self.state.position is None:
            return None
        if self.state.before:
            return max(self.state.position - len(self.records), 0)
        return self.state.position

    @cached_property
    def pager(self) -> CursorPager:
        """Where this page lies in the stream, as far as it was walked."""
        page, first, count = self._page, self.first, len(self.records)
        newer = older = ""
        if page and self.records:
            start = page.start_cursor or row_id(self.records[0])
            end = page.end_cursor or row_id(self.records[-1])
            if start and (page.has_previous or first):
                newer = self._path + self.state.newer(start, first).query_string()
            if end and page.has_next:
                last = None if first is None else first + count
                older = self._path + self.state.older(end, last).query_string()
        return CursorPager(
            first=0 if first is None else first + 1,
            last=count if first is None else first + count,
            total=None,
            page_number=0,
            page_count=None,
            previous_url=newer,
            next_url=older,
            size_links=size_links(self.state, lambda state: self._path + state.query_string()),
            newest_url="" if self.is_newest else self.newest_url,
        )

    @property
    def summary(self) -> str:
        """What is shown, for the page and for screen readers: where in the stream, and what the amounts come to."""
        if not self.is_read:
            return "not read"
        if not self.records:
            return "none"
        pager, rows = self.pager, rows_in_words(len(self.records))
        is_counted = not pager.is_all and self.first is not None
        shown = f"Rows {pager.first:,}–{pager.last:,} so far" if is_counted else rows
        columns = [column_for(name) for name in self.column_selection.shown]
        sums = column_sums(self.records, columns, self._context)
        return page_in_words(shown, sums, is_all=not is_counted)
