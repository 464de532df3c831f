"""What a scan says of itself, in each of its states."""

from datetime import UTC, datetime

import pytest

from apps.api.errors import RateLimited, ServiceFailed
from apps.home.trace.scan import ENDED, FAILED, FOUND, READING, ReportScan, Scan
from apps.home.trace.scan_page import scan_page
from apps.reports.report_types import CLICKS, CONVERSIONS

NEWEST = datetime(2026, 11, 2, tzinfo=UTC)


def part_of(*, is_paused=False, **values):
    part = ReportScan(CLICKS, **values)
    return scan_page(Scan([part], is_paused=is_paused), NEWEST, {}).parts[0]


@pytest.mark.parametrize(
    ("values", "badge", "outcome", "progress"),
    [
        ({}, ("info", "Reading"), "", "Nothing read yet"),
        ({"is_paused": True}, ("neutral", "Not through"), "", "Nothing read yet"),
        ({"state": ENDED}, ("neutral", "Not here"), "", "No rows in this time"),
        ({"rows": 1200, "until": "1 Nov"}, ("info", "Reading"), "", "1,200 rows read, back to 1 Nov"),
        ({"state": FOUND, "rows": 7, "until": "1 Nov"}, ("ok", "Found"), "1 Nov", "7 rows read"),
        (
            {"rows": 200, "until": "1 Nov", "until_seconds": int(NEWEST.timestamp()) - 86_400},
            ("info", "Reading"),
            "",
            "200 rows read, back to 1 Nov; a day takes about 2 calls",
        ),
    ],
)
def test_a_report_says_how_far_it_was_read(values, badge, outcome, progress):
    part = part_of(**values)
    assert (part.badge, part.outcome, part.progress) == (badge, outcome, progress)


@pytest.mark.parametrize(
    ("state", "error", "badge"),
    [
        (READING, RateLimited("clickReport", "Slow down"), ("warn", "Waiting")),
        (FAILED, ServiceFailed("clickReport", "Down"), ("bad", "Not read to the end")),
    ],
)
def test_a_report_that_was_not_answered_says_why(state, error, badge):
    part = part_of(state=state, error=error, rows=100)
    assert part.badge == badge
    assert part.error is not None
    assert part.outcome.startswith(part.error.title)
    assert part.progress == "100 rows read"


@pytest.mark.parametrize(
    ("states", "is_paused", "title", "announcement", "button"),
    [
        ((READING, FOUND), False, "Looking row by row", "", ""),
        ((READING, FOUND), True, "Stopped", "Stopped: Clicks 0 rows, Conversions found", "Read on"),
        ((ENDED, FOUND), False, "Looked through", "Looked through: Clicks 0 rows, Conversions found", ""),
        ((FAILED, ENDED), False, "Looked through", "Looked through: Clicks 0 rows, Conversions 0 rows", "Try again"),
    ],
)  # fmt: skip
def test_the_page_says_what_goes_on_and_what_can_be_done(states, is_paused, title, announcement, button):
    parts = [ReportScan(report, state) for report, state in zip((CLICKS, CONVERSIONS), states, strict=True)]
    page = scan_page(Scan(parts, is_paused=is_paused), NEWEST, {})
    assert (page.title, page.announcement, page.go_on_label) == (title, announcement, button)
