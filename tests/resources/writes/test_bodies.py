"""One rule makes every body that is sent, and one says whether a record is as wanted."""

from decimal import Decimal
from typing import Any

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources.writes.bodies import body_of, differing

FIELDS = builtin_contract().for_tag("Offers")["update"].body_fields
RECORD: dict[str, Any] = {
    "id": 1001,
    "name": 12345,
    "advertiser_id": "7",
    "active": "true",
    "default_payout": {"payout": "4.50", "revenue": None, "tiers": {"over": 100}},
    "unknown": 1,
}


def test_what_the_contract_requires_is_sent_in_its_type():
    assert body_of({"active": False}, FIELDS, RECORD) == {
        "name": "12345",
        "advertiser_id": 7,
        "active": False,
    }


def test_a_part_of_an_object_keeps_the_rest_of_it():
    body = body_of({"default_payout.payout": Decimal(5)}, FIELDS, RECORD)
    assert body["default_payout"] == {"payout": 5, "tiers": {"over": 100}}
    assert RECORD["default_payout"]["payout"] == "4.50"


def test_a_new_record_has_its_values_alone():
    body = body_of({"name": "New", "default_payout.payout": 1, "default_payout.revenue": 2}, FIELDS)
    assert body == {"name": "New", "default_payout": {"payout": 1, "revenue": 2}}


def test_what_the_contract_does_not_know_is_sent_as_it_is():
    assert body_of({"surprise": {"a.b": None}}, FIELDS) == {"surprise": {"a.b": None}}


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"active": True, "advertiser_id": 7, "name": "12345"}, []),
        ({"default_payout.payout": Decimal("4.5")}, []),
        ({"default_payout.revenue": "", "description": None}, []),
        ({"active": False, "advertiser_id": 8, "name": "1234"}, ["active", "advertiser_id", "name"]),
        ({"description": "New", "default_payout.revenue": 0}, ["description", "default_payout.revenue"]),
        ({"unknown": True}, []),
        ({"unknown": False, "unknown.part": 1}, ["unknown", "unknown.part"]),
    ],
)
def test_what_a_record_has_otherwise_is_read_by_the_contracts_types(values, names):
    assert list(differing(values, FIELDS, RECORD)) == names
