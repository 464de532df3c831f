"""The address of a report is its state: read and written both ways, with a clear word for each wrong part."""

from datetime import UTC, datetime

import pytest
from django.http import QueryDict

from apps.api.contract.contract import builtin_contract
from apps.reports.query_parsing import ParsedQuery, QueryParser
from apps.reports.range_presets import PRESETS
from apps.reports.report_types import CLICKS, CONVERSIONS
from apps.reports.state import ReportState

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
RANGE = "start_time=2026-11-01+00:00:00&end_time=2026-11-02+23:59:59&timezone=Europe/Berlin"


def read(query: str, report=CONVERSIONS, zone: str = "Europe/Berlin") -> ParsedQuery:
    operation = builtin_contract().operation(report.table_operation_id)
    return QueryParser(QueryDict(query), report, operation, zone=zone, now=NOW).read("int-eu")


def state_of(query: str) -> ReportState:
    reading = read(query)
    assert not reading.errors
    return reading.state


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "&filter[status]=Rejected&filter[offer_id]=1042&filter[publisher]=Mosaic+%26+Co&filter[advertiser]=7",
        "&page[size]=100&page[after]=abc&position=100",
        "&page[size]=25&page[before]=abc&position=0",
        "&page[after]=abc",
        "&columns=status&columns=payout,%20odd&row=6b05",
    ],
)
def test_a_canonical_address_is_read_and_written_the_same(rest):
    query = f"integration_id=int-eu&{RANGE}{rest}"
    reading = read(query)
    assert (reading.problems, dict(reading.errors), reading.is_canonical) == ((), {}, True)
    again = read(reading.state.query_string().removeprefix("?"))
    assert again.state == reading.state
    assert QueryDict(again.state.query_string()[1:]) == QueryDict(query)


@pytest.mark.parametrize(
    ("report", "days"),
    [(CONVERSIONS, ("2026-11-21 00:00:00", "2026-11-27 23:59:59")), (CLICKS, ("2026-11-27 00:00:00",) * 1)],
)
def test_without_a_range_it_is_the_reports_own_in_the_persons_zone(report, days):
    reading = read("integration_id=int-eu", report)
    assert not reading.is_canonical
    # At half past eleven in the evening of UTC it is already the next day in Berlin.
    assert (reading.state.start, reading.state.end)[: len(days)] == days
    assert reading.state.end == "2026-11-27 23:59:59"
    assert reading.state.time_zone == "Europe/Berlin"


@pytest.mark.parametrize("name", PRESETS)
def test_a_range_by_its_name_becomes_times_in_the_zone_of_the_address(name):
    reading = read(f"range={name}&timezone=America/New_York&start_time=2020-01-01")
    assert not reading.is_canonical
    start, end = PRESETS[name][1](datetime(2026, 11, 26).date())
    assert reading.state.start_moment == start
    assert reading.state.end_moment == end
    assert not reading.errors


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        (
            "start_time=2026-11-01T10:20:30&end_time=2026-11-01T11:00",
            "2026-11-01 10:20:30",
            "2026-11-01 11:00:00",
        ),
        ("start_time=2026-11-01&end_time=2026-11-01", "2026-11-01 00:00:00", "2026-11-01 23:59:59"),
        (
            "range=custom&start_time=2026-11-01&end_time=2026-11-02",
            "2026-11-01 00:00:00",
            "2026-11-02 23:59:59",
        ),
    ],
)
def test_other_spellings_of_a_time_are_led_to_the_one_of_the_api(typed, start, end):
    reading = read(f"integration_id=int-eu&timezone=europe/berlin&{typed}")
    assert (reading.state.start, reading.state.end) == (start, end)
    assert reading.state.time_zone == "Europe/Berlin"
    assert not reading.is_canonical
    assert not reading.problems


