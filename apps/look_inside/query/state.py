"""The state of the page, read from and written to its query string: filters, sort, page, grouping, currency."""

import re
from dataclasses import dataclass, replace

from django.http import QueryDict

from apps.api.query import Filter
from apps.look_inside.columns import Column, Columns, Unsummed
from apps.look_inside.query.filters import ADD_COLUMN, ADD_OPERATOR, ADD_VALUE, filters_in, problem_with
from apps.ui.charts.data import Kind
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_number, read_page_size

PERIODS = {"hour": 13, "day": 10, "month": 7}
#: What groups are ordered by besides their figures: their name, their number of rows, all parts together, one part.
BY_NAME, BY_ROWS, BY_TOTAL, BY_PART = "name", "rows", "total", "part:"
#: The exports that are taken together with the page's own one.
WITH = "with"
MOST_OTHERS = 5
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_KNOWN = frozenset(
    {
        "sort",
        "page[number]",
        "page[size]",
        "group",
        "split",
        "order",
        "figure",
        "chart",
        "currency",
        "sum",
        WITH,
        ADD_COLUMN,
        ADD_OPERATOR,
        ADD_VALUE,
    }
)
_MAXIMUM_FILTERS = 20
_LONGEST_ORDER = 1100
_LONGEST_ID = 200


@dataclass(frozen=True)
class Group:
    """What rows are grouped by: a column, or the period that its times lie in."""

    column: Column
    period: str = ""

    @property
    def value(self) -> str:
        """As the address has it."""
        return f"{self.period}:{self.column.key}" if self.period else self.column.key

    @property
    def label(self) -> str:
        """In words: "day of conversion_time"."""
        return f"{self.period} of {self.column.name}" if self.period else self.column.name

    def rows_filter(self, key: str) -> Filter:
        """What finds the rows of the group of that name; "" is that of rows without a value."""
        if not key:
            return Filter(self.column.key, "empty", "true")
        return Filter(self.column.key, "eq", key)


