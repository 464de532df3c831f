"""The state of a report (range, filters, cursors, columns), read from and written to its query string."""

from dataclasses import dataclass, replace
from datetime import datetime

from apps.reports.local_times import TIME_FORMAT, wall_clock
from apps.reports.range_words import range_words
from apps.saved_views.lists import COLUMNS, VIEW
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE

#: What the reports can be filtered by, each by exactly one value.
FILTERS = ("status", "offer_id", "publisher", "advertiser")
#: Of a link that means a range by its name; the page it leads to says it in times.
RANGE = "range"
#: The row that is open beside the table.
ROW = "row"


@dataclass(frozen=True)
class ReportState:
    """Whose rows, of which time, which of them, and how they are shown; immutable.

    `start` and `end` are wall clock times in `time_zone`, as the API writes them; what was typed when they are none.
    """

    integration: str
    start: str
    end: str
    time_zone: str
    filters: tuple[tuple[str, str], ...] = ()
    page_size: int = DEFAULT_PAGE_SIZE
    after: str = ""
    before: str = ""
    #: How many rows are newer than the cursor, counted by us; None where it is not known.
    position: int | None = 0
    columns: tuple[str, ...] = ()
    #: The saved view that the address names.
    view: str = ""
    row: str = ""

    def parameters(self) -> list[tuple[str, str]]:
        """The canonical query parameters; integration, range and zone always, others where not at their default."""
        pairs = [*self._range_parameters(), *self.view_parameters(), *self._cursor_parameters()]
        if self.position is not None and (self.after or self.before):
            pairs.append(("position", str(self.position)))
        pairs += [(COLUMNS, name) for name in self.columns]
        if self.view:
            pairs.append((VIEW, self.view))
        if self.row:
            pairs.append((ROW, self.row))
        return pairs

    def view_parameters(self) -> list[tuple[str, str]]:
        """What a view holds of them besides the range: filters and page size."""
        pairs = self._filter_parameters()
        if self.page_size != DEFAULT_PAGE_SIZE:
            pairs.append(("page[size]", str(self.page_size)))
        return pairs

    def api_parameters(self) -> list[tuple[str, str]]:
        """What the API is sent."""
        return [
            *self._range_parameters(),
            ("page[size]", str(self.page_size)),
            *self._cursor_parameters(),
            *self._filter_parameters(),
        ]

    def _range_parameters(self) -> list[tuple[str, str]]:
        return [
            ("integration_id", self.integration),
            ("start_time", self.start),
            ("end_time", self.end),
            ("timezone", self.time_zone),
        ]

    def _filter_parameters(self) -> list[tuple[str, str]]:
        return [(f"filter[{name}]", value) for name, value in self.filters]

    def _cursor_parameters(self) -> list[tuple[str, str]]:
        cursors = (("page[after]", self.after), ("page[before]", self.before))
        return [(name, value) for name, value in cursors if value]

    def query_string(self) -> str:
        """The canonical query string with its question mark."""
        return query_string(self.parameters())

    def filter_value(self, name: str) -> str:
        """What is filtered by, or an empty text."""
        return dict(self.filters).get(name, "")

    @property
    def range_words(self) -> str:
        """The range in words: "24 Nov 2026 – 30 Nov 2026" for whole days."""
        return range_words(self.start, self.end)

    @property
    def start_moment(self) -> datetime | None:
        """The start on the wall clock, without a zone."""
        return wall_clock(self.start)

    @property
    def end_moment(self) -> datetime | None:
        """The end on the wall clock, without a zone."""
        return wall_clock(self.end)

    # --- Other states ---

    def newest(self) -> "ReportState":
        """The newest rows of the same range."""
        return replace(self, after="", before="", position=0, row="")

    def older(self, cursor: str, position: int | None) -> "ReportState":
        """The rows after the one with this cursor, up to which there are `position` rows."""
        return replace(self.newest(), after=cursor, position=position)

    def newer(self, cursor: str, position: int | None) -> "ReportState":
        """The rows before the one with this cursor, of which there are `position`."""
        return replace(self.newest(), before=cursor, position=position)

    def with_size(self, size: int) -> "ReportState":
        """Pages of another size, from the newest row on."""
        return replace(self.newest(), page_size=size)

    def with_filters(self, **filters: str) -> "ReportState":
        """With these filters in place of those in force; an empty value is none."""
        chosen = tuple((name, filters[name]) for name in FILTERS if filters.get(name))
        return replace(self.newest(), filters=chosen)

    def without_filter(self, name: str) -> "ReportState":
        """Without one filter."""
        return replace(self.newest(), filters=tuple(pair for pair in self.filters if pair[0] != name))

    def with_range(self, start: datetime, end: datetime) -> "ReportState":
        """Another range."""
        return replace(self.newest(), start=start.strftime(TIME_FORMAT), end=end.strftime(TIME_FORMAT))

    def with_columns(self, columns: tuple[str, ...]) -> "ReportState":
        """The same rows with other columns; none are those the person sees by default."""
        return replace(self, columns=columns, row="")

    def with_view(self, key: str) -> "ReportState":
        """The same under the name of a view; "" for none."""
        return replace(self, view=key)

    def with_row(self, row: str) -> "ReportState":
        """With a row open beside the table; none closes it."""
        return replace(self, row=row)

    def in_other_report(self) -> "ReportState":
        """The same filters and range in another report, whose columns and views are others."""
        return replace(self.newest(), columns=(), view="")

    def named_range_query(self, name: str) -> str:
        """The query string of the same filters and columns in the range of that name."""
        pairs = [pair for pair in self.newest().parameters() if pair[0] not in ("start_time", "end_time")]
        return query_string([*pairs, (RANGE, name)])
