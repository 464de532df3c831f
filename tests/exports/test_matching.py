"""Finding our export among records of whatever shape: what is there must agree, what is not is no evidence."""

from typing import Any

import pytest

from apps.exports.matching import high_water_mark, matches, remote_id_of
from apps.exports.models import ExportRequest

OURS: dict[str, Any] = {
    "id": "new",
    "type": "conversion_logs",
    "integration": "int-eu",
    "created_at": "2026-11-21T10:00:05Z",
    "format": {"delimiter": ";"},
    "reports_query_option": {
        "start_date": "2026-11-01 00:00:00",
        "end_date": "2026-11-02 23:59:59",
        "timezone": "Europe/Berlin",
        "fields": ["offer", "payout"],
        "extra_parameters": [],
        "filters": {"integration_id": {"equalvalues": ["int-eu"]}},
    },
}
MARK = high_water_mark([{"id": "old", "created_at": "2026-11-21T10:00:00Z"}, {"odd": True}])


@pytest.fixture
def export():
    return ExportRequest(
        report="conversions",
        integration_id="int-eu",
        start_time="2026-11-01 00:00:00",
        end_time="2026-11-02 23:59:59",
        time_zone="Europe/Berlin",
        columns=["offer", "payout"],
        delimiter=";",
    )


def with_option(**changes):
    return OURS | {"reports_query_option": OURS["reports_query_option"] | changes}


@pytest.mark.parametrize(
    "record",
    [
        OURS,
        {"id": "new"},
        OURS | {"created_at": "2026-11-21 10:00:05"},
        OURS | {"created_at": None, "type": "something_else"},
        OURS | {"format": {"separator": "semicolon"}},
        OURS | {"id": 17},
        OURS | {"reports_query_option": None},
        with_option(start_date="2026-11-01T00:00:00+01:00", end_date="2026-11-02T23:59:59Z"),
        with_option(start_date="2026-11-01", end_date="2026-11-02"),
        with_option(fields="payout, offer"),
        OURS | {"reports_query_option": {"startTime": "2026-11-01 00:00:00", "columns": "offer,payout"}},
    ],
)
def test_a_record_that_agrees_in_what_it_tells_is_ours(export, record):
    assert matches(export, MARK, [record], taken=()) == [record]


@pytest.mark.parametrize(
    "record",
    [
        OURS | {"id": "old"},
        OURS | {"id": "taken"},
        {"type": "conversion_logs"},
        OURS | {"created_at": "2026-11-21T09:59:59Z"},
        OURS | {"type": "click_logs"},
        OURS | {"integration": "int-us", "reports_query_option": {}},
        OURS | {"format": {"delimiter": ","}},
        with_option(start_date="2026-11-01 00:00:01"),
        with_option(end_date="2026-11-03 23:59:59"),
        with_option(timezone="UTC"),
        with_option(fields=["offer"]),
        with_option(fields=["offer", "payout", "revenue"]),
        with_option(extra_parameters=["sub_id_9"]),
    ],
)
def test_a_record_that_contradicts_is_not_ours(export, record):
    assert matches(export, MARK, [record], taken={"taken"}) == []


def test_of_several_the_oldest_comes_first(export):
    later = OURS | {"id": "later", "created_at": "2026-11-21T10:00:09Z"}
    assert matches(export, MARK, [later, OURS], taken=()) == [OURS, later]


@pytest.mark.parametrize(
    ("answer", "identity"),
    [
        ({"id": "a"}, "a"),
        ({"data": {"id": 5}}, "5"),
        ({"created_item_id": "b"}, "b"),
        ({"id": True}, None),
        ([], None),
        (None, None),
    ],
)
def test_the_id_is_found_bare_or_wrapped(answer, identity):
    assert remote_id_of(answer) == identity
