"""What the rows of a page come to, in words: how many, and the sum of each amount. Two currencies are never added."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from apps.text.direction import isolated
from apps.ui.columns import Column, MoneyColumn, Record, RowContext
from apps.ui.values import is_missing, money_text, shortened

#: By the code of the currency, "" where a row says none.
Sums = Mapping[str, Decimal]

_MOST_AMOUNTS = 3
_MOST_CURRENCIES = 4
_LONGEST_CODE = 12
#: A number of more digits is none that anybody was paid.
_LARGEST = Decimal(10) ** 18


def sums_by_currency(amounts: Iterable[tuple[Any, Any]]) -> Sums:
    """The sums of pairs of an amount and its currency; what is no amount is left out."""
    sums: dict[str, Decimal] = {}
    for value, currency in amounts:
        amount = _amount(value)
        if amount is not None:
            code = "" if is_missing(currency) else str(currency).strip()
            sums[code] = sums.get(code, Decimal(0)) + amount
    return sums


def page_in_words(shown: str, sums: Iterable[tuple[str, Sums]], *, is_all: bool = True) -> str:
    """ "5 rows, 96.16 EUR and 3.00 USD payout on this page": what is shown, and what its amounts come to.

    `sums` are by what they are of, as "payout"; `is_all` says that no other page has rows.
    """
    told = [f"{_sums_in_words(sum_)} {isolated(name)}" for name, sum_ in sums if sum_][:_MOST_AMOUNTS]
    if not told:
        return shown
    return f"{shown}{', ' if is_all else ' · '}{', '.join(told)} on this page"


def column_sums(
    records: Sequence[Record], columns: Iterable[Column], context: RowContext
) -> list[tuple[str, Sums]]:
    """The sums of the columns of money, by their labels within a sentence."""
    return [
        (
            within_sentence(column.label),
            sums_by_currency(column.amount(record, context) for record in records),
        )
        for column in columns
        if isinstance(column, MoneyColumn)
    ]


def within_sentence(label: str) -> str:
    """A label as a sentence has it: "Payout" → "payout"; what begins with capitals keeps them."""
    return label if label[1:2].isupper() else f"{label[:1].lower()}{label[1:]}"


def _amount(value: Any) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < _LARGEST else None


def _sums_in_words(sums: Sums) -> str:
    told = [
        f"{money_text(amount)} {isolated(shortened(code, _LONGEST_CODE)) or '(no currency given)'}"
        for code, amount in list(sums.items())[:_MOST_CURRENCIES]
    ]
    more = len(sums) - len(told)
    if more:
        told.append(f"{more} more {'currency' if more == 1 else 'currencies'}")
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