@pytest.mark.parametrize(
    ("query", "parameter", "words"),
    [
        ("start_time=2026-11-02&end_time=2026-11-01+00:00:00", "end_time", "before the start"),
        ("start_time=2026-11-28&end_time=2026-11-29", "start_time", "can be no conversions yet"),
        (
            "start_time=2026-11-01&end_time=2026-11-02&timezone=Mars/Olympus",
            "timezone",
            "no time zone “Mars/Olympus”",
        ),
        ("start_time=yesterday&end_time=2026-11-02", "start_time", "Write a date and time"),
        ("start_time=2026-11-01", "end_time", "Write a date and time"),
        ("start_time=2026-02-30&end_time=2026-11-02", "start_time", "Write a date and time"),
        ("start_time=0001-01-01&end_time=9999-12-31", "start_time", "Write a date and time"),
        ("end_time=9999-12-31&start_time=2026-11-01", "end_time", "Write a date and time"),
    ],
)
def test_a_range_that_cannot_be_is_named_and_kept_as_typed(query, parameter, words):
    reading = read(f"integration_id=int-eu&filter[offer_id]=7&page[size]=25&{query}")
    assert words in reading.errors[parameter]
    typed = QueryDict(query)[parameter] if parameter in query else ""
    shown = {"start_time": reading.state.start, "end_time": reading.state.end}
    shown["timezone"] = reading.state.time_zone
    assert shown[parameter].startswith(typed)
    assert reading.state.filter_value("offer_id") == "7"
    assert reading.state.page_size == 25


def test_a_control_character_in_a_filter_counts_as_a_blank():
    state = state_of(f"integration_id=int-eu&{RANGE}&filter[offer_id]=a%00b%07")
    assert state.filter_value("offer_id") == "a b"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter[status]=Pending", "not one of Approved, Rejected"),
        ("filter[colour]=red", "“filter[colour]” is not part of a report's address"),
        ("page[size]=7", "25, 50, 100 rows; “7” was ignored"),
        ("page[size]=999999", "25, 50, 100"),
        ("page[after]=a&page[before]=b", "exclude each other"),
        ("filter[offer_id]=1&filter[offer_id]=2", "“filter[offer_id]” stands 2 times; the last one counts"),
        ("timezone=UTC", "“timezone” stands 2 times"),
        ("page[after]=a&position=-3", "position must be a whole number"),
        ("range=next-year", "no range called “next-year”"),
        ("sort=payout", "“sort” is not part of a report's address"),
        ("&".join(f"columns=c{number}" for number in range(70)), "At most 60 columns"),
    ],
)
def test_what_is_left_out_is_named_and_the_rest_is_kept(query, words):
    reading = read(f"integration_id=int-eu&{RANGE}&filter[publisher]=42&{query}")
    assert any(words in problem for problem in reading.problems), reading.problems
    assert not reading.errors
    assert reading.state.start == "2026-11-01 00:00:00"
    assert reading.state.filter_value("publisher") == "42"
    if "before" in query:
        assert not (reading.state.after or reading.state.before)


def test_the_api_is_sent_its_own_parameters_and_nothing_of_ours():
    state = state_of(f"{RANGE}&filter[status]=Approved&page[after]=abc&position=50&columns=x&row=y")
    assert state.api_parameters() == [
        ("integration_id", "int-eu"),
        ("start_time", "2026-11-01 00:00:00"),
        ("end_time", "2026-11-02 23:59:59"),
        ("timezone", "Europe/Berlin"),
        ("page[size]", "50"),
        ("page[after]", "abc"),
        ("filter[status]", "Approved"),
    ]


def test_another_range_filter_or_size_begins_with_the_newest_row():
    state = state_of(f"{RANGE}&filter[status]=Approved&page[after]=abc&position=50&row=y")
    for other in (
        state.with_size(25),
        state.without_filter("status"),
        state.with_filters(offer_id="1"),
        state.with_range(NOW, NOW),
        state.in_other_report(),
    ):
        assert (other.after, other.position, other.row) == ("", 0, "")
    assert "range=today" in state.named_range_query("today")
    assert "start_time" not in state.named_range_query("today")
