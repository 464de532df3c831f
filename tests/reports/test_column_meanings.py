"""A field of a report is shown as what its name says, however the name is written."""

import pytest

from apps.reports.rows.columns import MonoColumn, column_for, is_money
from apps.ui.columns import MoneyColumn


@pytest.mark.parametrize("name", ["payout", "saleAmount", "Net Revenue", "PURCHASE_VALUE", "purchase-value"])
def test_an_amount_has_the_currency_of_its_row(name):
    assert is_money(name)
    assert isinstance(column_for(name), MoneyColumn)


@pytest.mark.parametrize(
    "name",
    ["payout_rate", "payoutPercent", "Revenue %", "payout_type", "revenue_id", "avg_payout", "payout_usd"],
)
def test_a_rate_an_id_or_an_amount_of_another_currency_has_not(name):
    assert not is_money(name)
    assert not isinstance(column_for(name), MoneyColumn)


@pytest.mark.parametrize("name", ["offer_ref_id", "clickId", "Event ID", "conversion-ip"])
def test_an_identifier_is_set_as_one(name):
    assert isinstance(column_for(name), MonoColumn)
