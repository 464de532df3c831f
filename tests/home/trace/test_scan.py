"""An id that is no cursor is looked for row by row, a few pages a request, until it is found or somebody stops."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.cache import cache

from apps.reports.local_times import clock_words
from tests.home.conftest import KINDS, last, trace_of
from tests.home.trace.test_trace import traced
from tests.resources.rules import visit

DAY = last(24)


def scan_of(transaction_id: str, **parameters: str) -> str:
    """The address of a scan's first step through the last day."""
    return trace_of(transaction_id, **{**last(24), "scan": "on", **parameters})


def step(client, address: str):
    """One step as HTMX takes it."""
    target: dict[str, Any] = {"HX-Target": "scan"}
    return visit(client, address, fragment=True, **target)


def next_step(page) -> str:
    """Where the fragment asks for the next step; "" when it does not."""
    return page.one("section", id="scan")["hx-get"]


def run(client, address: str) -> list:
    """All steps of a scan."""
    pages = []
    while address:
        pages.append(step(client, address))
        address = next_step(pages[-1])
        assert len(pages) < 30
    return pages


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("field", ["transaction_id", "external_transaction_id"])
def test_a_row_is_found_by_its_other_ids_and_shown_with_its_neighbours(admin_client, rows, kind, field):
    row = next(row for row in rows(kind, hours=20)[60:] if row[field])
    *_, page = run(admin_client, scan_of(row[field]))
    assert "Looked through" in page.text
    assert clock_words(row["date_time"]) in page.text
    found = visit(admin_client, page.link("Show it with its neighbours"))
    assert clock_words(row["date_time"]) in traced(found)


def test_a_day_takes_ten_calls_of_each_report_one_request_a_few_pages(admin_client, sandbox, calls):
    pages = run(admin_client, scan_of("nobody-has-this-0001"))
    asked = calls()
    assert len(asked) == sum(10 for _ in KINDS)
    assert 3 <= len(pages) <= 4
    first, last_page = pages[0], pages[-1]
    assert "Looking row by row" in first.text
    assert "400 rows read, back to" in first.text
    assert "a day takes about 10 calls" in first.text
    assert "12 calls so far" in first.text
    assert last_page.text.count("Not here") == 3
    assert "30 calls so far" in last_page.text


def test_pages_follow_each_other_without_a_gap(admin_client, sandbox, rows):
    run(admin_client, scan_of("nobody-has-this-0001"))
    pages = [dict(entry["query"]) for entry in sandbox.journal("clickReport")]
    assert "page[after]" not in pages[0]
    assert len({page.get("page[after]") for page in pages}) == len(pages)
    assert {(page["start_time"], page["end_time"], page["page[size]"]) for page in pages} == {
        (pages[0]["start_time"], pages[0]["end_time"], "100")
    }


def test_each_report_stops_at_its_first_hit_and_the_others_go_on(admin_client, sandbox, rows):
    row = rows("conversion")[3]
    run(admin_client, scan_of(row["transaction_id"]))
    own = len(sandbox.journal("conversionReport")) - 1
    assert own == 1
    assert len(sandbox.journal("clickReport")) == 10


def test_it_works_without_javascript_by_a_link(admin_client, sandbox, rows):
    page = visit(admin_client, scan_of("nobody-has-this-0001"))
    assert "400 rows read" in page.text
    page = visit(admin_client, page.link("Read on"))
    assert "800 rows read" in page.text
    page = visit(admin_client, page.link("Read on"))
    assert "Looked through" in page.text


def test_stopping_reads_nothing_more_and_keeps_the_place(admin_client, sandbox):
    page = step(admin_client, scan_of("nobody-has-this-0001"))
    seen = len(sandbox.journal())
    stopped = step(admin_client, page.link("Stop"))
    assert len(sandbox.journal()) == seen
    assert "Stopped" in stopped.text
    assert next_step(stopped) == ""
    assert "400 rows read" in stopped.text
    again = visit(admin_client, stopped.link("Read on"))
    assert "800 rows read" in again.text


def test_the_address_follows_the_scan(admin_client, sandbox):
    page = step(admin_client, scan_of("nobody-has-this-0001"))
    state = dict(parse_qsl(urlsplit(page.response["HX-Replace-Url"]).query))
    assert state["clicks.rows"] == "400"
    assert state["clicks.after"]


def test_one_report_that_fails_leaves_the_others_and_can_be_tried_again(admin_client, sandbox, rows):
    sandbox.faults({"kind": "status", "operation": "clickReport", "times": None, "status": 500})
    *_, page = run(admin_client, scan_of("nobody-has-this-0001"))
    assert "Not read to the end" in page.text
    assert page.text.count("Not here") == 2
    sandbox.faults()
    again = visit(admin_client, page.link("Try again"))
    assert "400 rows read" in again.text


def test_too_many_requests_make_it_wait_and_go_on(admin_client, sandbox):
    rule = {"kind": "status", "operation": "clickReport", "times": 1, "status": 429}
    sandbox.faults({**rule, "headers": {"Retry-After": "7"}})
    page = step(admin_client, scan_of("nobody-has-this-0001"))
    section = page.one("section", id="scan")
    assert section["hx-trigger"] == "load delay:7s"
    assert "The API asks us to wait 7 seconds" in page.text
    # As if the seconds were over: the pause of a key is kept in the cache.
    cache.clear()
    following = step(admin_client, section["hx-get"])
    assert "The API asks us to wait" not in following.text


def test_a_dead_api_stops_it(admin_client, sandbox):
    sandbox.faults({"kind": "reset", "operation": "*", "times": None})
    page = step(admin_client, scan_of("nobody-has-this-0001"))
    assert next_step(page) == ""
    assert page.text.count("Not read to the end") == 3


def test_an_api_that_gives_the_same_page_again_ends_it(admin_client, sandbox, rows):
    row = rows("click")[0]
    information = {"endCursor": row["real_tx_id"], "hasNextPage": True}
    frame = {"data": {"data": [row], "pageInfo": information}}
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": 200, "body": frame})
    pages = run(admin_client, scan_of("nobody-has-this-0001"))
    assert len(pages) == 1
    assert "Looked through" in pages[-1].text


def test_after_many_calls_it_asks_before_it_goes_on(admin_client, sandbox):
    state = {
        "clicks.calls": "59",
        "clicks.rows": "5900",
        "conversions.state": "ended",
        "impressions.state": "ended",
    }
    page = step(admin_client, scan_of("nobody-has-this-0001", **state))
    assert next_step(page) == ""
    assert "Stopped" in page.text
    again = visit(admin_client, page.link("Read on"))
    assert "Looking row by row" in again.text


@pytest.mark.parametrize(
    "state",
    [
        {"clicks.state": "<b>", "clicks.rows": "-1", "clicks.calls": "1e9", "clicks.seconds": "x"},
        {"clicks.until": "<script>alert(1)</script>", "clicks.found": '"><script>', "clicks.state": "found"},
        {"limit": "99999999999999999999"},
    ],
)
def test_a_doctored_state_is_text_or_the_beginning(admin_client, sandbox, state):
    page = visit(admin_client, scan_of("nobody-has-this-0001", **state))
    assert "<script>alert" not in page.response.content.decode()


def test_a_range_too_long_to_be_read_row_by_row_is_refused(admin_client, sandbox):
    page = visit(
        admin_client, trace_of("nobody-has-this-0001", **{**last(24 * 40), "scan": "on"}), status=422
    )
    assert "at most 31 days" in page.text
    assert sandbox.journal() == []
