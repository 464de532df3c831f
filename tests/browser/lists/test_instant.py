"""Pages that are there at once: the frame of a slow one, the next one asked for ahead; and Back to the very place."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.site import MANAGER, OFFERS, Site
from tests.browser.steps import open_offers

FIRST = "?page[size]=25&sort=id"
#: Where everything of the main part stands.
BOXES = """() => [...document.querySelectorAll("#main, #main *:not(script, link)")].map((element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return [element.tagName, x, y, width, height].join(" ");
})"""


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
    expect(page.locator(".skeleton")).to_have_count(1)
    assert page.locator("[data-known]").count() == 0
    expect(page.locator("tbody .name-cell a").nth(3)).to_have_text(name)


def test_a_record_opens_in_the_place_of_its_list(page: Page):
    open_offers(page, FIRST)
    row = page.locator("tbody .name-cell a").nth(3)
    name = row.inner_text()
    # What stands in the document stays for as long as it does.
    page.evaluate("document.documentElement.dataset.before = 'here'")
    row.click()
    expect(page.locator("h1", has_text=name)).to_be_visible()
    # Before it may stand how many notifications are unread.
    expect(page).to_have_title(re.compile(rf"(^|\) ){re.escape(name)} · Integr8 desk$"))
    expect(page).to_have_url(re.compile(rf"{OFFERS}\d+/$"))
    expect(page.locator("html[data-before]")).to_have_count(1)
    expect(page.locator("#main")).to_be_focused()
    expect(page.get_by_role("status").filter(has_text=name)).to_have_count(1)
    assert page.locator(".header input[name=next]").first.input_value() in page.url
    # The scripts of a record's page are there.
    page.keyboard.press("p")
    amount = page.get_by_role("textbox", name="Payout of")
    expect(amount).to_be_focused()
    page.keyboard.press("Escape")
    expect(amount).to_have_count(0)
    page.locator("#history summary").click()
    expect(page.locator("#history-rows")).not_to_contain_text("All changes of this record")
    page.go_back()
    expect(row).to_be_focused()
    expect(page.locator("html[data-before]")).to_have_count(0)
    page.go_forward()
    expect(page.locator("h1", has_text=name)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("1–25")


def test_a_record_opened_in_place_looks_as_its_page_does(page: Page):
    open_offers(page, FIRST)
    page.locator("tbody .name-cell a").nth(3).evaluate("link => link.click()")
    expect(page.locator("#history")).to_be_visible()
    page.wait_for_load_state("networkidle")
    opened = page.evaluate(BOXES)
    page.reload(wait_until="networkidle")
    assert opened == page.evaluate(BOXES)
    assert len(opened) > 300


def test_a_slow_record_begins_with_its_frame(page: Page, site):
    open_offers(page, FIRST)
    row = page.locator("tbody .name-cell a").nth(4)
    name = row.inner_text()
    site.latency(2)
    # By the script: a pointer would have had it asked for ahead.
    row.evaluate("link => link.click()")
    expect(page.locator("[data-frame-note]")).to_be_visible()
    site.latency(0)
    expect(page.locator("h1", has_text=name)).to_be_visible()
    expect(page.locator("#history")).to_be_visible()


def test_the_record_that_was_clicked_last_is_opened(page: Page, site):
    open_offers(page, FIRST)
    rows = page.locator("#rows > tr")
    name = rows.nth(6).locator(".name-cell > a").first.inner_text()
    rows.first.locator(".name-cell > a").first.hover()
    # A row under the mouse has a pencil too.
    # Three clicks before any of them is answered: a sort, a record, another record.
    page.evaluate(
        """() => {
          const rows = [...document.querySelectorAll("#rows > tr")];
          const links = rows.map((row) => row.querySelector(".name-cell > a"));
          for (const link of [document.querySelector("thead .name-cell a"), links[5], links[6]]) link.click();
        }"""
    )
    expect(page.locator("h1", has_text=name)).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1", has_text=name)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"{OFFERS}\d+/$"))


def test_a_record_that_cannot_be_fetched_in_place_is_gone_to(page: Page, watch):
    watch.expected_statuses = {503}
    open_offers(page, FIRST)
    row = page.locator("tbody .name-cell a").nth(3)
    name = row.inner_text()
    page.route(
        "**/*",
        lambda route: (
            route.fulfill(status=503) if "x-in-place" in route.request.headers else route.continue_()
        ),
    )
    row.click()
    expect(page.locator("h1", has_text=name)).to_be_visible()
