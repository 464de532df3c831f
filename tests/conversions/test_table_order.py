"""Rows of unknown columns are ordered by what a column is: sizes, moments, or letters, one of them for all values."""

import pytest

from apps.conversions.table import Table


@pytest.mark.parametrize(
    ("column", "in_order"),
    [
        ("time", ["2026-11-01T20:00:00-02:00", "2026-11-02T00:30:00+02:00", "2026-11-01T23:00:00Z"]),
        ("n", ["9", "10", "100"]),
        ("offerId", ["9", "10", "100"]),
        ("App Version", ["1.10", "1.9", "10.0"]),
        ("zip", ["007", "10", "9"]),
        ("code", ["007", "1e5", "8"]),
    ],
)
def test_a_column_is_ordered_as_what_it_is(column, in_order):
    table = Table([{column: value} for value in reversed(in_order)])
    assert [row[column] for row in table.sorted_by(column, is_descending=False).rows] == in_order


def test_ids_are_not_set_like_numbers():
    table = Table([{"payout": 1, "offerId": 7, "Zip Code": 10115}])
    assert [table.is_number(name) for name in table.columns] == [True, False, False]
