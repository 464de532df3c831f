"""Groups rows (by day, offer, publisher …) with sums. Amounts of two currencies are never added.

Every sum is split by the column that says the currency. A file without one has no sums, until a person says in which
currency all of its amounts are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.look_inside.columns import Amount, Column, Columns
from apps.look_inside.query.chart import Bar, Chart
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.sql import Query, currency_columns, currency_sql, key_sql, sum_sql
from apps.look_inside.query.state import Group, PreparedTableState
from apps.ui.values import MISSING

#: So many groups are listed; a calendar of a year has 366 days.
MAXIMUM_GROUPS = 400
#: So many lines of groups and currencies are read at most.
_MAXIMUM_LINES = 5_000
_MAXIMUM_CURRENCIES = 12
NO_CURRENCY = "no currency"


@dataclass(frozen=True)
class Sum:
    """One amount with its currency; `amount` None where no row has one."""

    amount: Decimal | None
    currency: str
    #: Whether it is an amount of money, and no count.
    is_money: bool = True

    @property
    def text(self) -> str:
        """The amount with at least two decimals, a count with those it has."""
        return MISSING if self.amount is None else sum_text(self.amount, is_money=self.is_money)

    @property
    def currency_text(self) -> str:
        """The currency; in words where the rows name none."""
        return "" if self.amount is None or not self.is_money else self.currency or NO_CURRENCY


@dataclass(frozen=True)
class Line:
    """One group in one currency. `rows` of several lines of one group add up; their sums do not."""

    key: str
    rows: int
    sums: Sequence[Sum]
    #: Whether it is the first line of its group.
    is_first: bool = True


@dataclass(frozen=True)
class BarChoice:
    """What the bars can show."""

    label: str
    value: str


class Groups:
    """The lines, the totals for each currency, and the bars."""

    def __init__(self, group: Group, amounts: Sequence[Amount], state: PreparedTableState) -> None:
        self.group = group
        self.amounts = list(amounts)
        self._state = state
        self.lines: list[Line] = []
        self.totals: list[Line] = []
        self.group_count = 0

    @property
    def listed(self) -> int:
        """How many groups are listed."""
        return len({line.key for line in self.lines})

    @property
    def hidden_groups(self) -> int:
        """How many groups are not."""
        return self.group_count - self.listed

    @property
    def amount_names(self) -> list[str]:
        """The names of the sums."""
        return [amount.column.name for amount in self.amounts]

    @cached_property
    def bar_choices(self) -> list[BarChoice]:
        """The number of rows, and each sum in each currency there is."""
        choices = [BarChoice("Rows", "")]
        for place, amount in enumerate(self.amounts):
            currencies = dict.fromkeys(
                line.sums[place].currency for line in self.totals if line.sums[place].amount is not None
            )
            for currency in list(currencies)[:_MAXIMUM_CURRENCIES]:
                label = amount.column.name
                if amount.needs_currency:
                    label += f" in {currency}" if currency else f", {NO_CURRENCY}"
                choices.append(BarChoice(label, f"{amount.column.key}:{currency}"))
        return choices

    @property
    def bars(self) -> BarChoice:
        """What the bars show."""
        return next((one for one in self.bar_choices if one.value == self._state.bars), self.bar_choices[0])

    @cached_property
    def chart(self) -> Chart:
        """The bars: one for each group, of one currency only."""
        heights: dict[str, Decimal] = {}
        key, _, currency = self.bars.value.rpartition(":")
        place = next((n for n, amount in enumerate(self.amounts) if amount.column.key == key), None)
        for line in self.lines:
            value = Decimal(line.rows)
            if place is not None:
                one = line.sums[place]
                value = one.amount if one.currency == currency and one.amount else Decimal(0)
            heights[line.key] = heights.get(line.key, Decimal(0)) + value
        is_money = place is not None and self.amounts[place].needs_currency
        bars = [Bar(name, value, sum_text(value, is_money=is_money)) for name, value in heights.items()]
        return Chart.of(bars, is_calendar=bool(self.group.period))


def sum_text(amount: Decimal, *, is_money: bool) -> str:
    """An exact sum with separators; of money with at least two decimals."""
    whole, _, decimals = f"{amount:,f}".partition(".")
    decimals = decimals.rstrip("0")
    if is_money:
        decimals = decimals.ljust(2, "0")
    return f"{whole}.{decimals}" if decimals else whole


def summable(columns: Columns, state: PreparedTableState) -> list[Amount]:
    """What is summed: counts, and amounts whose currency is known, by the file or by what the person says.

    With them what the person wants to be summed although its name does not say that it is an amount.
    """
    wanted = [columns.get(key) for key in state.summed]
    found = [*columns.amounts, *(columns.amount_of(column) for column in wanted if column)]
    return sorted(
        (amount for amount in found if amount.has_currency or state.currency),
        key=lambda amount: amount.column.place,
    )


def read_groups(
    questions: TableConnection, group: Group, columns: Columns, where: Query, state: PreparedTableState
) -> Groups:
    """Ask the table for the groups, and for the totals of all rows, listed or not."""
    # A sum of the column that rows are grouped by tells nothing.
    amounts = [one for one in summable(columns, state) if one.column != group.column]
    found = Groups(group, amounts, state)
    currencies = currency_columns(amounts)
    splits = [f"{currency_sql(column)} AS u{column.place}" for column in currencies]
    names = [f"u{column.place}" for column in currencies]
    values = [f"{sum_sql(amount)} AS s{place}" for place, amount in enumerate(amounts)]
    # The rows are read once; everything else is asked of the groups they make.
    questions.query(
        f"CREATE TEMP TABLE g AS SELECT {', '.join([f'{key_sql(group)} AS key', *splits, 'count(*) AS n', *values])}"
        f" FROM t WHERE {where.sql} GROUP BY {', '.join(['key', *names])}",
        where.parameters,
    )
    found.group_count = int(questions.query("SELECT count(*) FROM (SELECT DISTINCT key FROM g)")[0][0])
    # A calendar from its beginning, all else from the most rows; currencies in the same order in each group.
    kept = "key DESC" if group.period else "sum(n) DESC, key"
    by = ", ".join([*(["g.key"] if group.period else ["total DESC", "g.key NULLS LAST"]), *names])
    lines = questions.query(
        f"WITH kept AS (SELECT key, sum(n) AS total FROM g GROUP BY key ORDER BY {kept} LIMIT {MAXIMUM_GROUPS})"
        f" SELECT g.* FROM g JOIN kept ON g.key IS NOT DISTINCT FROM kept.key ORDER BY {by} LIMIT {_MAXIMUM_LINES}"
    )
    added = [f"sum(s{place})" for place in range(len(amounts))]
    totals = questions.query(
        f"SELECT {', '.join(['NULL', *names, 'sum(n)', *added])} FROM g"
        f" GROUP BY {', '.join(names or ['ALL'])} ORDER BY {', '.join(names or ['1'])} LIMIT {_MAXIMUM_LINES}"
    )
    found.lines = _lines(lines, amounts, currencies, state)
    found.totals = _lines(totals, amounts, currencies, state)
    return found


def _lines(
    found: Sequence[tuple[Any, ...]],
    amounts: Sequence[Amount],
    currencies: Sequence[Column],
    state: PreparedTableState,
) -> list[Line]:
    lines: list[Line] = []
    places = {column.place: place for place, column in enumerate(currencies, start=1)}
    count_at = 1 + len(currencies)
    last: str | None = None
    for row in found:
        key = "" if row[0] is None else str(row[0])
        sums = [
            Sum(
                row[count_at + 1 + place],
                _currency(amount, row, places, state),
                is_money=amount.needs_currency,
            )
            for place, amount in enumerate(amounts)
        ]
        lines.append(Line(key, int(row[count_at]), sums, is_first=key != last))
        last = key
    return lines


def _currency(amount: Amount, row: tuple[Any, ...], places: dict[int, int], state: PreparedTableState) -> str:
    if not amount.needs_currency:
        return ""
    return str(row[places[amount.currency.place]]) if amount.currency else amount.code or state.currency
