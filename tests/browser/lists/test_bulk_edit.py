"""Fields of a selection are edited: chosen on a page of their own, seen before, carried out."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import error_summary, open_offers


def test_payouts_of_a_selection_are_raised_and_their_notes_set(page: Page, watch):
    watch.expected_statuses = {422}
    open_offers(page, "?page[size]=25&sort=id&page[number]=5")
    for row in (1, 2):
        page.get_by_role("checkbox").nth(row).check()
    page.get_by_role("button", name="Edit fields").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit 2 offers")

    # A value is asked for only once it is needed.
    number = page.get_by_label("Payout, number")
    expect(number).to_be_hidden()
    page.get_by_label("Payout", exact=True).select_option("add_percent")
    expect(number).to_be_focused()
    page.get_by_role("button", name="Review the plan").click()
    expect(error_summary(page)).to_contain_text("Payout, number: Enter a number.")
    number.fill("12,5")
    page.locator("summary", has_text=re.compile("^Terms")).click()
    page.get_by_label("Restriction note", exact=True).select_option("set")
    page.get_by_label("Restriction note, new value").fill("No brand bidding")
    page.get_by_role("button", name="Review the plan").click()

    table = page.get_by_role("table", name="Records of the run")
    expect(table).to_contain_text("Restriction note")
    expect(table.get_by_text("Payout:")).to_have_count(2)
    page.get_by_role("button", name="Carry out 2 changes").click()
    expect(page.get_by_role("main")).to_contain_text("2 offers were changed")
    page.get_by_role("link", name="See the run").click()
    expect(page.get_by_role("main")).to_contain_text("Done: 2")


def test_a_value_of_a_few_is_set_in_four_steps_by_keyboard(page: Page):
    open_offers(page, "?page[size]=25&filter[visibility]=Private")
    page.keyboard.press("Alt+a")
    page.get_by_role("button", name="Edit fields").press("Enter")
    page.get_by_label("Visibility", exact=True).select_option(label="Set to: Public")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Review the plan").press("Enter")
    carry_out = page.get_by_role("button", name=re.compile("^Carry out [0-9]+ changes$"))
    expect(carry_out).to_be_focused()


def test_a_row_is_kept_of_many_by_ticking_all_and_unticking_it(page: Page):
    open_offers(page, "?page[size]=25&sort=id&page[number]=4")
    page.get_by_role("checkbox", name="Select page").check()
    page.get_by_role("button", name="Archive…").click()
    table = page.get_by_role("table", name="Records of the run")
    every = table.get_by_role("checkbox", name="Tick all on this page")
    every.check()
    boxes = table.locator("tbody").get_by_role("checkbox")
    expect(boxes.last).to_be_checked()
    boxes.last.uncheck()
    expect(every).not_to_be_checked()
    page.get_by_role("button", name="Leave out").click()
    expect(page.get_by_role("heading", name="1 offer will be archived")).to_be_visible()
