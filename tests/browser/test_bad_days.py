"""A slow, broken or refusing API, a lost session, an impatient person: what the page does then."""

import re
import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.site import ADMIN, OFFERS
from tests.browser.steps import error_summary, open_offers

EVERY_READ = {"operation": "listOffers", "times": None}


def sort_by_name(page: Page) -> None:
    """Click the head of the name column."""
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()


def test_a_slow_answer_shows_that_something_moves_and_keeps_the_old_rows(page: Page, site):
    open_offers(page)
    site.latency(3)
    sort_by_name(page)
    expect(page.locator("#results")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".progress-line")).to_be_visible()
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(page.locator("#results")).not_to_have_attribute("aria-busy", "true")
    expect(page.locator(".progress-line")).to_be_hidden()


def test_only_the_last_of_several_quick_clicks_counts(page: Page, site):
    open_offers(page)
    site.latency(1)
    sort_by_name(page)
    page.get_by_role("columnheader", name="ID", exact=True).get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="ID", exact=True)).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page.get_by_role("columnheader", name="Name")).not_to_have_attribute("aria-sort", "ascending")
    assert re.search(r"sort=id$", page.url)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"kind": "status", "status": 500}, "The API has a fault"),
        ({"kind": "reset"}, "Try again"),
        ({"kind": "html"}, "The API has a fault"),
    ],
    ids=["error", "connection lost", "proxy page"],
)
def test_a_failed_sort_click_says_what_failed_and_try_again_works(page: Page, site, watch, rule, words):
    watch.expected_statuses = {429, 502, 503, 504}
    open_offers(page)
    site.faults({**EVERY_READ, **rule})
    sort_by_name(page)
    panel = page.locator("#results").get_by_role("alert")
    expect(panel).to_be_visible()
    expect(panel).to_contain_text(words)
    expect(page.get_by_role("heading", level=1)).to_have_text("Offers")
    expect(page).to_have_url(re.compile(r"sort=name"))
    site.faults()
    panel.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")


def test_a_wait_that_the_api_asks_for_is_said_at_once_and_ends_by_itself(page: Page, site, watch):
    watch.expected_statuses = {429}
    open_offers(page)
    rule = {"kind": "status", "status": 429, "headers": {"Retry-After": "2"}}
    address = page.url
    site.faults({**rule, "operation": "listOffers", "times": 1})
    page.reload()
    panel = page.locator("#results").get_by_role("alert")
    expect(panel).to_contain_text("asks us to wait 2 seconds")
    expect(panel).to_contain_text("tries again by itself")
    expect(page.locator("#results tbody tr").first).to_be_visible()
    expect(page).to_have_url(address)
    site.faults({**rule, "operation": "getOffer", "times": 1})
    page.locator("#results tbody th a").first.click()
    expect(page.locator(".error-panel")).to_contain_text("This page tries again by itself in 2 seconds.")
    expect(page.get_by_role("heading", level=2, name="Overview")).to_be_visible()
    page.go_back()
    expect(page).to_have_url(address)


def test_a_server_that_is_gone_is_said_and_try_again_works(page: Page, watch):
    watch.is_offline_expected = True
    open_offers(page)
    page.context.set_offline(True)
    sort_by_name(page)
    alert = page.locator("#alert")
    expect(alert).to_contain_text("There is no connection to the server")
    page.context.set_offline(False)
    alert.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(alert).to_be_empty()


def test_a_session_that_ends_leads_over_sign_in_back_to_the_page(open_page: OpenPage):
    page = open_page()
    open_offers(page, "?filter[active]=true&page[size]=25")
    page.context.clear_cookies(name="session")
    sort_by_name(page)
    page.wait_for_url(re.compile("/account/login/"))
    sign_in(page, ADMIN)
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    assert "active" in page.url and "/offers/" in page.url


def test_a_double_click_on_save_creates_one_offer(page: Page, site):
    name = f"Twice {uuid.uuid4().hex[:8]}"
    before = len(site.journal("createOffer"))
    page.goto(f"{OFFERS}new/")
    page.get_by_role("textbox", name="Name required").fill(name)
    page.get_by_label("Advertiser").fill("101")
    site.latency(0.5)
    page.get_by_role("button", name="Save").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert len(site.journal("createOffer")) == before + 1


def test_leaving_a_changed_form_asks_first(page: Page, watch):
    page.goto(f"{OFFERS}new/")
    page.get_by_role("textbox", name="Name required").fill("Not saved")
    with page.context.expect_event("dialog"):
        page.get_by_role("link", name="Exports").click()
    assert watch.problems == ["dialog beforeunload: "]
    watch.problems.clear()
    expect(page.get_by_role("textbox", name="Name required")).to_have_value("Not saved")


def test_a_lost_creation_is_looked_for_before_it_is_offered_again(page: Page, site, watch):
    watch.expected_statuses = {502, 504}
    name = f"Lost {uuid.uuid4().hex[:8]}"
    site.faults({"kind": "reset_after_effect", "operation": "createOffer", "times": 1})
    page.goto(f"{OFFERS}new/")
    page.get_by_role("textbox", name="Name required").fill(name)
    page.get_by_label("Advertiser").fill("101")
    page.get_by_role("button", name="Save").click()
    summary = error_summary(page)
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link", name=name)).to_be_visible()
    expect(page.get_by_role("button", name="Create anyway")).to_be_visible()
