"""Whose a record of the API's list is: certain only where all is told and agrees, never where one thing contradicts."""

from dataclasses import replace
from typing import Any

import pytest

from apps.api.export_records import export_id
from apps.exports.worker.matching import candidates, high_water_mark
from tests.exports.conftest import spec_of

OURS: dict[str, Any] = {
    "id": "new",
    "type": "conversion_logs",
    "integration": "int-eu",
    "created_at": "2026-11-21T10:00:05Z",
    "requested_by": "usr-1",
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
def spec():
    return spec_of(columns=["offer", "payout"])


def with_option(**changes):
    option = {**OURS["reports_query_option"], **changes}
    return OURS | {
        "reports_query_option": {name: value for name, value in option.items() if value is not None}
    }


def with_times(**times):
    return with_option(start_date=None, end_date=None, **times)


def found_as(spec, record, creator=""):
    """What a record is taken for."""
    found = candidates(spec, MARK, [record], {"taken"}, creator)
    return "certain" if found.certain else "possible" if found.possible else "not ours"


@pytest.mark.parametrize(
    "record",
    [
        OURS,
        OURS | {"created_at": "2026-11-21 10:00:05"},
        OURS | {"created_at": 1795255205},
        OURS | {"format": {"separator": "semicolon"}},
        OURS | {"id": 17},
        with_option(fields="offer, payout"),
        with_option(extra_parameters=None, filters=None),
        with_option(filters={"publisher": {"equalvalues": [], "operator": "in"}, "test": {"value": False}}),
        with_option(filters=[{"field": "offer_id", "values": []}]),
        with_times(startTime="2026-11-01 00:00:00", endTime="2026-11-02 23:59:59"),
        with_times(start_time="2026-11-01T00:00:00.000000", end_time="2026-11-02T23:59:59.999999"),
        with_times(start_time="2026-11-01T00:00:00+01:00", end_time="2026-11-02T23:59:59+01:00"),
        with_times(start_time="2026-10-31T19:00:00-04:00", end_time="2026-11-03T00:59:59.500+02:00"),
        with_times(start_time=1793487600, end_time="1793660399"),
        with_times(start_time=1793487600000, end_time=1793660399999),
        with_option(start_date="2026-11-01", start_time="2026-11-01 00:00:00"),
        with_option(
            start_date="2026-11-01", start_time="00:00:00", end_date="2026-11-02", end_time="23:59:59"
        ),
        with_option(timezone="europe/berlin"),
    ],
)
def test_a_record_that_tells_all_and_agrees_in_all_is_ours(spec, record):
    assert found_as(spec, record, "usr-1") == "certain"


@pytest.mark.parametrize(
    "record",
    [
        {"id": "new"},
        OURS | {"created_at": None},
        OURS | {"type": "something_else"},
        OURS | {"type": None},
        OURS | {"reports_query_option": None},
        OURS | {"format": {"type": "csv"}},
        OURS | {"format": {"delimiter": "custom"}},
        with_option(start_date="2026-11-01", end_date="2026-11-02"),
        with_option(start_date="2026-11-01 00:00", end_date="2026-11-02 23:59"),
        with_option(end_date="2026-11-03 00:00:00"),
        with_option(end_date="2026-11-03"),
        with_option(start_date="2026-11-01T00:00:00Z", end_date="2026-11-02T23:59:59Z"),
        with_option(start_date="0001-01-01T00:00:00Z"),
        with_option(start_date=None),
        with_option(timezone=None),
        with_option(timezone="+01:00"),
        with_option(fields=None),
        with_option(fields=["payout", "offer"]),
    ],
)
def test_a_record_that_tells_less_may_be_ours_and_is_not_taken(spec, record):
    assert found_as(spec, record) == "possible"


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
        with_option(end_date="2026-11-03 00:00:01"),
        with_option(start_date="2026-11-01 00:01"),
        with_option(start_time="2026-11-01 10:00:00"),
        with_option(start_date="2026-11-01", start_time="2026-11-01 10:00:00"),
        with_option(start_date="2026-11-01", start_time="10:00:00"),
        with_option(start_date="2026-10-31", start_time="2026-11-01 00:00:00"),
        with_option(start_date="2026-11-01T00:00:00Z", start_time="2026-11-01T10:00:00Z"),
        with_times(start_time="2026-11-01T00:00:00+02:00", end_time="2026-11-02T23:59:59+02:00"),
        with_times(start_time=1793491200, end_time=1793660399),
        with_option(start_date="2026-11-02 23:59:59", end_date="2026-11-01 00:00:00"),
        with_option(timezone="UTC"),
        with_option(timezone="Europe/Paris"),
        with_option(fields=["offer"]),
        with_option(fields=["offer", "payout", "revenue"]),
        with_option(extra_parameters=["sub_id_9"]),
        with_option(filters={"publisher": {"equalvalues": ["12"]}}),
        with_option(filters={"publisher": 12}),
        with_option(filters={"integration_id": {"equalvalues": ["int-eu", "int-us"]}}),
        with_option(filters=[{"field": "status", "operator": "eq", "value": "Approved"}]),
        with_option(filters="status=Approved"),
        OURS | {"requested_by": "usr-2"},
    ],
)
def test_a_record_that_contradicts_in_one_point_is_not_ours(spec, record):
    assert found_as(spec, record, "usr-1") == "not ours"


def test_extra_parameters_that_are_not_told_leave_a_doubt(spec):
    spec = replace(spec, extra_parameters=("sub_id_9",))
    assert found_as(spec, with_option(extra_parameters=None)) == "possible"
    assert found_as(spec, with_option(extra_parameters="sub_id_9")) == "certain"
    assert (
        found_as(spec, with_option(extra_parameters=None, fields=["offer", "payout", "sub_id_9"]))
        == "certain"
    )


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (
            "2026-10-25 02:30:00",
            "2026-10-25 03:10:00",
            ("2026-10-25T02:30:00+02:00", "2026-10-25T03:10:00+01:00"),
        ),
        (
            "2026-10-25 01:30:00",
            "2026-10-25 02:30:00",
            ("2026-10-25T01:30:00+02:00", "2026-10-25T02:30:00+01:00"),
        ),
    ],
)
def test_an_hour_that_comes_twice_agrees_either_time(start, end, told):
    spec = spec_of(start_time=start, end_time=end, columns=["offer", "payout"])
    record = with_times(start_time=told[0], end_time=told[1])
    assert found_as(spec, record) == "certain"


def test_of_several_the_oldest_comes_first(spec):
    later = OURS | {"id": "later", "created_at": "2026-11-21T10:00:09Z"}
    assert candidates(spec, MARK, [later, OURS], ()).certain == [OURS, later]


@pytest.mark.parametrize(
    ("answer", "identity"),
    [
        ({"id": "a"}, "a"),
        ({"data": {"id": 5}}, "5"),
        ({"created_item_id": "b"}, "b"),
        ({"id": True}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_the_id_is_found_bare_or_wrapped(answer, identity):
    assert export_id(answer) == identity
