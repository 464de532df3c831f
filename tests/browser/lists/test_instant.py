"""Pages that are there at once: the frame of a slow one, the next one asked for ahead; and Back to the very place."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.site import MANAGER, OFFERS, Site
from tests.browser.steps import open_offers

FIRST = "?page[size]=25&sort=id"


def calls_for_the_second_page(site: Site) -> int:
    """How often the API was asked for it; what another test left under way asks for other pages."""
    return sum(["page[number]", "2"] in entry["query"] for entry in site.journal("listOffers"))


def test_a_slow_list_begins_with_its_frame_and_what_is_known(page: Page, site):
    open_offers(page, FIRST)
    site.latency(2)
    page.goto(OFFERS + FIRST)
    expect(page.locator("main[data-known]")).to_be_visible()
    expect(page.get_by_text(re.compile(r"As of \d\d:\d\d\."))).to_be_visible()
    expect(page.locator("main:not([data-known]) #results")).to_be_visible()
    site.latency(0)
    expect(page.get_by_text("As of ")).to_have_count(0)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")


def test_the_next_page_asked_for_ahead_is_not_asked_for_again(open_page, site):
    # Of somebody for whom the API was not slow of late.
    page = open_page(MANAGER)
    open_offers(page, FIRST)
    calls = calls_for_the_second_page(site)
    following = page.get_by_role("link", name="Next")
    with page.expect_response(lambda answer: "page[number]=2" in answer.url) as ahead:
        following.hover()
    assert ahead.value.status == 200
    following.click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    assert "page[number]=2" in page.url
    assert calls_for_the_second_page(site) == calls + 1
    page.go_back()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("1–25")


def test_a_click_before_what_was_asked_for_ahead_is_there_waits_for_it(open_page, site):
    page = open_page(MANAGER)
    open_offers(page, FIRST)
    calls = calls_for_the_second_page(site)
    following = page.get_by_role("link", name="Next")
    site.latency(1)
    with page.expect_request(lambda request: "page[number]=2" in request.url):
        following.hover()
    following.click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    assert calls_for_the_second_page(site) == calls + 1


def test_what_was_fetched_ahead_is_not_shown_after_a_change_in_another_tab(open_page, site):
    page = open_page(MANAGER)
    open_offers(page, FIRST)
    calls = calls_for_the_second_page(site)
    following = page.get_by_role("link", name="Next")
    with page.expect_response(lambda answer: "page[number]=2" in answer.url):
        following.hover()
    other = page.context.new_page()
    open_offers(other, FIRST)
    with other.expect_response(lambda answer: answer.request.method == "POST"):
        other.locator("#views").click()
        other.get_by_role("button", name="Star this page").click()
    following.click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    assert calls_for_the_second_page(site) == calls + 2


def test_back_and_cancel_lead_to_the_row_that_was_left(page: Page, site):
    open_offers(page, FIRST)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    row = page.locator("tbody .name-cell a").nth(20)
    name = row.inner_text()
    row.click()
    heading = page.locator("h1", has_text=name)
    expect(heading).to_be_visible()
    page.go_back()
    expect(page.locator("tbody .name-cell a").nth(20)).to_be_focused()
    expect(page.locator("tbody .name-cell a").nth(20)).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(heading).to_be_visible()
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.get_by_label("Name", exact=False).first).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(heading).to_be_visible()
    page.locator(".page-heading-actions").get_by_role("link", name="Offers").click()
    expect(page.locator("tbody .name-cell a").nth(20)).to_be_focused()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")


def test_back_after_a_change_shows_the_row_as_it_is_now(page: Page, site):
    open_offers(page, FIRST)
    row = page.locator("tbody .name-cell a").nth(3)
    row.click()
    page.get_by_role("link", name="Edit", exact=True).click()
    field = page.get_by_role("textbox", name="Name required")
    name = f"Renamed {uuid.uuid4().hex[:8]}"
    field.fill(name)
    page.get_by_role("button", name="Save").click()
    expect(page.locator("h1", has_text=name)).to_be_visible()
    page.go_back()
    page.go_back()
    site.latency(2)
    page.go_back()
    # Before it is there nothing older is: a frame shows no page from before the change.
    assert page.locator(".skeleton").count() == 1
    assert page.locator("[data-known]").count() == 0
    expect(page.locator("tbody .name-cell a").nth(3)).to_have_text(name)
