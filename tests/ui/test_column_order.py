"""A column moved one place up or down."""

import pytest

from apps.ui.column_order import moved


@pytest.mark.parametrize(
    ("action", "columns"),
    [
        ("show", ("a", "b", "c")),
        ("up:b", ("b", "a", "c")),
        ("up:a", ("a", "b", "c")),
        ("down:b", ("a", "c", "b")),
        ("down:c", ("a", "b", "c")),
        ("down:zzz", ("a", "b", "c")),
        ("sideways:a", ("a", "b", "c")),
    ],
)
def test_columns_are_moved_by_one_place(action, columns):
    assert moved(("a", "b", "c"), action) == columns