@dataclass(frozen=True)
class PreparedTableState:
    """Everything that decides what of the table is shown; immutable, with a link for every change of it."""

    filters: tuple[Filter, ...] = ()
    #: A column's key; with "-" before it from the largest down.
    sort: str = ""
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    group: str = ""
    #: The second grouping: its groups stand beside each other.
    split: str = ""
    #: What the groups are ordered by; "" as a calendar runs, else from the most rows.
    order: str = ""
    #: What is drawn, and what stands in the cells of two groupings: "" the number of rows, else "payout:EUR".
    figure: str = ""
    #: How it is drawn, where that is not the usual way.
    chart: str = ""
    #: The currency of all amounts, as a person says it of a file that does not.
    currency: str = ""
    #: Keys of columns that are summed because a person says so: their names do not say that they are amounts.
    summed: tuple[str, ...] = ()
    #: The API's ids of further exports of the same report, whose rows are taken together with these.
    others: tuple[str, ...] = ()
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, columns: Columns) -> "PreparedTableState":
        """Read a query string; what the table cannot answer is left out and named in `problems`."""
        problems: list[str] = []
        filters: dict[tuple[str, str], Filter] = {}
        for item in filters_in(query, _KNOWN, problems):
            problem = problem_with(item, columns)
            if problem:
                problems.append(f"{problem}; the filter was ignored.")
            elif len(filters) < _MAXIMUM_FILTERS:
                filters[item.field, item.operator] = item
        sort = query.get("sort", "")
        if sort and columns.get(sort.removeprefix("-")) is None:
            problems.append(f"There is no column “{sort.removeprefix('-')[:40]}” to sort by; it was ignored.")
            sort = ""
        group = _group_in(query, "group", columns, problems)
        split = _group_in(query, "split", columns, problems) if group else ""
        currency = query.get("currency", "").strip().upper()
        if currency and not _CURRENCY.fullmatch(currency):
            problems.append("A currency is named by three letters, as EUR; it was ignored.")
            currency = ""
        chart = query.get("chart", "")
        return cls(
            filters=tuple(filters.values()),
            sort=sort,
            page_number=read_number(query, "page[number]", 1, problems),
            page_size=read_page_size(query, problems),
            group=group,
            split="" if split == group else split,
            order=query.get("order", "")[:_LONGEST_ORDER] if group else "",
            figure=query.get("figure", "")[:200] if group else "",
            chart=chart if group and chart in set(Kind) else "",
            currency=currency,
            summed=_summed_in(query, columns, problems),
            others=others_in(query),
            problems=tuple(problems),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The canonical query parameters; what is at its default is left out."""
        values = [
            *((one.name, one.value) for one in self.filters),
            ("sort", self.sort),
            ("page[number]", "" if self.page_number == 1 else str(self.page_number)),
            ("page[size]", "" if self.page_size == DEFAULT_PAGE_SIZE else str(self.page_size)),
            ("group", self.group),
            ("split", self.split),
            ("order", self.order),
            ("figure", self.figure),
            ("chart", self.chart),
            ("currency", self.currency),
            *(("sum", key) for key in self.summed),
            *((WITH, remote_id) for remote_id in self.others),
        ]
        return [(name, value) for name, value in values if value]

    def query_string(self) -> str:
        """The canonical query string with its question mark; "?" when everything is at its default."""
        return query_string(self.parameters())

    def with_sort(self, key: str) -> "PreparedTableState":
        """Sorted by the column: first up, then down, then as the file has it; back on page one."""
        order = {key: f"-{key}", f"-{key}": ""}.get(self.sort, key)
        return replace(self, sort=order, page_number=1)

    def with_order(self, by: str) -> "PreparedTableState":
        """Groups ordered so: names from the first, figures from the largest; once more turns it around, then usual."""
        first, second = (by, f"-{by}") if by == BY_NAME else (f"-{by}", by)
        return replace(self, order={first: second, second: ""}.get(self.order, first))

    def with_filter(self, item: Filter) -> "PreparedTableState":
        """With the filter, in the place of one on the same column and operator; back on page one."""
        others = tuple(
            one for one in self.filters if (one.field, one.operator) != (item.field, item.operator)
        )
        return replace(self, filters=(*others, item), page_number=1)

    def without_filter(self, item: Filter) -> "PreparedTableState":
        """Without the filter; back on page one."""
        return replace(self, filters=tuple(one for one in self.filters if one != item), page_number=1)

    def without_filters(self) -> "PreparedTableState":
        """All rows; back on page one."""
        return replace(self, filters=(), page_number=1)

    def with_page(self, number: int) -> "PreparedTableState":
        """Another page of the same rows."""
        return replace(self, page_number=number)

    def with_size(self, size: int) -> "PreparedTableState":
        """Pages of another size, from the first."""
        return replace(self, page_size=size, page_number=1)

    def grouped_by(self, value: str, split: str = "") -> "PreparedTableState":
        """Grouped so, in the usual order; "" shows the rows."""
        return replace(
            self,
            group=value,
            split=split,
            order="",
            figure=self.figure if value else "",
            chart="",
            page_number=1,
        )

    def rows_of(self, group: Group, key: str) -> "PreparedTableState":
        """The rows of one group, and no others."""
        item = group.rows_filter(key)
        same = next((one for one in self.filters if (one.field, one.operator) == (item.field, "eq")), None)
        # What is filtered to one hour of a day has no more rows on that day.
        is_narrower = bool(same and group.period and same.value.startswith(key))
        rows = self.grouped_by("")
        return rows if is_narrower else rows.with_filter(item)

    def with_sum(self, key: str) -> "PreparedTableState":
        """With the column summed as well."""
        return replace(self, summed=(*self.summed, key))

    def with_figure(self, figure: str) -> "PreparedTableState":
        """With another figure drawn."""
        return replace(self, figure=figure)

    def with_chart(self, kind: str) -> "PreparedTableState":
        """Drawn in another way."""
        return replace(self, chart=kind)

    def without_other(self, remote_id: str) -> "PreparedTableState":
        """Without one of the further exports; back on page one."""
        left = tuple(one for one in self.others if one != remote_id)
        return replace(self, others=left, page_number=1)

    def alone(self) -> "PreparedTableState":
        """Of this export only."""
        return replace(self, others=())

    def analysis(self) -> "PreparedTableState":
        """What of it is worth a name: not the page, nor the exports it was asked of."""
        return replace(self, page_number=1, others=())


def read_group(value: str, columns: Columns) -> Group | None:
    """What an address groups by; None when the table cannot. Times are grouped by the day: hardly two are the same."""
    period, separator, key = value.partition(":")
    if separator and period in PERIODS:
        column = columns.get(key)
        return Group(column, period) if column and column.is_time else None
    column = columns.get(value)
    return Group(column, "day" if column.is_time else "") if column else None


def others_in(query: QueryDict) -> tuple[str, ...]:
    """The further exports of an address, each once."""
    named = dict.fromkeys(one for one in query.getlist(WITH) if one and len(one) <= _LONGEST_ID)
    return tuple(named)[:MOST_OTHERS]


def _group_in(query: QueryDict, name: str, columns: Columns, problems: list[str]) -> str:
    value: str = query.get(name, "")
    if not value:
        return ""
    group = read_group(value, columns)
    if group is None:
        problems.append(f"The rows cannot be grouped by “{value[:40]}”; it was ignored.")
        return ""
    return group.value


def _summed_in(query: QueryDict, columns: Columns, problems: list[str]) -> tuple[str, ...]:
    keys = dict.fromkeys(query.getlist("sum"))
    known = [key for key in keys if (column := columns.get(key)) and column.unsummed == Unsummed.UNKNOWN]
    problems += [
        f"“{key[:40]}” cannot be summed; it was ignored." for key in keys if key and key not in known
    ]
    return tuple(known)
