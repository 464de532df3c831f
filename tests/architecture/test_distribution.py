"""`pytest -n` starts a site, databases and servers once, not for each of its processes."""

import gc

import pytest

from tests.support.cycles import NEW_OBJECTS
from tests.support.distribution import (
    LONGEST,
    expect_names_of_their_own,
    places_kept_together,
    turn_of,
    unit_of,
)


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("tests/browser/test_roles.py::test_an_admin_sees_them", "tests/browser/"),
        ("tests/browser/every_page/test_looks.py::test_it", "tests/browser/every_page/"),
        ("tests/services/test_named_kills.py::test_one[sqlite-tests/browser/]", "tests/services/"),
        ("tests/services/drills/test_soak.py::test_it", "tests/services/drills/"),
        ("tests/sandbox/demo/test_demo.py::test_it_starts", "tests/sandbox/demo/test_demo.py::"),
        ("tests/text/test_typed.py::test_a_text[x]", "tests/text/test_typed.py::test_a_text[x]"),
    ],
)
def test_what_shares_a_fixture_is_handed_out_together_and_the_rest_test_by_test(test, unit):
    assert unit_of(test, places_kept_together()) == unit


def test_the_groups_that_take_longest_are_groups_and_begin_before_the_others_and_these_before_single_tests():
    places = places_kept_together()
    assert set(LONGEST) <= set(places)
    one_of_each = [f"{place}test_it.py::test_it" for place in LONGEST]
    one_of_each += [
        "tests/browser/lists/test_keys.py::test_it",
        "tests/sandbox/demo/test_demo.py::test_it_starts",
        "tests/text/test_typed.py::test_a_text",
    ]
    turns = [turn_of(test, places) for test in one_of_each]
    assert turns == sorted(set(turns))


def test_cycles_are_not_looked_for_among_what_lives_as_long_as_the_process():
    assert gc.isenabled()
    assert gc.get_freeze_count() > 100_000
    assert gc.get_threshold()[0] == NEW_OBJECTS


def test_tests_that_share_a_name_begin_no_run_that_would_leave_them_out():
    expect_names_of_their_own(["test_it[a]", "test_it[b]"])
    with pytest.raises(pytest.UsageError, match="test_it"):
        expect_names_of_their_own(["test_it", "test_other", "test_it"])
