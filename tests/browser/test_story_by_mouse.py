"""The whole story with the mouse: from the first sign-in to the file of an export."""

import csv
import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.site import ADMIN, NEWCOMERS, OFFERS
from tests.browser.steps import (
    error_summary,
    names,
    open_mail_about,
    open_offers,
    wait_for_download,
    was_told,
)

ADMIN_KEY = "sandbox-admin-key-7c1f4e92ab"


def test_the_first_page_leads_to_the_key_that_opens_the_offers(open_page: OpenPage):
    page = open_page(None)
    page.goto(OFFERS)
    sign_in(page, NEWCOMERS["mouse"])
    expect(page.get_by_role("heading", name="Connect to Sandbox")).to_be_visible()
    page.get_by_label("Key", exact=False).last.fill(ADMIN_KEY)
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Key for Sandbox saved")
    page.goto("/connections/")
    row = page.get_by_role("row", name="Sandbox")
    expect(row).to_contain_text("92ab")
    expect(row).to_contain_text("Works")
    assert ADMIN_KEY not in page.content()
    row.get_by_role("button", name="Test Sandbox").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("Sandbox")


def test_a_wrong_key_says_so_and_can_be_replaced(open_page: OpenPage):
    page = open_page(NEWCOMERS["refused"])
    page.goto("/connections/new/")
    page.get_by_label("Key", exact=False).last.fill("sandbox-revoked-key-91e2a7d4b0")
    page.get_by_role("button", name="Save and test").click()
    stored = page.get_by_role("region", name="Stored key")
    expect(stored).to_contain_text("refused")
    expect(stored).to_contain_text("d4b0")
    expect(page.get_by_role("button", name="Save and test")).to_be_visible()


def test_the_list_is_its_address(page: Page, open_page: OpenPage):
    open_offers(page)
    page.get_by_role("combobox", name="Status").select_option("Active")
    expect(page).to_have_url(re.compile(r"filter(\[|%5B)active(\]|%5D)=true"))
    add_filter(page, "Name", "starts with", "V")
    chips = page.get_by_role("link", name="Remove filter:")
    expect(chips).to_have_count(2)
    expect(page.get_by_role("link", name="Remove filter: Name starts with V")).to_be_visible()
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="25", exact=True).click()
    expect(page).to_have_url(re.compile(r"page(\[|%5B)size(\]|%5D)=25"))
    found = names(page)
    assert found and found == sorted(found), found
    assert all(name.startswith("V") for name in found)

    everything = page.url
    page.get_by_role("link", name="Remove filter: Name starts with V").click()
    expect(chips).to_have_count(1)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    second_page, second_names = page.url, names(page)
    assert second_names != found

    page.evaluate("history.go(-2)")
    expect(page).to_have_url(everything)
    expect(chips).to_have_count(2)
    assert names(page) == found
    page.evaluate("history.go(2)")
    expect(page).to_have_url(second_page)
    expect(chips).to_have_count(1)
    assert names(page) == second_names
    page.reload()
    assert names(page) == second_names
    expect(page.get_by_role("combobox", name="Status")).to_have_value("true")

    colleague = open_page(ADMIN)
    colleague.goto(everything)
    assert names(colleague) == found
    expect(colleague.get_by_role("combobox", name="Status")).to_have_value("true")
    expect(colleague.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")


def test_typing_in_the_search_box_finds_offers_without_losing_the_place(page: Page):
    open_offers(page)
    search = page.get_by_role("searchbox", name="Name contains")
    search.press_sequentially("Verdant", delay=20)
    expect(page.get_by_role("link", name="Remove filter: Name contains Verdant")).to_be_visible()
    expect(search).to_be_focused()
    expect(search).to_have_value("Verdant")
    assert all("Verdant" in name for name in names(page))
    expect(page.locator("#status")).to_contain_text("Offers: 9 rows")


def test_an_offer_is_opened_edited_and_archived(page: Page):
    open_offers(page, "?sort=-id&page[size]=25")
    page.get_by_role("rowheader").get_by_role("link").nth(3).click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).not_to_have_text("Offers")
    old_name = heading.inner_text()
    page.get_by_role("link", name="Edit", exact=True).click()
    field = page.get_by_label("Name", exact=False).first
    expect(field).to_have_value(old_name)
    field.fill("Edited with the mouse")
    page.get_by_role("button", name="Save").click()
    expect(heading).to_have_text("Edited with the mouse")
    expect(page.get_by_role("main").get_by_role("status").first).to_contain_text("was saved")

    page.get_by_role("link", name="Archive…", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Edited with the mouse")
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("main").get_by_role("status").first).to_contain_text("was archived")
    assert "Edited with the mouse" not in names(page)


