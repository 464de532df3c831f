"""What the amounts of a page come to: exact, per currency, and only what is an amount."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import pytest

from apps.network.page_sums import column_sums, page_in_words, sums_by_currency
from apps.ui.columns import Column, MoneyColumn, RowContext
from apps.ui.paging import rows_in_words

PAYOUT = MoneyColumn("payout", currency_field="currency")


def told(records: Sequence[Mapping[str, object]], count: int) -> str:
    sums = column_sums(records, [Column("name"), PAYOUT], RowContext())
    return page_in_words(rows_in_words(count), sums)


def test_the_sum_is_exact_and_said_as_that_of_the_page():
    records = [{"payout": Decimal("0.1"), "currency": "EUR"}] * 3
    assert told(records, 3) == "3 rows, 0.30 EUR payout on this page"


def test_currencies_are_never_added():
    records: list[dict[str, object]] = [
        {"payout": Decimal("96.16"), "currency": "EUR"},
        {"payout": 3, "currency": "USD"},
        {"payout": "1284.5", "currency": "USD"},
    ]
    assert told(records, 3) == "3 rows, 96.16 EUR and 1,287.50 USD payout on this page"


def test_an_amount_without_a_currency_is_said_to_have_none():
    assert told([{"payout": 2}], 1) == "1 row, 2.00 (no currency given) payout on this page"


def test_many_currencies_are_told_in_short():
    records = [{"payout": 1, "currency": code} for code in ("EUR", "USD", "GBP", "CHF", "SEK", "NOK")]
    assert told(records, 6).endswith("1.00 CHF and 2 more currencies payout on this page")


@pytest.mark.parametrize("value", [None, "", True, "n/a", "NaN", "Infinity", [1], {"a": 1}, "9" * 400])
def test_what_is_no_amount_is_left_out(value):
    assert sums_by_currency([(value, "EUR")]) == {}
    assert told([{"payout": value, "currency": "EUR"}], 1) == "1 row"
