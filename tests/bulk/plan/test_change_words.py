"""A planned change in words for people."""

from decimal import Decimal

from apps.bulk.plan.change_words import change_words
from apps.resources import registry
from apps.resources.writes.change import Change


def words_of(values, before, resource="offers", **names):
    return change_words(registry.named(resource), Change(resource, {}, "1", values, before), **names)


def test_values_stand_in_the_words_of_the_list():
    values = {"active": False, "visibility": "Requires_Approval", "description": ""}
    before = {"active": "true", "visibility": "Public", "description": "Old"}
    assert words_of(values, before) == [
        ("Status", "Active", "Inactive"),
        ("Visibility", "Public", "Requires approval"),
        ("Description", "Old", "—"),
    ]


def test_an_amount_has_its_currency_where_the_change_says_it():
    payout = {"default_payout.payout": Decimal("4.5")}
    assert words_of(payout, {"default_payout.payout": 4}) == [("Payout", "4.00", "4.50")]
    assert words_of({**payout, "currency": "EUR"}, {"default_payout.payout": 4, "currency": "USD"})[0] == (
        "Payout",
        "4.00 USD",
        "4.50 EUR",
    )


def test_a_field_that_holds_the_value_already_is_not_told():
    assert words_of({"active": False, "name": "New"}, {"active": 0, "name": "Old"}) == [
        ("Name", "Old", "New")
    ]


def test_values_that_nobody_knows_and_references_stand_as_they_are():
    assert words_of({"visibility": "Secret", "advertiser_id": 7}, {"advertiser_id": 101}) == [
        ("Visibility", "—", "? Secret"),
        ("Advertiser", "101", "7"),
    ]


def test_a_record_that_is_referred_to_stands_with_its_name_where_that_is_known():
    [(label, old, new)] = words_of(
        {"advertiser_id": 7}, {"advertiser_id": 101}, names={"Advertisers": {"7": "Nimbus"}}
    )
    assert (label, old) == ("Advertiser", "101")
    assert "Nimbus" in new
    assert "(7)" in new


def test_a_password_is_not_shown_and_an_archived_record_has_no_fields():
    assert words_of({"password": "secret words"}, {}, "users") == [("Password", "(not shown)", "(not shown)")]
    assert words_of(None, {"name": "Gone"}) == []
