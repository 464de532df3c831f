"""Filters, sorts and paginates lists of records."""

import math
import operator as comparison
from collections.abc import Iterable, Sequence
from typing import Any

from apps.sandbox.contract.validation import Condition, Query

DEFAULT_PAGE_SIZE = 25
COMPARISONS = {"gt": comparison.gt, "gte": comparison.ge, "lt": comparison.lt, "lte": comparison.le}


def page_of(records: Iterable[dict[str, Any]], query: Query) -> dict[str, Any]:
    """One numbered page: `data` and `meta` with `total_count` and `total_page`."""
    found = [record for record in records if all(holds(condition, record) for condition in query.conditions)]
    for key in reversed(query.sort):
        field = key.removeprefix("-")
        found.sort(key=lambda record: _order(value_at(record, field)), reverse=key.startswith("-"))
    size = query.values.get("page[size]", DEFAULT_PAGE_SIZE)
    start = (query.values.get("page[number]", 1) - 1) * size
    meta = {"total_count": len(found), "total_page": math.ceil(len(found) / size)}
    return {"data": found[start : start + size], "meta": meta}


def value_at(record: dict[str, Any], dotted: str) -> Any:
    """The value of a field, dots leading into objects; None when anything on the way is missing."""
    value: Any = record
    for part in dotted.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def holds(condition: Condition, record: dict[str, Any]) -> bool:
    """Whether a record passes a filter; of an array any item may."""
    value = value_at(record, condition.field)
    if condition.operator == "ne":
        return not _any_equal(value, condition.values)
    if condition.operator in ("eq", "in"):
        return _any_equal(value, condition.values)
    return any(_compare(item, condition.operator, condition.values[0]) for item in _items(value))


def _items(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]


def _any_equal(value: Any, wanted: Sequence[str]) -> bool:
    return any(_equal(item, text) for item in _items(value) for text in wanted)


def _equal(value: Any, text: str) -> bool:
    if value is None:
        return False
    if isinstance(value, bool):
        return text == str(value).lower()
    if isinstance(value, int | float):
        return _number(text) == value
    return str(value) == text


def _compare(value: Any, operator: str, text: str) -> bool:
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return False
    if operator == "contains":
        return text.casefold() in str(value).casefold()
    if operator == "starts_with":
        return str(value).casefold().startswith(text.casefold())
    wanted: Any = _number(text) if isinstance(value, int | float) else text
    return wanted is not None and bool(COMPARISONS[operator](value, wanted))


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _order(value: Any) -> tuple[int, Any]:
    """Numbers before texts before everything else; nothing comes first."""
    if value is None:
        return (0, 0)
    if isinstance(value, int | float):
        return (1, value)
    if isinstance(value, str):
        return (2, (value.casefold(), value))
    return (3, str(value))
