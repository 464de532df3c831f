"""Values as cells of files: nothing of them is lost on the way there and back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.resources.files.values import CLEAR, cell_of, items_of, plain_text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        ("", ""),
        ([], ""),
        (True, "true"),
        (False, "false"),
        (9007199254740993, "9007199254740993"),
        (Decimal("4.50"), "4.50"),
        (Decimal("1E+3"), "1000"),
        ("0049 30", "0049 30"),
        ("=1+1", "'=1+1"),
        (["US", "DE"], "US, DE"),
        (["a, b", "c"], '["a, b", "c"]'),
        ([1, None], "[1, null]"),
        ({"a": 1}, '{"a": 1}'),
        (r"\N", r"\\N"),
    ],
)
def test_a_value_has_one_cell(value, cell):
    assert cell_of(value) == cell


def test_seconds_of_a_time_are_a_moment():
    assert cell_of(1_700_000_000, is_time=True) == "2023-11-14T22:13:20+00:00"
    assert cell_of("2026-11-01T00:00:00Z", is_time=True) == "2026-11-01T00:00:00Z"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.sampled_from([r"\N", r"\\N", r"\\\N"])
)
def test_a_text_comes_back_and_is_never_the_word_for_nothing(text):
    cell = cell_of(text)
    assert cell != CLEAR
    assert plain_text(cell) == text


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8), max_size=5))
def test_a_list_comes_back(items):
    assert items_of(plain_text(cell_of(items))) == items
