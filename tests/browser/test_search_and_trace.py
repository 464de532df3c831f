"""Search from any page by keyboard, paste the id of a transaction, and watch a scan go on, stop and go on again."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from apps.reports.local_times import clock_words
from tests.browser.conftest import PHONE
from tests.browser.site import ADMIN, OFFERS, PATIENCE_SECONDS, Site
from tests.browser.steps import open_offers

KEY = "sandbox-admin-key-7c1f4e92ab"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


@pytest.fixture
def row(site: Site) -> dict[str, Any]:
    """A conversion of a while ago."""
    return conversions_before(site, 0)[40]


@pytest.fixture
def row_nobody_saw(site: Site, page: Page) -> dict[str, Any]:
    """A conversion that no page of another test showed: the trace remembers the rows that a page showed."""
    for hours in range(9, 20):
        row = conversions_before(site, hours)[-1]
        page.goto(f"/trace/?integration_id=int-eu&id={row['transaction_id']}")
        page.wait_for_load_state("networkidle")
        if page.get_by_role("link", name="Last 24 hours").count():
            return row
    raise AssertionError("every row was shown by a page")


def conversions_before(site: Site, hours: int) -> list[dict[str, Any]]:
    """The hundred newest conversions that were made before so many hours ago."""
    end = datetime.now(UTC) - timedelta(hours=hours)
    answer = requests.get(
        f"http://127.0.0.1:{site.sandbox_port}/api/v2/reports/v2/conversion-table",
        {
            "integration_id": "int-eu",
            "start_time": (end - timedelta(hours=3)).strftime(TIME_FORMAT),
            "end_time": end.strftime(TIME_FORMAT),
            "page[size]": "100",
        },
        headers={"API-KEY": KEY},
        timeout=PATIENCE_SECONDS,
    )
    rows: list[dict[str, Any]] = answer.json()["data"]["data"]
    return rows


def test_an_id_pasted_anywhere_opens_its_row_by_keyboard_alone(page: Page, row):
    open_offers(page, "?page[size]=25")
    page.keyboard.press("/")
    expect(page.get_by_role("main").get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    page.keyboard.insert_text(f" {row['real_tx_id']} ")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Conversions: found")).to_be_visible()
    marked = page.get_by_role("row").filter(has_text="This row")
    expect(marked).to_contain_text(clock_words(row["date_time"]))
    page.go_back()
    expect(page.get_by_role("table", name="Offers")).to_be_visible()


def test_a_list_without_a_match_leads_to_the_trace(page: Page, row):
    open_offers(page)
    page.get_by_role("main").get_by_role("searchbox").fill(row["real_tx_id"])
    page.get_by_role("link", name="Look for it as a transaction").click()
    expect(page.get_by_role("heading", name="Conversions: found")).to_be_visible()


def test_on_a_phone_a_button_opens_the_palette(open_page):
    page = open_page(ADMIN, PHONE)
    page.goto("/preferences/")
    search = page.get_by_role("combobox", name="Search and commands")
    opener = page.get_by_role("button", name="Search everything")
    opener.click()
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(search).to_be_hidden()
    expect(opener).to_be_focused()
    page.keyboard.press("Control+k")
    expect(search).to_be_focused()
    page.keyboard.insert_text("1002")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{OFFERS}1002/")


def read_at_least(rows: str) -> re.Pattern[str]:
    """So many hundreds of rows, or more: the count never stops at a number for longer than a call takes."""
    return re.compile(rf"(?<!\d)({rows}|[2-9],\d00|\d\d,\d00) rows read, back to")


def test_a_scan_goes_on_by_itself_one_request_at_a_time_and_stops(page: Page, site: Site):
    open_requests: list[str] = []
    most: list[int] = []

    def begin(request: Any) -> None:
        if "/trace/" in request.url:
            open_requests.append(request.url)
            most.append(len(open_requests))

    def end(request: Any) -> None:
        if request.url in open_requests:
            open_requests.remove(request.url)

    page.on("request", begin)
    page.on("requestfinished", end)
    page.on("requestfailed", end)
    page.goto("/trace/?integration_id=int-eu&id=nobody-has-this-0001")
    site.latency(0.5)
    page.get_by_role("link", name="Last 7 days").click()
    scan = page.locator("#scan")
    expect(scan).to_contain_text(read_at_least(r"[4-9]00|1,\d00"))
    expect(scan).to_contain_text(read_at_least(r"[89]00|1,\d00"))
    assert max(most) == 1
    stop = scan.get_by_role("link", name="Stop")
    stop.focus()
    expect(scan).to_contain_text(read_at_least("1,[2-9]00"))
    expect(stop).to_be_focused()
    page.keyboard.press("Enter")
    expect(scan.get_by_role("heading", name="Stopped")).to_be_visible()
    expect(scan.get_by_role("link", name="Read on")).to_be_focused()
    assert "scan=paused" in page.url
    # The request under way when it was stopped reads its four pages to the end; a reload takes as long as one of them.
    for _ in range(5):
        page.reload()
        expect(scan.get_by_role("heading", name="Stopped")).to_be_visible()
    asked = len(site.journal("clickReport"))
    page.reload()
    expect(scan.get_by_role("heading", name="Stopped")).to_be_visible()
    assert len(site.journal("clickReport")) - asked <= 1
    site.latency(0)
    ended = scan.get_by_role("heading", name="Looked through")
    # It asks whether to go on after every sixty calls.
    while not ended.is_visible():
        calls = scan.get_by_text("calls so far").inner_text()
        scan.get_by_role("link", name="Read on").click()
        expect(scan.get_by_text(calls)).to_have_count(0)
        expect(ended.or_(scan.get_by_role("heading", name="Stopped"))).to_be_visible()
    expect(scan.get_by_text("Not here")).to_have_count(3)


def test_a_row_is_found_by_its_other_id(page: Page, row_nobody_saw):
    page.goto(OFFERS)
    page.keyboard.press("Control+k")
    page.keyboard.insert_text(row_nobody_saw["transaction_id"])
    palette = page.get_by_role("dialog", name="Search and commands")
    expect(palette.get_by_role("option", name="through the reports")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Last 24 hours").click()
    page.get_by_role("link", name="Show it with its neighbours").click()
    expect(page.get_by_role("row").filter(has_text="This row")).to_contain_text(
        clock_words(row_nobody_saw["date_time"])
    )
