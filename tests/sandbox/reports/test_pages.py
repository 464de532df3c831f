"""Report pages: ranges, cursors, filters, time zones."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.sandbox.data.organisations import MAIN
from apps.sandbox.reports.row_stream import Stream

REPORTS = {"click": "/reports/v2/click-table", "conversion": "/reports/v2/conversion-table"}
LAST_WEEKS = {"integration_id": "int-eu", "page[size]": "25"}


def _range(days: float) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        **LAST_WEEKS,
        "start_time": f"{now - timedelta(days=days):%Y-%m-%d %H:%M:%S}",
        "end_time": f"{now:%Y-%m-%d %H:%M:%S}",
    }


def _page(call, kind: str, **params: str) -> tuple[list[dict], dict]:
    answer = call("GET", REPORTS[kind], params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["data"], answer.json()["data"]["pageInfo"]


@pytest.mark.parametrize("kind", REPORTS)
def test_there_are_at_least_a_hundred_thousand_rows(kind):
    now = datetime.now(UTC).timestamp()
    for integration in MAIN.integrations:
        assert len(Stream(MAIN, integration, kind).numbers(0, now, now)) >= 100_000


def test_cursors_lead_through_all_rows_and_back(call):
    whole = _range(days=0.25)
    pages: list[list[str]] = []
    cursors: list[str] = []
    extra: dict[str, str] = {}
    while True:
        rows, info = _page(call, "click", **whole, **extra)
        assert info["hasPreviousPage"] is bool(pages)
        pages.append([row["real_tx_id"] for row in rows])
        cursors.append(info["startCursor"])
        if not info["hasNextPage"]:
            break
        extra = {"page[after]": info["endCursor"]}
    every = [cursor for page in pages for cursor in page]
    assert len(every) == len(set(every))
    assert 230 <= len(every) <= 250
    rows, info = _page(call, "click", **whole, **{"page[before]": cursors[2]})
    assert [row["real_tx_id"] for row in rows] == pages[1]
    assert (info["hasPreviousPage"], info["hasNextPage"]) == (True, True)


def test_rows_are_newest_first_and_inside_the_range(call):
    asked = _range(days=2)
    rows, _ = _page(call, "conversion", **asked)
    times = [row["conversion_time"] for row in rows]
    assert times == sorted(times, reverse=True)
    assert all(asked["start_time"] <= time <= asked["end_time"] for time in times)


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("filter[status]", "Rejected", "status", "Rejected"),
        ("filter[offer_id]", "1001", "offer_id", 1001),
        ("filter[publisher]", "5001", "publisher_id", 5001),
        ("filter[advertiser]", "108", "advertiser_id", 108),
    ],
)
def test_filters(name, value, field, expected, call):
    rows, _ = _page(call, "click", **_range(days=100), **{name: value})
    assert len(rows) == 25
    assert {row[field] for row in rows} == {expected}


def test_times_are_read_and_written_in_the_time_zone_asked_for(call):
    day = datetime.now(UTC) - timedelta(days=3)
    here = {**LAST_WEEKS, "start_time": f"{day:%Y-%m-%d} 00:00:00", "end_time": f"{day:%Y-%m-%d} 23:59:59"}
    rows, _ = _page(call, "click", **here, timezone="Asia/Tokyo")
    assert all(row["date_time"].startswith(f"{day:%Y-%m-%d}") for row in rows)
    written = datetime.strptime(rows[0]["date_time"], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert written.timestamp() - rows[0]["unix_time"] == 9 * 3600


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"start_time": "2026-01-01"}, "start_time"),
        ({"start_time": "2026-02-30 00:00:00"}, "start_time"),
        ({"end_time": "2020-01-01 00:00:00"}, "end_time"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"timezone": "../../etc/passwd"}, "timezone"),
        ({"page[size]": "101"}, "page[size]"),
        ({"page[after]": "nonsense"}, "page[after]"),
        ({"page[after]": "6b012f378332ad86f4", "page[before]": "6b012f378332ad86f4"}, "page[after]"),
        ({"filter[status]": "Pending"}, "filter[status]"),
        ({"sort": "date_time"}, "sort"),
        ({"start_date": "2026-01-01"}, "start_date"),
    ],
)
def test_what_the_reference_excludes_is_refused(params, field, call):
    answer = call("GET", REPORTS["click"], params={**_range(days=1), **params})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]


def test_a_missing_time_is_named(call):
    answer = call("GET", REPORTS["click"], params=LAST_WEEKS)
    assert set(answer.json()["errors"]) == {"start_time", "end_time"}
