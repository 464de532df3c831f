"""The core of the story in a browser that runs no scripts."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.site import ADMIN, NEWCOMERS, OFFERS
from tests.browser.steps import ask_for_export, error_summary, names, open_offers, wait_for_download


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of the admin without scripts."""
    return open_page(ADMIN, java_script_enabled=False)


def test_a_person_signs_in_and_stores_a_key(open_page: OpenPage):
    page = open_page(None, java_script_enabled=False)
    page.goto(OFFERS)
    sign_in(page, NEWCOMERS["plain"])
    page.get_by_label("Key", exact=False).last.fill("sandbox-admin-key-7c1f4e92ab")
    page.get_by_role("button", name="Save and test").click()
    expect(page.get_by_role("table", name="Offers")).to_be_visible()


def test_the_list_is_searched_filtered_sorted_and_paged(page: Page):
    open_offers(page)
    page.get_by_role("main").get_by_role("searchbox").fill("e")
    page.get_by_role("combobox", name="Status").select_option("Active")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("link", name="Remove filter: Status: Active")).to_be_visible()
    expect(page.get_by_role("link", name="Remove filter: Name contains e")).to_be_visible()

    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Field", exact=True).select_option("Currency")
    page.get_by_label("Value", exact=True).fill("EUR")
    page.get_by_role("button", name="Add filter").click()
    expect(page.get_by_role("link", name="Remove filter: Currency: EUR")).to_be_visible()

    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("link", name="25", exact=True).click()
    before = names(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    assert before[-1] <= names(page)[0]
    page.get_by_role("link", name="Remove filter: Name contains e").click()
    expect(page.get_by_role("link", name="Remove filter:")).to_have_count(2)
    expect(page.get_by_role("main").get_by_role("searchbox")).to_have_value("")


def test_a_row_has_no_menu_that_no_script_would_open(page: Page):
    open_offers(page)
    expect(page.locator(".row-menu").first).to_be_hidden()
    expect(page.get_by_role("button", name="Actions for")).to_have_count(0)
    page.get_by_role("row").nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("link", name="Edit", exact=True).first).to_be_visible()
    assert not page.url.endswith("?")


def test_a_selection_is_archived_after_a_confirmation(page: Page):
    open_offers(page, "?sort=-id&page[size]=25&page[number]=3")
    boxes = page.get_by_role("checkbox", name="Select ")
    chosen = names(page)[2:4]
    boxes.nth(3).check()
    boxes.nth(4).check()
    page.get_by_role("button", name="Archive…").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Archive offers")
    for name in chosen:
        expect(page.get_by_role("table", name="Records of the run")).to_contain_text(name)
    plan = page.url
    page.get_by_label("Type 2 to confirm").fill("2")
    page.get_by_role("button", name="Archive 2 offers").click()
    expect(page.get_by_text("2 offers were archived")).to_be_visible()
    page.goto(plan)
    expect(page.get_by_role("main")).to_contain_text("Done: 2")


def test_an_offer_is_created_and_edited(page: Page, watch):
    watch.expected_statuses = {422}
    open_offers(page)
    page.get_by_role("button", name="New offer").click()
    name = page.get_by_role("textbox", name="Name required")
    page.get_by_label("Description").fill("Without scripts")
    page.get_by_role("button", name="Save").click()
    expect(error_summary(page)).to_contain_text("Name")
    name.fill("Made without scripts")
    page.get_by_label("Advertiser").fill("101")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Made without scripts")
    page.get_by_role("link", name="Edit", exact=True).click()
    name.fill("Edited without scripts")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edited without scripts")
    expect(page.get_by_role("main")).to_contain_text("Without scripts")


def test_an_export_is_asked_for_and_downloaded(page: Page, open_page: OpenPage):
    ask_for_export(page)
    # A window with scripts follows the export; this one is reloaded by hand.
    follower = open_page(ADMIN)
    follower.goto(page.url)
    wait_for_download(follower)
    page.reload()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download").click()
    assert re.search(r"\.csv$", file.value.suggested_filename)


def test_a_tracking_link_is_made_by_a_button(page: Page):
    page.goto(f"{OFFERS}1001/")
    section = page.get_by_role("region", name="Tracking link")
    section.get_by_label("Publisher", exact=True).fill("5001")
    section.get_by_label("Sub ID", exact=True).fill("news")
    section.get_by_role("button", name="Create links").click()
    expect(section.get_by_role("textbox", name="Link for")).to_have_value(
        re.compile("publisher=5001&sub_id=news$")
    )
