"""The state of the page, read from and written to its query string: filters, sort, page, grouping, currency."""

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict

from apps.api.query import Filter
from apps.look_inside.columns import Column, Columns, Unsummed
from apps.look_inside.timestamps import typed_moment
from apps.resources.lists import filter_chips
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_number, read_page_size

#: The order in which the form offers them.
_IN_ORDER = ("eq", "ne", "contains", "starts_with", "in", "gt", "gte", "lt", "lte")
OPERATOR_WORDS = {name: filter_chips.OPERATOR_WORDS[name] for name in _IN_ORDER} | {"empty": "is empty"}
PERIODS = {"hour": 13, "day": 10, "month": 7}
#: What the form *Filter* sends; the address that follows has it as a filter.
ADD_COLUMN, ADD_OPERATOR, ADD_VALUE = "filter_field", "filter_operator", "filter_value"
_CURRENCY = re.compile(r"[A-Za-z]{3}")
_KNOWN = frozenset(
    {
        "sort",
        "page[number]",
        "page[size]",
        "group",
        "bars",
        "currency",
        "sum",
        ADD_COLUMN,
        ADD_OPERATOR,
        ADD_VALUE,
    }
)
_MAXIMUM_FILTERS = 20
_MAXIMUM_VALUE = 1000
_ORDERING = frozenset({"gt", "gte", "lt", "lte"})


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


@dataclass(frozen=True)
class PreparedTableState:
    """Everything that decides what of the table is shown; immutable, with a link for every change of it."""

    filters: tuple[Filter, ...] = ()
    #: A column's key; with "-" before it from the largest down.
    sort: str = ""
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    group: str = ""
    #: What the bars show: "" the number of rows, else "payout:EUR".
    bars: str = ""
    #: The currency of all amounts, as a person says it of a file that does not.
    currency: str = ""
    #: Keys of columns that are summed because a person says so: their names do not say that they are amounts.
    summed: tuple[str, ...] = ()
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, columns: Columns) -> "PreparedTableState":
        """Read a query string; what the table cannot answer is left out and named in `problems`."""
        problems: list[str] = []
        filters: dict[tuple[str, str], Filter] = {}
        for item in _filters_in(query, problems):
            problem = problem_with(item, columns)
            if problem:
                problems.append(f"{problem}; the filter was ignored.")
            elif len(filters) < _MAXIMUM_FILTERS:
                filters[item.field, item.operator] = item
        sort = query.get("sort", "")
        if sort and columns.get(sort.removeprefix("-")) is None:
            problems.append(f"There is no column “{sort.removeprefix('-')[:40]}” to sort by; it was ignored.")
            sort = ""
        group = query.get("group", "")
        if group and read_group(group, columns) is None:
            problems.append(f"The rows cannot be grouped by “{group[:40]}”; it was ignored.")
            group = ""
        currency = query.get("currency", "").strip().upper()
        if currency and not _CURRENCY.fullmatch(currency):
            problems.append("A currency is named by three letters, as EUR; it was ignored.")
            currency = ""
        return cls(
            filters=tuple(filters.values()),
            sort=sort,
            page_number=read_number(query, "page[number]", 1, problems),
            page_size=read_page_size(query, problems),
            group=group,
            bars=query.get("bars", "")[:200] if group else "",
            currency=currency,
            summed=_summed_in(query, columns, problems),
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
            ("bars", self.bars),
            ("currency", self.currency),
            *(("sum", key) for key in self.summed),
        ]
        return [(name, value) for name, value in values if value]

    def query_string(self) -> str:
        """The canonical query string with its question mark; "?" when everything is at its default."""
        return query_string(self.parameters())

    def with_sort(self, key: str) -> "PreparedTableState":
        """Sorted by the column: first up, then down, then as the file has it; back on page one."""
        order = {key: f"-{key}", f"-{key}": ""}.get(self.sort, key)
        return replace(self, sort=order, page_number=1)

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

    def grouped_by(self, value: str) -> "PreparedTableState":
        """Grouped so, with bars of the number of rows; "" shows the rows."""
        return replace(self, group=value, bars="", page_number=1)

    def with_sum(self, key: str) -> "PreparedTableState":
        """With the column summed as well."""
        return replace(self, summed=(*self.summed, key))

    def with_bars(self, bars: str) -> "PreparedTableState":
        """With other bars."""
        return replace(self, bars=bars)


def read_group(value: str, columns: Columns) -> Group | None:
    """What an address groups by; None when the table cannot."""
    period, separator, key = value.partition(":")
    if separator and period in PERIODS:
        column = columns.get(key)
        return Group(column, period) if column and column.is_time else None
    column = columns.get(value)
    return Group(column) if column else None


def problem_with(item: Filter, columns: Columns) -> str | None:
    """Why the filter makes no sense for this table, in words; None when it does."""
    column = columns.get(item.field)
    if column is None:
        return f"There is no column “{item.field[:40]}” to filter by"
    if item.operator not in OPERATOR_WORDS:
        return f"There is no filter operator “{item.operator[:40]}”"
    if len(item.value) > _MAXIMUM_VALUE:
        return f"A value to compare “{column.name}” with is at most {_MAXIMUM_VALUE} signs long"
    if item.operator == "empty":
        return None if item.value in ("true", "false") else "“empty” is true or false"
    if item.operator in _ORDERING:
        if column.is_sorted_by_size and column.typed_exactly(item.value) is None:
            return f"“{item.value[:40]}” is not a number for “{column.name}”"
        if column.is_time and typed_moment(item.value, column.form) is None:
            example = "2026-11-02 14:30+02:00" if column.form else "2026-11-02 14:30"
            return f"“{item.value[:40]}” is not a time for “{column.name}”, as 2026-11-02 or {example}"
    return None


def listed(value: str) -> list[str]:
    """The values of "is one of": between commas; one that has a comma itself stands in quotation marks."""
    try:
        cells = next(csv.reader([value], skipinitialspace=True, strict=True), [])
    except csv.Error:
        cells = value.split(",")
    return [cell.strip() for cell in cells if cell.strip()]


def _summed_in(query: QueryDict, columns: Columns, problems: list[str]) -> tuple[str, ...]:
    keys = dict.fromkeys(query.getlist("sum"))
    known = [key for key in keys if (column := columns.get(key)) and column.unsummed == Unsummed.UNKNOWN]
    problems += [
        f"“{key[:40]}” cannot be summed; it was ignored." for key in keys if key and key not in known
    ]
    return tuple(known)


def _filters_in(query: QueryDict, problems: list[str]) -> Iterable[Filter]:
    for name, values in query.lists():
        item = Filter.from_parameter(name, str(values[-1]).strip())
        if item is not None:
            if len(values) > 1:
                problems.append(f"“{name[:80]}” stands {len(values)} times; the last one counts.")
            if item.value:
                yield item
        elif name not in _KNOWN:
            problems.append(f"“{name[:40]}” is not part of this page's address and was ignored.")
    if query.get(ADD_COLUMN):
        operator = query.get(ADD_OPERATOR) or "eq"
        value = query.get(ADD_VALUE, "").strip() or ("true" if operator == "empty" else "")
        if operator == "empty" and value != "false":
            value = "true"
        if value:
            yield Filter(query.get(ADD_COLUMN, ""), operator, value)
