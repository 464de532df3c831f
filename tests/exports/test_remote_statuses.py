"""What the API's statuses read like: the same on its page, on ours, and in the list."""

import uuid
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.request.repeat_links import again_url_of_remote


@pytest.mark.parametrize(
    ("status", "words", "tone", "is_busy"),
    [
        ("PENDING", "Queued at the API", "neutral", True),
        ("in_progress", "Running", "info", True),
        ("ERROR", "Failed", "bad", False),
        ("CANCELLED", "Canceled", "neutral", False),
        ("ON_HOLD", "? ON_HOLD", "neutral", False),
        ("", "Unknown", "neutral", False),
    ],
)
def test_a_status_of_the_api_reads_the_same_whoever_asked(status, words, tone, is_busy):
    remote = RemoteExport(uuid.uuid4(), {"status": status})
    assert (remote.state_words, remote.tone, remote.is_busy) == (words, tone, is_busy)
    ours = ExportRequest(state="waiting", remote_status=remote.status)
    assert ours.state_words == (words if status else "Running")


RECORD: dict[str, Any] = {
    "id": "exp-1",
    "type": "conversion_logs",
    "status": "COMPLETED",
    "integration": "int-eu",
    "artifact": {"name": "a.csv"},
    "reports_query_option": {
        "start_date": "2026-10-19",
        "end_date": "2026-10-19",
        "start_time": "2026-10-19 15:53:00",
        "end_time": "2026-10-19 16:12:59",
        "timezone": "Europe/Berlin",
        "fields": ["offer"],
    },
}


def told(**option):
    return RemoteExport(
        uuid.uuid4(), RECORD | {"reports_query_option": RECORD["reports_query_option"] | option}
    )


def test_the_finest_time_of_a_record_is_what_every_page_and_question_says():
    remote = told()
    assert remote.range_words == "19 Oct 2026, 15:53:00 – 19 Oct 2026, 16:12:59"
    assert (remote.start, remote.end) == ("2026-10-19 15:53:00", "2026-10-19 16:12:59")
    asked = parse_qs(urlsplit(again_url_of_remote(remote)).query)
    assert (asked["start_time"], asked["end_time"]) == (["2026-10-19 15:53:00"], ["2026-10-19 16:12:59"])
    assert asked["time_zone"] == ["Europe/Berlin"]


@pytest.mark.parametrize(
    ("option", "words", "start", "end"),
    [
        (
            {"start_time": None, "end_time": None},
            "19 Oct 2026, hours not told",
            "2026-10-19 00:00:00",
            "2026-10-19 23:59:59",
        ),
        (
            {"start_time": "2026-10-19 15:53", "end_time": "2026-10-19 16:12"},
            "19 Oct 2026, 15:53 – 19 Oct 2026, 16:12",
            "2026-10-19 15:53:00",
            "2026-10-19 16:12:59",
        ),
        (
            {"start_date": None, "end_date": None, "start_time": 1792417980, "end_time": 1792419179},
            "19 Oct 2026, 15:53:00 – 19 Oct 2026, 16:12:59",
            "2026-10-19 15:53:00",
            "2026-10-19 16:12:59",
        ),
        (
            {
                "start_time": "2026-10-19T13:53:00+00:00",
                "end_time": "2026-10-19T20:12:59+06:00",
                "timezone": None,
            },
            "2026-10-19 13:53:00 – 2026-10-19 14:12:59",
            "2026-10-19 13:53:00",
            "2026-10-19 14:12:59",
        ),
    ],
)
def test_a_range_is_shown_as_finely_as_it_is_told_and_asked_again_as_it_was(option, words, start, end):
    remote = told(**option)
    if option.get("timezone", "") is not None:
        assert remote.range_words == words
    asked = parse_qs(urlsplit(again_url_of_remote(remote)).query)
    assert (asked["start_time"], asked["end_time"]) == ([start], [end])
    assert asked["time_zone"] == (["UTC"] if option.get("timezone", "") is None else ["Europe/Berlin"])


def test_a_file_made_with_a_filter_says_so():
    remote = told(
        filters={"publisher": {"equalvalues": ["12", "13"]}, "integration_id": {"equalvalues": ["int-eu"]}}
    )
    assert list(remote.filters) == ["publisher: 12, 13"]
    assert list(told().filters) == []


def test_one_that_is_finished_and_names_no_file_is_not_called_ready_on_our_page():
    assert ExportRequest(state="waiting", remote_status="COMPLETED").state_words == "Finished at the API"
