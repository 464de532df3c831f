"""The state of the page as queries. Values are parameters; columns are called by their place (columns.Column)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.api.query import Filter
from apps.look_inside.columns import DECIMAL, Amount, Column, Columns, number_of
from apps.look_inside.state import PERIODS, Group, LookState

_DAY = PERIODS["day"]
_GIVEN_NUMBER = f"CAST(? AS {DECIMAL})"
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
            values = [part.strip() for part in value.split(",") if part.strip()]
            return Query(f"{name} IN ({', '.join('?' * len(values)) or 'NULL'})", tuple(values))
        case "eq" | "ne":
            equal = _equal(column, value)
            if item.operator == "eq":
                return equal
            # Rows without a value are not that value either.
            return Query(f"({equal.sql}) IS NOT TRUE", equal.parameters)
        case operator:
            return _ordered(column, _COMPARISONS[operator], value)


def _equal(column: Column, value: str) -> Query:
    if column.is_number:
        return Query(f"{column.sql} = ? OR {column.number_sql} = {_GIVEN_NUMBER}", (value, _exact(value)))
    if column.is_time:
        # A day means all of it.
        moment = _moment(value)
        same = f"{column.sql} = ? OR substr({column.moment_sql}, 1, {len(moment)}) = ?"
        return Query(same, (value, moment))
    return Query(f"{column.sql} = ?", (value,))


def _ordered(column: Column, sign: str, value: str) -> Query:
    if column.is_number:
        return Query(f"{column.number_sql} {sign} {_GIVEN_NUMBER}", (_exact(value),))
    if column.is_time:
        moment = _moment(value)
        return Query(f"substr({column.moment_sql}, 1, {len(moment)}) {sign} ?", (moment,))
    return Query(f"{column.sql} {sign} ?", (value,))


def _exact(value: str) -> str | None:
    """A number as it is compared, in digits: parameters also go to the process that writes files."""
    number = number_of(value)
    return None if number is None else f"{number:f}"


def _moment(value: str) -> str:
    return value.replace("T", " ")[:19]


def order(state: LookState, columns: Columns) -> str:
    """What stands after ORDER BY: rows without a value last, equal ones as the file has them."""
    column = columns.get(state.sort.removeprefix("-"))
    if column is None:
        return "file_row_number"
    by = column.number_sql if column.is_number else column.moment_sql if column.is_time else column.sql
    return f"{by} {'DESC' if state.sort.startswith('-') else 'ASC'} NULLS LAST, file_row_number"


def selected(columns: Columns) -> str:
    """All columns, by their names in a query."""
    return ", ".join(column.sql for column in columns.all)


def key_sql(group: Group) -> str:
    """What rows are grouped by."""
    length = PERIODS.get(group.period)
    if length:
        # Up to the day there is nothing between date and time to be made alike.
        moment = group.column.sql if length <= _DAY else group.column.moment_sql
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