def test_a_selection_is_deactivated_after_its_plan_was_seen_with_a_result_for_each_row(page: Page):
    open_offers(page, "?filter[active]=true&sort=-id&page[number]=2&page[size]=25")
    boxes = page.get_by_role("checkbox", name="Select ")
    bar = page.get_by_role("group", name="Selected offers")
    expect(bar).to_be_hidden()
    boxes.nth(1).check()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")
    chosen = names(page)[:4]
    page.get_by_role("checkbox", name="Select page").check()
    expect(bar).to_contain_text("25 selected")
    page.get_by_role("button", name="Clear").click()
    expect(bar).to_be_hidden()
    boxes.nth(4).check()
    boxes.nth(1).click(modifiers=["Shift"])
    expect(bar).to_contain_text("4 selected")

    address = page.url
    page.get_by_role("button", name="Deactivate…").click()
    plan = page.get_by_role("dialog", name="4 offers will change")
    expect(plan).to_contain_text("Active → Inactive")
    for name in chosen:
        expect(plan.get_by_role("listitem").filter(has_text=name).first).to_be_visible()
    page.get_by_role("button", name="Deactivate 4 offers").click()
    was_told(page, "4 offers were deactivated, and read back.")
    expect(page).to_have_url(address)
    expect(page.get_by_role("table", name="Offers", exact=True).get_by_text("Inactive")).to_have_count(0)
    # They are inactive now, and the list has active ones alone.
    for name in chosen:
        expect(page.get_by_role("rowheader").filter(has_text=name)).to_have_count(0)
    page.get_by_role("link", name="See the run").click()
    rows = page.get_by_role("table", name="Records of the run").get_by_role("row")
    expect(rows).to_have_count(5)
    for name in chosen:
        expect(rows.filter(has_text=name).first).to_contain_text("Done")


def test_a_new_offer_is_made_after_its_errors_are_mended(page: Page, watch, site):
    watch.expected_statuses = {422}
    open_offers(page)
    page.get_by_role("button", name="New offer").click()
    page.get_by_label("Description").fill("Typed once")
    page.get_by_role("button", name="Save").click()
    summary = error_summary(page)
    expect(summary).to_be_focused()
    # What is new is counted in it besides, where tests before this one left something.
    expect(page).to_have_title(re.compile(r"Error: (\(\d+\) )?New offer · Integr8 desk$"))
    summary.get_by_role("link", name="Name").click()
    name = page.get_by_role("textbox", name="Name required")
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Description")).to_have_value("Typed once")
    name.fill("Made with the mouse")
    advertiser = page.get_by_label("Advertiser")
    advertiser.press_sequentially("Verd")
    page.get_by_role("listbox").get_by_role("option").first.click()
    expect(advertiser).to_have_value(re.compile("Verd"))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made with the mouse")
    expect(page.get_by_role("main")).to_contain_text("was created")
    expect(page.get_by_role("main")).to_contain_text("Typed once")


def test_an_export_shows_its_progress_and_a_mail_leads_to_the_file(page: Page, site, tmp_path: Path):
    site.settings(export_running_seconds=3)
    page.goto("/exports/")
    page.get_by_role("link", name="New export").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New export")
    # Nobody else asks for its files here, so none of another test is offered instead.
    page.get_by_label("Integration required").select_option("US network")
    page.get_by_role("button", name="Yesterday").click()
    for box in page.get_by_role("group", name="Columns").get_by_role("checkbox").all():
        box.uncheck()
    for column in ("conversion_time", "offer", "payout"):
        page.get_by_role("checkbox", name=column, exact=True).check()
    page.get_by_label("Delimiter").select_option("Semicolon (;)")
    page.get_by_role("button", name="Export", exact=True).click()
    progress = page.get_by_role("region", name="Progress")
    expect(progress).to_be_visible()
    page.evaluate("window.notReloaded = true")
    wait_for_download(page)
    expect(progress.get_by_role("listitem").filter(has_text="File made")).to_contain_text("done")
    assert page.evaluate("window.notReloaded") is True
    address = open_mail_about(page)
    page.get_by_role("article").get_by_role("link", name=address).click()
    expect(page).to_have_url(address)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    target = tmp_path / "conversions.csv"
    download.value.save_as(target)
    assert download.value.suggested_filename.endswith(".csv")
    with target.open(newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    # The API requires an extra parameter, so the form begins with one.
    assert rows[0] == ["conversion_time", "offer", "payout", "sub_id"]
    assert len(rows) > 100 and {len(row) for row in rows} == {4}


def add_filter(page: Page, field: str, operator: str, value: str) -> None:
    """Add a filter through its menu."""
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Field", exact=True).select_option(field)
    page.get_by_label("Comparison", exact=True).select_option(operator)
    page.get_by_label("Value", exact=True).fill(value)
    page.get_by_role("button", name="Add filter").click()
