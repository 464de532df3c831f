"""Rows of a service whose fields have other names: the reference does not say what a row holds."""

import pytest

from apps.reports.report_types import CLICKS, CONVERSIONS
from apps.reports.rows.columns import ColumnSelection
from apps.reports.rows.references import ADVERTISER, PUBLISHER, moment_of_row, reference_in, time_text_of


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (42, ("42", "")),
        ("42", ("42", "")),
        ("b98c67c2-15bd-448f-f261-49edbe4c5ce6", ("b98c67c2-15bd-448f-f261-49edbe4c5ce6", "")),
        ("507f1f77bcf86cd799439011", ("507f1f77bcf86cd799439011", "")),
        ("01ARZ3NDEKTSV4RRFFQ69G5FAV", ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "")),
        ("Acme 42", ("", "Acme 42")),
        ("deadbeefdeadbeef is a name", ("", "deadbeefdeadbeef is a name")),
        ("Decade", ("", "Decade")),
        (True, ("", "")),
    ],
)
def test_an_id_in_place_of_a_name_is_taken_for_an_id(value, expected):
    found = reference_in({"publisher": value}, PUBLISHER)
    assert (found.id, found.name) == expected


def test_an_id_and_a_name_that_looks_like_one_stay_what_they_are():
    found = reference_in({"advertiser_id": 7, "advertiser": "123"}, ADVERTISER)
    assert (found.id, found.name) == ("7", "123")


@pytest.mark.parametrize("report", [CLICKS, CONVERSIONS])
def test_the_time_is_read_where_the_reference_puts_it(report):
    record = {"request_time": "2026-11-26 13:15:09"}
    assert time_text_of(record, report) == "2026-11-26 13:15:09"
    assert str(moment_of_row(record, report)) == "2026-11-26 13:15:09"


def test_a_column_that_nobody_chose_is_not_missed():
    rows = [{"real_tx_id": "A", "status": "Approved"}]
    assert ColumnSelection(CONVERSIONS, (), rows).unknown == []
    assert ColumnSelection(CONVERSIONS, ("geo_country",), rows).unknown == ["geo_country"]
