"""One reading of a value: by badge, facts, filters, actions, forms, and in what is sent."""

from decimal import Decimal

import pytest

from apps.api.contract.contract import Field, builtin_contract
from apps.network.columns import STATUS_BADGES
from apps.resources import registry
from apps.resources.writes.bodies import is_same
from apps.ui.columns import CountryColumn, MoneyColumn, RowContext, badge_cell
from apps.ui.contract_values import as_boolean, as_contract_says, as_number, known_text

OFFER = builtin_contract().record_fields("Offers")
ODD: list[object] = ["yes", "", 2, -1, "10", None, [], ["true"], {}, [1]]
PUBLISHER = builtin_contract().record_fields("Publishers")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        *((value, True) for value in (True, "true", " TRUE ", 1, "1")),
        *((value, False) for value in (False, "false", 0, "0")),
        *zip(ODD, [None] * 10, strict=True),
    ],
)
def test_a_switch_is_read_in_one_way_everywhere(value, read):
    assert as_boolean(value) is read
    badge = badge_cell(value, STATUS_BADGES).text
    assert badge == {"True": "Active", "False": "Inactive"}.get(str(read), badge)
    assert badge.startswith("? ") is (read is None)
    offers = registry.named("offers")
    activate, deactivate = offers.bulk_actions[:2]
    record = {"active": value}
    assert (activate.is_done_for(record), deactivate.is_done_for(record)) == (read is True, read is False)
    assert offers.is_inactive(record) is (read is False)
    form = offers.form_class(
        operation=builtin_contract().for_tag("Offers")["update"], original={"name": "x", **record}
    )
    assert form.get_initial_for_field(form.fields["active"], "active") is (read is True)


@pytest.mark.parametrize("kind", ["number", "integer", "string"])
def test_a_value_of_another_type_is_no_switch(kind):
    field = Field("x", kind)
    assert not is_same(1, True, field) and not is_same("0", False, field) and is_same(True, True, field)


def test_of_a_switch_one_and_zero_are_on_and_off():
    for field in (Field("x", "boolean"), None):
        assert is_same(1, True, field) and is_same("0", False, field)
        assert not is_same(0, True, field) and not is_same("1", False, field)


@pytest.mark.parametrize(
    ("value", "kind", "sent"),
    [
        ("5.00", "number", Decimal("5.00")),
        ("-3", "number", Decimal(-3)),
        ("5,00", "number", "5,00"),
        ("1e5", "number", "1e5"),
        ("free", "number", "free"),
        (True, "number", True),
        ("7", "integer", 7),
        ("7.0", "integer", 7),
        ("7.5", "integer", "7.5"),
        (Decimal("7.0"), "integer", 7),
        (10**30, "integer", 10**30),
        (7, "string", "7"),
        (Decimal("7.50"), "string", "7.50"),
        (True, "string", True),
        ("true", "boolean", True),
        ("maybe", "boolean", "maybe"),
        (1, "boolean", True),
        ("0", "boolean", False),
        (2, "boolean", 2),
        ("a", "array", "a"),
    ],
)
def test_a_value_is_sent_in_the_contracts_type_where_it_has_one_meaning(value, kind, sent):
    result = as_contract_says(value, Field("x", kind))
    assert (result, result.__class__) == (sent, sent.__class__)


def test_the_parts_of_an_object_are_sent_in_their_types():
    prices = {"payout": "5.00", "revenue": None, "payout_type": "CPA", "tiers": {"over": "1"}, "note": None}
    sent = as_contract_says(prices, OFFER["default_payout"])
    assert sent == {"payout": Decimal("5.00"), "payout_type": "CPA", "tiers": {"over": "1"}, "note": None}


def test_a_plain_numbers_text_alone_is_a_number():
    assert as_number("5.00") == Decimal("5.00")
    assert [as_number(text) for text in ("5,00", "5 USD", "", "１", "NaN", True, None, float("inf"))] == [
        None
    ] * 8


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        (OFFER["visibility"], "Invite_Only", "? Invite_Only"),
        (OFFER["visibility"], "Public", "Public"),
        (OFFER["visibility"], ["Public"], "? Public"),
        (OFFER["visibility"], None, "—"),
        (OFFER["currency"], "GBP", "? GBP"),
        (OFFER["deep_link_enabled"], "maybe", "? maybe"),
        (OFFER["deep_link_enabled"], "true", "Yes"),
        (OFFER["deep_link_enabled"], False, "No"),
        (PUBLISHER["promotional_method"], ["Email", "Pigeon"], "Email, ? Pigeon"),
        (OFFER["name"], "anything", "anything"),
        (None, "anything", "anything"),
    ],
)
def test_what_the_contract_does_not_know_has_a_question_mark(field, value, words):
    assert known_text(value, field) == words


def test_so_have_a_currency_and_a_country():
    context = RowContext(fields=OFFER)
    money = MoneyColumn("payout", currency_field="currency").cell({"payout": 5, "currency": "GBP"}, context)
    assert money.suffix == "? GBP"
    countries = CountryColumn("countries").cell({"countries": ["de", "Narnia"]}, context)
    assert countries.text == "Germany, ? Narnia"
