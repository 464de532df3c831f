"""SQL of the page's state: conditions, order, sums. Values are parameters; columns are named c0, c1 …"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.api.query import Filter
from apps.look_inside.columns import Amount, Column, Columns
from apps.look_inside.number_formats import LONG_DECIMAL
from apps.look_inside.query.filters import listed
from apps.look_inside.query.state import PERIODS, Group, PreparedTableState
from apps.look_inside.timestamps import typed_moment

_DAY = PERIODS["day"]
_GIVEN_NUMBER = f"CAST(? AS {LONG_DECIMAL})"
_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


@dataclass(frozen=True)
class Query:
    """A query with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


def condition(filters: Iterable[Filter], columns: Columns) -> Query:
    """The filters as what stands after WHERE."""
    parts = [_one(columns.get(item.field), item) for item in filters]
    if not parts:
        return Query("TRUE")
    return Query(
        " AND ".join(f"({part.sql})" for part in parts),
        tuple(value for part in parts for value in part.parameters),
    )


def _one(column: Column | None, item: Filter) -> Query:
    if column is None:
        return Query("TRUE")
    name, value = column.sql, item.value
    match item.operator:
        case "empty":
            return Query(f"{name} IS {'' if value == 'true' else 'NOT '}NULL")
        case "contains":
            return Query(f"contains(lower({name}), lower(?))", (value,))
        case "starts_with":
            return Query(f"starts_with(lower({name}), lower(?))", (value,))
        case "in":
            parts = [_equal(column, one) for one in listed(value)]
            sql = " OR ".join(f"({part.sql})" for part in parts) or "FALSE"
            return Query(sql, tuple(given for part in parts for given in part.parameters))
        case "eq" | "ne":
            equal = _equal(column, value)
            if item.operator == "eq":
                return equal
            # Rows without a value are not that value either.
            return Query(f"({equal.sql}) IS NOT TRUE", equal.parameters)
        case operator:
            return _ordered(column, _COMPARISONS[operator], value)


def _equal(column: Column, value: str) -> Query:
    """Numbers are equal by value, times as exact as they were typed, all else letter by letter."""
    if column.is_number:
        return _equal_number(column, value)
    if column.is_time:
        moment = typed_moment(value, column.form)
        if moment is None:
            return Query(f"{column.sql} = ?", (value,))
        # A day means all of it.
        same = f"{column.sql} = ? OR substr({column.moment_sql}, 1, {len(moment)}) = ?"
        return Query(same, (value, moment))
    return Query(f"{column.sql} = ?", (value,))


def _equal_number(column: Column, value: str) -> Query:
    exact = column.typed_exactly(value)
    if exact is None:
        return Query(f"{column.sql} = ?", (value,))
    same = f"{column.size_sql} = {_GIVEN_NUMBER}"
    if column.rounded:
        # 0.3 finds 0.30000000000000004; of any other decimal each digit counts.
        same += f" OR ({column.is_noise_sql} AND {column.number_sql} = {_GIVEN_NUMBER})"
        return Query(f"{column.sql} = ? OR {same}", (value, f"{exact:f}", f"{exact:f}"))
    return Query(f"{column.sql} = ? OR {same}", (value, f"{exact:f}"))


def _ordered(column: Column, sign: str, value: str) -> Query:
    if column.is_sorted_by_size:
        exact = column.typed_exactly(value)
        return Query(f"{column.size_sql} {sign} {_GIVEN_NUMBER}", (None if exact is None else f"{exact:f}",))
    if column.is_time:
        moment = typed_moment(value, column.form) or ""
        return Query(f"substr({column.moment_sql}, 1, {len(moment)}) {sign} ?", (moment,))
    return Query(f"{column.sql} {sign} ?", (value,))


def order(state: PreparedTableState, columns: Columns) -> str:
    """What stands after ORDER BY: rows without a value last, equal ones as the file has them."""
    column = columns.get(state.sort.removeprefix("-"))
    if column is None:
        return "file_row_number"
    by = column.sql
    if column.is_sorted_by_size:
        by = column.size_sql
    elif column.is_time:
        by = column.moment_sql
    return f"{by} {'DESC' if state.sort.startswith('-') else 'ASC'} NULLS LAST, file_row_number"


def selected(columns: Columns) -> str:
    """All columns, by their names in a query."""
    return ", ".join(column.sql for column in columns.all)


def key_sql(group: Group) -> str:
    """What rows are grouped by."""
    length = PERIODS.get(group.period)
    if length:
        # Up to the day there is nothing to be made alike in a wall clock as the file has it.
        is_plain = length <= _DAY and not group.column.form
        moment = group.column.sql if is_plain else group.column.moment_sql
        return f"substr({moment}, 1, {length})"
    return group.column.sql


def currency_columns(amounts: Iterable[Amount]) -> list[Column]:
    """The columns that say in which currency an amount is, each once: sums are split by all of them."""
    found = {amount.currency.place: amount.currency for amount in amounts if amount.currency}
    return list(found.values())


def currency_sql(column: Column) -> str:
    """The currency of a row, in capitals; "" where it has none."""
    return f"coalesce(upper(trim({column.sql})), '')"


def sum_sql(amount: Amount) -> str:
    """The exact sum of an amount; NULL where no row has one."""
    return f"sum({amount.column.number_sql})"
