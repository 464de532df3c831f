"""An offer's events and landing pages are edited on its page, with the keyboard alone, and the page stays."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS

OFFER = f"{OFFERS}1003/"


def focused(page: Page, element_id: str) -> None:
    expect(page.locator(f'[id="{element_id}"]')).to_be_focused()


def test_a_landing_page_is_added_edited_switched_and_archived_by_keyboard(page: Page, watch):
    watch.expected_statuses = {422}
    page.goto(OFFER)
    address = page.url
    add = page.get_by_role("link", name="Add landing page").last
    add.focus()
    page.keyboard.press("Enter")
    panel = page.locator("#landing_pages-panel")
    name = panel.get_by_label("Name")
    expect(name).to_be_focused()
    # Nothing typed: Escape goes back without a question.
    page.keyboard.press("Escape")
    focused(page, "landing_pages-add")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("alert")).to_be_focused()
    name.fill("By keyboard")
    panel.get_by_label("Redirect URL").fill("https://x.example/?t={transaction_id}")
    page.keyboard.press("Enter")
    table = page.get_by_role("table", name="Landing pages")
    row = table.get_by_role("row", name=re.compile("By keyboard"))
    expect(row).to_be_visible()
    focused(page, "landing_pages-add")
    expect(page.locator("#status")).to_contain_text("was created")
    row.get_by_role("link", name="Edit By keyboard").focus()
    edit = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    name.fill("By keyboard too")
    page.keyboard.press("Enter")
    row = table.get_by_role("row", name=re.compile("By keyboard too"))
    expect(row).to_be_visible()
    focused(page, edit)
    more = row.get_by_role("button", name="More for By keyboard too")
    more.focus()
    button = page.evaluate("document.activeElement.id")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Deactivate By keyboard too")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row.get_by_text("Inactive")).to_be_visible()
    focused(page, button)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Archive By keyboard too").press("Enter")
    expect(panel.get_by_role("button", name="Archive")).to_be_focused()
    page.keyboard.press("Enter")
    expect(row).to_have_count(0)
    focused(page, "landing_pages-add")
    assert page.url == address


def test_what_was_typed_is_not_thrown_away_without_a_question(page: Page, watch):
    page.goto(OFFER)
    page.get_by_role("link", name="Add event").last.click()
    name = page.locator("#offer_events-panel").get_by_label("Name")
    name.fill("Half typed")
    # The watch says no to every question, and remembers it.
    page.keyboard.press("Escape")
    page.get_by_role("table", name="Events").get_by_role("link", name="Edit ").first.click()
    expect(name).to_have_value("Half typed")
    assert len(watch.problems) == 2
    assert all("Discard it?" in problem for problem in watch.problems)
    watch.problems.clear()
    name.fill("")
    page.locator("#offer_events-panel").get_by_role("link", name="Cancel").click()
    expect(name).to_have_count(0)
    focused(page, "offer_events-add")


LINES_OF_TOOLS = """(rows) => rows.map((row) => new Set([...row.querySelectorAll("td:last-child :is(a, button)")]
  .filter((tool) => tool.checkVisibility()).map((tool) => tool.getBoundingClientRect().top)).size)"""


def test_row_tools_stay_on_one_line(open_page):
    for size in ((1280, 900), (390, 844)):
        page = open_page(size=size)
        page.goto(f"{OFFERS}1002/")
        for name in ("Events", "Landing pages"):
            rows = page.get_by_role("table", name=name).locator("tbody tr")
            expect(rows.first).to_be_visible()
            lines = rows.evaluate_all(LINES_OF_TOOLS)
            assert lines and max(lines) == 1
            # On a phone a row is a card.
            if size[0] > 390:
                assert (
                    max(rows.evaluate_all("rows => rows.map((row) => row.getBoundingClientRect().height)"))
                    <= 46
                )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
