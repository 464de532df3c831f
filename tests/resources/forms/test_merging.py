"""What the person wants and what somebody else did are merged field by field, on values in the contract's types."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources.forms.merging import Merge, Opened, ShownConflicts

FIELDS = builtin_contract().for_tag("Offers")["update"].body_fields
SHOWN = ["name", "description", "active", "default_payout.payout"]
BEFORE = {"name": "A", "description": "old", "active": True, "default_payout": {"payout": 1}}


def merge(now, mine, opened=None):
    return Merge(opened or Opened(BEFORE, None, {}), {**BEFORE, **now}, mine, SHOWN, FIELDS)


def asked(record, choices):
    return Opened(BEFORE, ShownConflicts({**BEFORE, **record}, frozenset(["description"])), choices)


def test_what_only_one_changed_is_merged():
    merged = merge({"name": "Theirs"}, {"description": "mine"})
    assert (merged.values(), merged.clashing) == ({"description": "mine"}, set())
    assert merged.changed_elsewhere == {"name"}
    assert merged.untouched == {"name", "active", "default_payout.payout"}


@pytest.mark.parametrize(
    ("now", "mine"),
    [
        ({"description": "same"}, {"description": "same"}),
        ({"active": "false"}, {"active": False}),
        ({"default_payout": {"payout": "2.00"}}, {"default_payout.payout": 2}),
    ],
)
def test_the_same_change_by_two_is_none_and_is_not_sent(now, mine):
    merged = merge(now, mine)
    assert (merged.clashing, merged.values()) == (set(), {})


def test_another_spelling_of_what_was_there_is_no_change_of_somebody_else():
    assert merge({"default_payout": {"payout": "1.00"}, "active": "true"}, {}).changed_elsewhere == set()


@pytest.mark.parametrize(
    ("choices", "values", "undecided"),
    [
        ({"description": "mine"}, {"description": "mine"}, set()),
        ({"description": "theirs"}, {}, set()),
        ({}, {"description": "mine"}, {"description"}),
    ],
)
def test_a_choice_decides_about_what_both_changed(choices, values, undecided):
    now = {"description": "theirs"}
    merged = merge(now, {"description": "mine"}, asked(now, choices))
    assert (merged.clashing, merged.undecided, merged.values()) == ({"description"}, undecided, values)


def test_a_choice_about_what_has_changed_again_counts_for_nothing():
    opened = asked({"description": "theirs"}, {"description": "mine"})
    assert merge({"description": "a third"}, {"description": "mine"}, opened).undecided == {"description"}


def test_without_what_was_shown_every_difference_is_asked_about():
    merged = merge({}, {"name": "B", "description": "old"}, Opened(None, None, {}))
    assert merged.clashing == {"name"}
