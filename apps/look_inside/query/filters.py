"""The filters of an address: which there are, what is wrong with one, and how one reads in words."""

import csv
from collections.abc import Iterable

from django.http import QueryDict

from apps.api.query import Filter
from apps.look_inside.columns import Columns
from apps.look_inside.timestamps import typed_moment
from apps.resources.lists import filter_chips
from apps.text.direction import isolated
from apps.text.typed_numbers import AmbiguousNumber

#: The order in which the form offers them.
_IN_ORDER = ("eq", "ne", "contains", "starts_with", "in", "gt", "gte", "lt", "lte")
OPERATOR_WORDS = {name: filter_chips.OPERATOR_WORDS[name] for name in _IN_ORDER} | {"empty": "is empty"}
#: What the form *Filter* sends; the address that follows has it as a filter.
ADD_COLUMN, ADD_OPERATOR, ADD_VALUE = "filter_field", "filter_operator", "filter_value"
_MAXIMUM_VALUE = 1000
_ORDERING = frozenset({"gt", "gte", "lt", "lte"})


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
    if column.is_number or (item.operator in _ORDERING and column.is_sorted_by_size):
        try:
            numbers = [column.typed_exactly(value) for value in _compared(item)]
        except AmbiguousNumber as doubt:
            return f"{column.name}: {str(doubt).removesuffix('.')}"
        if item.operator in _ORDERING and None in numbers:
            return f"“{item.value[:40]}” is not a number for “{column.name}”"
    if item.operator in _ORDERING and column.is_time and typed_moment(item.value, column.form) is None:
        example = "2026-11-02 14:30+02:00" if column.form else "2026-11-02 14:30"
        return f"“{item.value[:40]}” is not a time for “{column.name}”, as 2026-11-02 or {example}"
    return None


def _compared(item: Filter) -> list[str]:
    """The whole values that a filter compares with; none where it looks for a part."""
    if item.operator in ("contains", "starts_with"):
        return []
    return listed(item.value) if item.operator == "in" else [item.value]


def listed(value: str) -> list[str]:
    """The values of "is one of": between commas; one that has a comma itself stands in quotation marks."""
    try:
        cells = next(csv.reader([value], skipinitialspace=True, strict=True), [])
    except csv.Error:
        cells = value.split(",")
    return [cell.strip() for cell in cells if cell.strip()]


def filters_in(query: QueryDict, known: Iterable[str], problems: list[str]) -> Iterable[Filter]:
    """Every filter of the address; what is neither a filter nor among the `known` names is a problem."""
    for name, values in query.lists():
        item = Filter.from_parameter(name, str(values[-1]).strip())
        if item is not None:
            if len(values) > 1:
                problems.append(f"“{name[:80]}” stands {len(values)} times; the last one counts.")
            if item.value:
                yield item
        elif name not in known:
            problems.append(f"“{name[:40]}” is not part of this page's address and was ignored.")
    if query.get(ADD_COLUMN):
        operator = query.get(ADD_OPERATOR) or "eq"
        value = query.get(ADD_VALUE, "").strip() or ("true" if operator == "empty" else "")
        if operator == "empty" and value != "false":
            value = "true"
        if value:
            yield Filter(query.get(ADD_COLUMN, ""), operator, value)


def filter_words(item: Filter, columns: Columns) -> str:
    """A filter as a sentence: "offer is Summer"."""
    column = columns.get(item.field)
    name = column.name if column else item.field
    if item.operator == "empty":
        return f"{name} {'is empty' if item.value == 'true' else 'has a value'}"
    return f"{name} {OPERATOR_WORDS[item.operator]} {isolated(item.value)}"
