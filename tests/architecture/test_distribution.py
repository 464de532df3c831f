"""`pytest -n` starts a site, databases and servers once, not once for each of its processes."""

import pytest

from tests.support.distribution import places_kept_together, unit_of


@pytest.mark.parametrize(
    ("test", "unit"),
    [
        ("tests/browser/test_roles.py::test_an_admin_sees_them", "tests/browser/"),
        ("tests/services/test_named_kills.py::test_one[sqlite-tests/browser/]", "tests/services/"),
        ("tests/sandbox/demo/test_demo.py::test_it_starts", "tests/sandbox/demo/test_demo.py::"),
        ("tests/text/test_typed.py::test_a_text[x]", "tests/text/test_typed.py::test_a_text[x]"),
    ],
)
def test_what_shares_a_fixture_is_handed_out_together_and_the_rest_test_by_test(test, unit):
    assert unit_of(test, places_kept_together()) == unit
