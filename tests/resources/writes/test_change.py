"""A change is plain data: it comes out of storage as it went in, and knows what undoes it."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.contract.contract import builtin_contract
from apps.resources.writes.change import Change

PATH = {"integrationID": "int-eu"}
OPERATIONS = builtin_contract().for_tag("Offers")
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | TEXT
    | st.decimals(-(10**9), 10**9, places=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def change(values, before=None, record_id="1001"):
    return Change("offers", PATH, record_id, values, before or {})


@given(st.none() | st.dictionaries(TEXT, VALUE, max_size=4), st.dictionaries(TEXT, VALUE, max_size=4))
def test_it_comes_out_of_storage_as_it_went_in(values, before):
    stored = change(values, before).as_json()
    assert stored.isascii()
    assert Change.from_json(json.loads(json.dumps(stored))) == change(values, before)


@pytest.mark.parametrize(
    "value",
    [Decimal("1.10"), Decimal("1E+40"), 10**40, "", "\u202e Ünïcode \U0001f600", None, {"a": [{"b": None}]}],
)
def test_odd_values_keep_their_form(value):
    again = Change.from_json(change({"x": value}).as_json())
    assert repr(dict(again.values or {})["x"]) == repr(value)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"resource":"offers"}', change({}).as_json().replace("1001", "1").replace('"1"', "1")],
)
def test_any_other_text_is_no_change(text):
    with pytest.raises(ValueError, match="no change"):
        Change.from_json(text)


def test_values_are_undone_by_those_before():
    made = change({"name": "New", "default_payout.payout": 5}, {"name": "Old", "default_payout.payout": 4})
    undone = made.inverse(OPERATIONS)
    assert undone == change(made.before, made.values)
    assert undone.inverse(OPERATIONS) == made


def test_a_text_that_was_not_there_is_emptied_and_a_number_cannot_be():
    undone = change({"description": "New"}).inverse(OPERATIONS)
    assert undone is not None and undone.values == {"description": ""}
    assert change({"default_payout.payout": 5}).inverse(OPERATIONS) is None


def test_a_null_is_brought_back_only_where_the_contract_has_one():
    assert change({"active": False}, {"active": None}).inverse(OPERATIONS) is None
    undone = change({"description": "New"}, {"description": None}).inverse(OPERATIONS)
    assert undone is not None and undone.values == {"description": ""}
    kept = change({"surprise": 5}, {"surprise": None}).inverse(OPERATIONS)
    assert kept is not None and kept.values == {"surprise": None}


@pytest.mark.parametrize(
    ("tag", "field", "before"),
    [
        ("Users", "status", "Locked"),
        ("Offers", "currency", "GBP"),
        ("Offers", "default_payout.payout", "n/a"),
        ("Offers", "active", "maybe"),
        ("Offers", "name", {"text": "Old"}),
        ("Publishers", "promotional_method", ["Email", "Pigeon"]),
        ("Publishers", "promotional_method", "Email"),
        ("Publishers", "countries", ["DE", None]),
    ],
)
def test_a_value_that_the_contract_has_not_is_not_brought_back(tag, field, before):
    assert change({field: "new"}, {field: before}).inverse(builtin_contract().for_tag(tag)) is None


@pytest.mark.parametrize(
    ("tag", "field", "before"),
    [
        ("Users", "status", "Deactivated"),
        ("Users", "phone", 41440000000),
        ("Offers", "default_payout.payout", "12.50"),
        ("Offers", "active", "1"),
        ("Publishers", "promotional_method", ["Email", "Search"]),
        ("Publishers", "tracking_domain_ids", []),
    ],
)
def test_a_value_in_another_type_is_brought_back(tag, field, before):
    undone = change({field: "new"}, {field: before}).inverse(builtin_contract().for_tag(tag))
    assert undone is not None and undone.values == {field: before}


def test_a_password_cannot_be_undone():
    operations = builtin_contract().for_tag("Users")
    made = change({"password": "correct horse"}, {"password": "*"})
    assert made.inverse({"update": operations["create"]}) is None


def test_a_creation_is_undone_by_archiving_what_was_created():
    made = change({"name": "New"}, record_id=None)
    assert made.inverse(OPERATIONS, "1020") == change(None, {"name": "New"}, "1020")
    assert made.inverse(OPERATIONS) is None
    assert made.inverse({}, "1020") is None


def test_nothing_brings_back_what_was_archived():
    assert change(None, {"name": "Old"}).inverse(OPERATIONS) is None
