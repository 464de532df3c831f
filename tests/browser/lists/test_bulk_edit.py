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
    page.locator("summary", has_text="Payout and revenue").click()
    page.get_by_label("Payout", exact=True).select_option("add_percent")
    expect(number).to_be_visible()
    page.get_by_role("button", name="Show what would change").click()
    expect(error_summary(page)).to_contain_text("Payout, number: Enter a number.")
    number.fill("12,5")
    page.locator("summary", has_text=re.compile("^Terms")).click()
    page.get_by_label("Restriction note", exact=True).select_option("set")
    page.get_by_label("Restriction note, new value").fill("No brand bidding")
    page.get_by_role("button", name="Show what would change").click()

    table = page.get_by_role("table", name="Records of the run")
    expect(table).to_contain_text("Restriction note")
    expect(table.get_by_text("Payout:")).to_have_count(2)
    page.get_by_role("button", name="Edit 2 offers").click()
    expect(page.get_by_role("main")).to_contain_text("2 offers were changed")
