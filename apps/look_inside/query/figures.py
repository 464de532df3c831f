"""The figures of groups: numbers of rows, and exact sums of amounts, each in one currency.

Amounts of two currencies are never added: every sum is split by the column that says the currency. A file without one
has no sums, until a person says in which currency all of its amounts are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.look_inside.columns import Amount, Column, Columns
from apps.look_inside.query.sql import currency_columns
from apps.look_inside.query.state import PreparedTableState
from apps.ui.values import MISSING

MAXIMUM_CURRENCIES = 12
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
class Figure:
    """One thing that a chart and the cells of two groupings can show: the number of rows, or a sum in one currency."""

    label: str
    #: As the address has it: "" or "payout:EUR".
    value: str = ""
    #: The place among the sums; None for the number of rows.
    place: int | None = None
    currency: str = ""
    is_money: bool = False

    def text(self, value: Decimal) -> str:
        """A value as it is written."""
        return sum_text(value, is_money=self.is_money)


ROWS = Figure("Rows")


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


class SummedAmounts:
    """The amounts that are summed, and the columns of currencies that split them."""

    def __init__(self, amounts: Sequence[Amount], state: PreparedTableState) -> None:
        self.all = list(amounts)
        self._state = state
        self.currencies: list[Column] = currency_columns(self.all)
        #: The currencies' columns in the table of groups.
        self.names = [f"u{column.place}" for column in self.currencies]

    def value_sql(self, figure: Figure) -> str:
        """The figure of a group of the table of groups: NULL where no row has it."""
        if figure.place is None:
            return "sum(n)"
        column = self.all[figure.place].currency
        only = f" FILTER (WHERE u{column.place} = ?)" if column else ""
        return f"sum(s{figure.place}){only}"

    def value_parameters(self, figure: Figure) -> tuple[str, ...]:
        """What `value_sql` is given."""
        if figure.place is None or self.all[figure.place].currency is None:
            return ()
        return (figure.currency,)

    def lines(self, found: Sequence[tuple[Any, ...]]) -> list[Line]:
        """Rows of (key, currencies, number of rows, sums) as lines."""
        places = {column.place: place for place, column in enumerate(self.currencies, start=1)}
        count_at = 1 + len(self.currencies)
        lines: list[Line] = []
        last: str | None = None
        for row in found:
            key = "" if row[0] is None else str(row[0])
            sums = [
                Sum(
                    row[count_at + 1 + place],
                    self._currency(amount, row, places),
                    is_money=amount.needs_currency,
                )
                for place, amount in enumerate(self.all)
            ]
            lines.append(Line(key, int(row[count_at]), sums, is_first=key != last))
            last = key
        return lines

    def _currency(self, amount: Amount, row: tuple[Any, ...], places: dict[int, int]) -> str:
        if not amount.needs_currency:
            return ""
        if amount.currency:
            return str(row[places[amount.currency.place]])
        return amount.code or self._state.currency

    def figures(self, totals: Sequence[Line]) -> list[Figure]:
        """The number of rows, and each sum in each currency there is."""
        found = [ROWS]
        for place, amount in enumerate(self.all):
            currencies = dict.fromkeys(
                line.sums[place].currency for line in totals if line.sums[place].amount is not None
            )
            for currency in list(currencies)[:MAXIMUM_CURRENCIES]:
                label = amount.column.name
                if amount.needs_currency:
                    label += f" in {currency}" if currency else f", {NO_CURRENCY}"
                value = f"{amount.column.key}:{currency}"
                found.append(Figure(label, value, place, currency, amount.needs_currency))
        return found
