"""Columns turn any value a record may hold into a cell."""

from decimal import Decimal

import pytest

from apps.resources.details.panels import TextColumn
from apps.ui.cells import Cell
from apps.ui.columns import (
    Badge,
    BadgeColumn,
    Column,
    IdColumn,
    MoneyColumn,
    NumberColumn,
    ReferenceColumn,
    RowContext,
    TimeColumn,
    UrlColumn,
)
from apps.ui.values import MISSING

NOTHING = RowContext()
ACTIVE = BadgeColumn(
    "active", badges={True: Badge("Active", "ok", is_solid=True), "Public": Badge("Public", "info")}
)
MONEY = MoneyColumn("payout", currency_field="currency")
REFERENCE = ReferenceColumn("advertiser_id", "Advertiser", tag="Advertisers")
ALL = [Column("x"), IdColumn("x"), NumberColumn("x"), TimeColumn("x"), TextColumn("x")]


@pytest.mark.parametrize("record", [{}, {"x": None}, {"x": ""}, {"x": []}])
@pytest.mark.parametrize("column", ALL, ids=lambda column: type(column).__name__)
def test_a_missing_value_is_a_dash_in_every_column(column, record):
    cell = column.cell(record, NOTHING)
    assert cell.text == MISSING
    assert "muted" in cell.css
    assert not (cell.href or cell.tone or cell.moment)


@pytest.mark.parametrize("value", [0, True, 1.5, "x", ["a"], {"a": 1}, "<b>", "javascript:alert(1)"])
@pytest.mark.parametrize("column", ALL, ids=lambda column: type(column).__name__)
def test_a_value_of_any_type_is_shown_and_is_no_link(column, value):
    cell = column.cell({"x": value}, NOTHING)
    assert cell.text not in ("", MISSING)
    assert cell.href == ""


def test_a_label_comes_from_the_field_unless_one_is_given():
    assert Column("default_payout.payout_type").label == "Payout type"
    assert Column("active", "Status").label == "Status"


def test_an_amount_carries_its_currency():
    assert MONEY.cell({"payout": Decimal("4.5"), "currency": "EUR"}, NOTHING) == Cell(
        "4.50", suffix="EUR", css="number"
    )
    assert MONEY.cell({"payout": 4}, NOTHING).suffix == ""
    below = RowContext(inherited={"currency": "USD"})
    assert MONEY.cell({"payout": 4}, below).suffix == "USD"
    assert MONEY.cell({"payout": 4, "currency": "EUR"}, below).suffix == "EUR"
    assert MONEY.cell({"currency": "EUR"}, NOTHING) == Cell(MISSING, css="muted number")


@pytest.mark.parametrize("value", [True, "true", 1, "1"])
def test_a_known_value_gets_its_badge(value):
    assert ACTIVE.cell({"active": value}, NOTHING) == Cell("Active", tone="ok", is_solid=True)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Invite_Only", "? Invite_Only"),
        (7, "? 7"),
        (False, "? No"),
        (["Public"], "? Public"),
        ("x" * 99, f"? {'x' * 64}"),
    ],
)
def test_an_unknown_value_keeps_its_text_behind_a_question_mark(value, text):
    assert ACTIVE.cell({"active": value}, NOTHING) == Cell(text, tone="neutral")


def test_a_time_has_a_form_for_machines():
    cell = TimeColumn("t").cell({"t": "2026-11-21T14:05:00Z"}, NOTHING)
    assert (cell.text, cell.moment) == ("21 Nov 2026, 14:05", "2026-11-21T14:05:00+00:00")
    assert TimeColumn("t").cell({"t": "soon"}, NOTHING) == Cell("soon")


def test_a_reference_shows_the_name_and_links_where_there_is_a_page():
    context = RowContext(
        {"Advertisers": {"101": "Acme", "102": ""}}, {"Advertisers": "/advertisers/{}/".format}
    )
    assert REFERENCE.cell({"advertiser_id": 101}, context) == Cell("Acme", href="/advertisers/101/")
    assert REFERENCE.cell({"advertiser_id": 102}, context).text == "#102"
    assert REFERENCE.cell({"advertiser_id": 101}, NOTHING) == Cell("#101")
    assert REFERENCE.cell({"advertiser_id": None}, context).text == MISSING


@pytest.mark.parametrize("column", [TextColumn("url"), UrlColumn("url")], ids=["page", "table"])
def test_only_web_addresses_become_links(column):
    cell = column.cell({"url": "https://example.com/?c={click_id}"}, NOTHING)
    assert (cell.href, cell.is_external) == ("https://example.com/?c={click_id}", True)
    for other in (
        "data:text/html,x",
        "javascript:alert(1)",
        "ftp://example.com",
        "example.com",
        ["https://x.example"],
    ):
        assert column.cell({"url": other}, NOTHING).href == ""
