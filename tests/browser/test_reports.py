"""Reading a report: rows beside the table, pages, filters by name, columns, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE
from tests.browser.site import CONVERSIONS

#: Yesterday: no row comes while a test looks.
YESTERDAY = f"{CONVERSIONS}?integration_id=int-eu&range=yesterday&page[size]=25"
ROW = re.compile(r"[?&]row=")


def open_report(page: Page, address: str = YESTERDAY) -> None:
    page.goto(address)
    expect(page.get_by_role("table", name="Conversions")).to_be_visible()


def row(page: Page, number: int) -> Locator:
    return page.get_by_role("rowheader").nth(number).get_by_role("link")


def drawer(page: Page) -> Locator:
    return page.get_by_role("dialog")


def test_rows_are_opened_stepped_through_and_left_by_keyboard(page: Page, site):
    open_report(page)
    times = page.get_by_role("rowheader").all_inner_texts()
    before = len(site.journal("conversionReport"))
    row(page, 1).focus()
    page.keyboard.press("Enter")
    title = drawer(page).get_by_role("heading", level=2)
    expect(title).to_have_text(f"Conversion, {times[1]}")
    expect(title).to_be_focused()
    expect(page).to_have_url(ROW)
    page.keyboard.press("j")
    expect(title).to_have_text(f"Conversion, {times[2]}")
    expect(row(page, 2)).to_have_attribute("aria-current", "true")
    expect(row(page, 1)).not_to_have_attribute("aria-current", "true")
    for _ in range(2):
        page.keyboard.press("k")
    expect(title).to_have_text(f"Conversion, {times[0]}")
    page.keyboard.press("k")
    expect(page.locator("#status")).to_contain_text("first row of the page")
    # Someone who holds the key down arrives where they stopped.
    for _ in range(5):
        page.keyboard.press("j")
    expect(title).to_have_text(f"Conversion, {times[5]}")
    page.keyboard.press("Escape")
    expect(drawer(page)).to_have_count(0)
    expect(row(page, 5)).to_be_focused()
    expect(page).not_to_have_url(ROW)
    assert len(site.journal("conversionReport")) == before


def test_back_closes_the_row_and_forward_opens_it(page: Page):
    open_report(page)
    row(page, 3).click()
    expect(drawer(page)).to_be_visible()
    page.keyboard.press("j")
    expect(drawer(page)).to_contain_text("Row 5 of 25")
    page.go_back()
    expect(drawer(page)).to_have_count(0)
    expect(page.get_by_role("table", name="Conversions")).to_be_visible()
    page.go_forward()
    expect(drawer(page)).to_contain_text("Row 5 of 25")
    page.reload()
    expect(drawer(page)).to_contain_text("Row 5 of 25")
    drawer(page).get_by_role("link", name="Close").click()
    expect(drawer(page)).to_have_count(0)


def test_older_and_newer_keep_the_form_and_back_returns(page: Page):
    open_report(page)
    first = row(page, 0).inner_text()
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".pager-range")).to_have_text("Rows 26–50 so far")
    page.get_by_role("link", name="Older").click()
    expect(page.locator(".pager-range")).to_have_text("Rows 51–75 so far")
    page.get_by_role("link", name="Newer").click()
    expect(page.locator(".pager-range")).to_have_text("Rows 26–50 so far")
    page.go_back()
    expect(page.locator(".pager-range")).to_have_text("Rows 51–75 so far")
    page.get_by_role("link", name="Newest").click()
    expect(page.locator(".pager-range")).to_have_text("Rows 1–25 so far")
    expect(row(page, 0)).to_have_text(first)


def test_a_publisher_is_looked_up_by_its_name_and_taken_away_again(page: Page):
    open_report(page)
    name = page.locator("tbody a[href^='/publishers/']").first.inner_text()
    publisher = page.get_by_role("combobox", name="Publisher")
    publisher.press_sequentially(name)
    option = page.get_by_role("option").filter(has_text=name).first
    expect(option).to_be_visible()
    key = option.get_attribute("data-value")
    option.click()
    page.get_by_role("button", name="Apply").click()
    expect(page).to_have_url(re.compile(rf"filter\[publisher\]={key}"))
    chips = page.get_by_role("group", name="Filters in force")
    expect(chips).to_contain_text(f"({key})")
    links = page.locator("tbody a[href^='/publishers/']")
    assert {link.get_attribute("href") for link in links.all()} == {f"/publishers/{key}/"}
    chips.get_by_role("link").click()
    expect(chips).to_have_count(0)
    expect(page).to_have_url(re.compile("start_time="))


def test_columns_move_without_a_drag_and_stay_chosen(page: Page):
    open_report(page)
    columns = page.get_by_role("link", name="Columns")
    columns.click()
    page.get_by_role("button", name="Move Publisher up").click()
    expect(page.get_by_role("button", name="Move Publisher up")).to_be_focused()
    page.get_by_label("Status", exact=True).last.uncheck()
    page.get_by_label("User agent", exact=True).check()
    page.get_by_role("button", name="Show", exact=True).click()
    heads = page.get_by_role("columnheader")
    expect(heads.nth(1)).to_have_text("Publisher")
    expect(heads.nth(2)).to_have_text("Offer")
    expect(heads.last).to_have_text("User agent")
    open_report(page)
    expect(heads.nth(1)).to_have_text("Publisher")
    columns.click()
    page.get_by_role("button", name="Reset", exact=True).click()
    expect(heads.nth(1)).to_have_text("Status")


def test_without_scripts_the_server_moves_a_column(open_page):
    page = open_page(java_script_enabled=False)
    open_report(page)
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("button", name="Move Publisher up").click()
    page.get_by_role("button", name="Move Publisher up").click()
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("columnheader").nth(1)).to_have_text("Publisher")
    page.get_by_role("link", name="Columns").click()
    page.get_by_role("button", name="Reset", exact=True).click()


def test_a_view_is_saved_changed_and_opened_by_keyboard(page: Page):
    open_report(page)
    views = page.locator("summary#views")
    page.keyboard.press("v")
    expect(page.get_by_role("link", name="Standard")).to_be_focused()
    page.get_by_role("link", name="Save as…").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    name = dialog.get_by_label("Name")
    expect(name).to_be_focused()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Enter")
    expect(views).to_have_accessible_name("View: By keyboard")
    page.keyboard.press("v")
    expect(page.get_by_role("link", name="Standard")).to_be_focused()
    page.keyboard.press("Enter")
    expect(views).to_have_accessible_name("View: Standard")
    page.keyboard.press("v")
    page.get_by_role("link", name="By keyboard").focus()
    page.keyboard.press("Enter")
    expect(views).to_have_accessible_name("View: By keyboard")
    expect(page.get_by_role("table", name="Conversions")).to_be_visible()
    page.goto("/reports/conversions/")
    page.keyboard.press("v")
    page.get_by_role("link", name="Manage views").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Delete By keyboard").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete view").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("View deleted: By keyboard.")).to_be_visible()


def test_the_zones_are_fetched_for_who_wants_another(page: Page):
    open_report(page)
    page.locator("summary", has_text="Yesterday").click()
    zone = page.get_by_label("Time zone")
    expect(page.locator("#time-zones option")).to_have_count(0)
    zone.focus()
    expect(page.locator("#time-zones option[value='Europe/Berlin']")).to_have_count(1)
    zone.fill("america/new york")
    page.get_by_role("button", name="Show this range").click()
    expect(page.get_by_role("columnheader").first).to_have_text("Conversion time, America/New_York")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_on_a_phone_a_row_fills_the_screen(open_page, scripts):
    page = open_page(size=PHONE, java_script_enabled=scripts)
    open_report(page)
    row(page, 2).click()
    expect(drawer(page)).to_be_visible()
    box = drawer(page).bounding_box()
    assert box and (box["x"], box["width"]) == (0, PHONE[0])
    drawer(page).get_by_role("link", name="Older row").click()
    expect(drawer(page)).to_contain_text("Row 4 of 25")
    drawer(page).get_by_role("link", name="Close").click()
    expect(drawer(page)).to_have_count(0)
    expect(page.get_by_role("table", name="Conversions")).to_be_visible()
