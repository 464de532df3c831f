"""A wait shows that something moves, says after eight seconds that it goes on, and ends when one cancels it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import CONVERSIONS, OFFERS

PAGES = {
    "a list": f"{OFFERS}?page[size]=25",
    "a record": f"{OFFERS}1001/",
    "a report": f"{CONVERSIONS}?integration_id=int-eu",
}


def cancel(page: Page) -> None:
    """Wait until the page says that it still waits, and end that."""
    expect(page.locator(".progress-line")).to_be_visible()
    expect(page.get_by_text("Still waiting…")).to_have_count(0)
    page.clock.fast_forward(8000)
    expect(page.get_by_text("Still waiting…")).to_be_visible()
    page.locator("#waiting").get_by_role("button", name="Cancel").click()
    expect(page.locator("#waiting")).to_be_empty()
    expect(page.locator(".progress-line")).to_be_hidden()
    expect(page.locator("[aria-busy]")).to_have_count(0)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_that_is_waited_for_can_be_cancelled_and_asked_for_again(open_page: OpenPage, site, name):
    page = open_page()
    page.clock.install()
    address = f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}waits=1"
    site.latency(9)
    page.goto(address)
    cancel(page)
    notice = page.locator("main .notice", has_text="This page was not read.")
    expect(notice).to_be_visible()
    site.latency(0)
    notice.get_by_role("link", name="Try again").click()
    expect(page.locator("main:not(:has(.skeleton)) .page-heading")).to_be_visible()
    expect(notice).to_have_count(0)
    # Now with what is known.
    site.latency(9)
    page.goto(address)
    cancel(page)
    expect(page.locator("main .notice", has_text="This is not the current state")).to_be_visible()


def test_a_sort_that_is_waited_for_can_be_cancelled(open_page: OpenPage, site):
    page = open_page()
    page.clock.install()
    page.goto(PAGES["a list"])
    rows = page.locator("#results tbody tr")
    expect(rows.first).to_be_visible()
    before = rows.first.inner_text()
    site.latency(9)
    by_name = page.locator("#results").get_by_role("columnheader", name="Name").get_by_role("link")
    by_name.click()
    cancel(page)
    assert rows.first.inner_text() == before
    site.latency(0)
    by_name.click()
    expect(page.locator("#results [aria-sort=ascending]")).to_be_visible()


def test_an_estimate_of_rows_that_is_waited_for_can_be_cancelled(open_page: OpenPage, site):
    page = open_page()
    page.goto("/exports/new/")
    page.clock.install()
    site.latency(9)
    estimate = page.get_by_role("button", name="Estimate rows")
    estimate.click()
    cancel(page)
    site.latency(0)
    estimate.click()
    expect(page.locator("#estimate")).to_contain_text("row")
