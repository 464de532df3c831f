"""Charts are pictures that are read without colour, and tables for whoever sees none."""

from decimal import Decimal
from xml.etree import ElementTree

import pytest

from apps.ui.charts.chart import MAXIMUM_COLUMNS, MAXIMUM_LINES, Chart
from apps.ui.charts.data import ChartData, Kind, Series
from apps.ui.charts.scale import Scale, short_number
from apps.ui.charts.sparks import spark_line

DAYS = ["2026-11-01", "2026-11-02", "2026-11-03"]


def chart(series, kind=Kind.BARS, categories=DAYS, *, is_calendar=True):
    data = ChartData("Rows per day", categories, series, is_calendar, lambda value: f"{value:f}")
    return Chart(data, kind)


def numbers(*values):
    return [None if value is None else Decimal(value) for value in values]


def parsed(drawn):
    """The picture as elements; one that is no XML raises."""
    return ElementTree.fromstring(f"<x>{drawn}</x>")  # noqa: S314


def elements(drawn, css):
    return [one for one in parsed(drawn.svg).iter() if css in one.get("class", "").split()]


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("is_calendar", [True, False])
def test_every_kind_is_markup_without_styles_and_has_a_name(kind, is_calendar):
    two = [Series("A", numbers(1, None, 3)), Series("B", numbers(-2, 5, 0))]
    drawn = chart(two, kind, is_calendar=is_calendar)
    [picture] = [one for one in parsed(drawn.svg).iter("svg") if one.get("role") == "img"]
    assert picture.get("aria-label").startswith("Rows per day: 3 ")
    assert "style" not in drawn.svg


def test_texts_of_others_are_escaped():
    drawn = chart([Series("<b>", numbers(1)), Series("c&d", numbers(2))], categories=["<script>x"])
    assert "<script>" not in drawn.svg
    assert "<b>" not in drawn.svg
    parsed(drawn.svg)


def test_bars_are_as_high_as_their_values_say():
    bars = elements(chart([Series("A", numbers(10, 5, 0))]), "chart-bar")
    assert [float(bar.get("height")) for bar in bars] == pytest.approx([200, 100])


def test_stacked_bars_stand_on_each_other_and_those_below_zero_hang():
    drawn = chart(
        [Series("A", numbers(2)), Series("B", numbers(2)), Series("C", numbers(-4))], Kind.STACKED, ["x"]
    )
    first, second, third = elements(drawn, "chart-bar")
    assert float(second.get("y")) + float(second.get("height")) == pytest.approx(float(first.get("y")))
    assert float(third.get("y")) == pytest.approx(float(first.get("y")) + float(first.get("height")))


def test_parts_differ_by_pattern_and_lines_by_dashes_and_marks():
    two = [Series("A", numbers(1, 2, 3)), Series("B", numbers(3, 2, 1))]
    fills = {bar.get("fill") for bar in elements(chart(two, Kind.STACKED), "chart-bar")}
    assert len(fills) == 2
    assert all(fill.startswith("url(#") for fill in fills)
    lines = elements(chart(two, Kind.LINES), "chart-stroke")
    assert len({line.get("stroke-dasharray") for line in lines}) == 2
    assert [entry.name for entry in chart(two, Kind.LINES).legend] == ["A", "B"]


def test_pointing_at_a_day_says_all_of_its_values():
    two = [Series("A", numbers(1, 2, 3)), Series("B", numbers(3, None, 1))]
    titles = [one.text for one in parsed(chart(two, Kind.LINES).svg).iter("title")]
    assert titles == ["2026-11-01\nA: 1\nB: 3", "2026-11-02\nA: 2", "2026-11-03\nA: 3\nB: 1"]


def test_of_too_many_days_the_last_are_drawn_and_of_too_many_names_the_largest():
    many = [str(number) for number in range(200)]
    days = chart([Series("A", numbers(*range(200)))], categories=many)
    assert (days.shown_count, days.hidden) == (MAXIMUM_COLUMNS, 200 - MAXIMUM_COLUMNS)
    assert days.shown.categories[-1] == "199"
    names = chart([Series("A", numbers(*range(200)))], categories=many, is_calendar=False)
    assert names.shown.categories == [str(number) for number in range(199, 199 - MAXIMUM_LINES, -1)]
    assert len(names.table) == 200


def test_all_others_are_a_part_of_bars_and_no_line():
    two = [Series("A", numbers(1, 2, 3)), Series("9 others", numbers(90, 90, 90), is_rest=True)]
    assert len(chart(two, Kind.STACKED).legend) == 2
    lines = chart(two, Kind.LINES)
    assert (len(elements(lines, "chart-stroke")), lines.undrawn) == (1, "9 others")
    assert lines.table[0].values == ["1", "90"]


def test_names_are_never_joined_by_a_line():
    assert chart([Series("A", numbers(1, 2, 3))], Kind.LINES, is_calendar=False).kind is Kind.STACKED


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([7], [0, 2, 4, 6, 8]),
        ([0], [0, 1]),
        ([], [0, 1]),
        ([-3, 9], [-5, 0, 5, 10]),
        (["0.004"], ["0", "0.001", "0.002", "0.003", "0.004"]),
        ([1_000_000], [0, 250_000, 500_000, 750_000, 1_000_000]),
    ],
)
def test_the_axis_has_round_numbers_and_zero(values, ticks):
    assert Scale.of(numbers(*values)).ticks == numbers(*ticks)


@pytest.mark.parametrize(
    ("value", "text"),
    [("0", "0"), ("2500", "2.5k"), ("-1000000", "-1M"), ("0.25", "0.25"), ("999", "999"), ("100", "100")],
)
def test_numbers_of_the_axis_are_short(value, text):
    assert short_number(Decimal(value)) == text


def test_a_spark_line_says_its_numbers():
    drawn = spark_line(numbers(3, 9, 5), "Conversions", lambda value: f"{value:f}")
    assert parsed(drawn)[0].get("aria-label") == "Conversions: lowest 3, highest 9, last 5"
    assert spark_line([], "Conversions", str) == ""
