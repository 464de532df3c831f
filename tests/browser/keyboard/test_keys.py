"""Every key of the table does what the table says, in every kind of list, and nothing while somebody types."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.ui.keyboard.commands import COMMANDS
from tests.browser.conftest import OpenPage
from tests.browser.site import ADMIN, CONVERSIONS, OFFERS
from tests.browser.steps import ask_for_export, names, open_offers, wait_for_download

LIST = "?page[size]=25&sort=id&page[number]=2"
#: Keys that a test here presses; each key of the table must be among them, or stand in another test.
TRIED: set[str] = set()


def press(page: Page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        TRIED.add(key)
        page.keyboard.press(key)


def row_links(page: Page) -> Locator:
    """The links that rows are opened by."""
    return page.locator("main tbody tr").locator("th a")


def test_rows_are_gone_through_selected_and_cleared(page: Page):
    open_offers(page, LIST)
    links, bar = row_links(page), page.get_by_role("group", name="Selected offers")
    press(page, "j")
    expect(links.nth(0)).to_be_focused()
    press(page, "j", "j")
    expect(links.nth(2)).to_be_focused()
    press(page, "k")
    expect(links.nth(1)).to_be_focused()
    press(page, "x")
    expect(bar).to_contain_text("1 selected")
    expect(links.nth(1)).to_be_focused()
    press(page, "j", "j", "Shift+X")
    expect(bar).to_contain_text("3 selected")
    press(page, "Escape")
    expect(bar).to_be_hidden()
    press(page, "a")
    expect(bar).to_contain_text("25 selected")
    press(page, "Shift+A")
    expect(bar).to_contain_text(re.compile(r"2\d\d selected"))
    press(page, "Escape")
    expect(bar).to_be_hidden()
    press(page, "Enter")
    expect(page.get_by_role("table", name="Offers", exact=True)).to_have_count(0)


def test_pages_are_turned_read_again_and_filtered(page: Page):
    open_offers(page, LIST)
    pages = page.get_by_role("navigation", name="Pages")
    before = names(page)
    press(page, "]")
    expect(pages).to_contain_text("51–75")
    press(page, "[")
    expect(pages).to_contain_text("26–50")
    assert names(page) == before
    press(page, "j", "j")
    expect(row_links(page).nth(1)).to_be_focused()
    page.locator("#results").evaluate("results => { results.dataset.before = '' }")
    press(page, "r")
    expect(page.locator("#results:not([data-before])")).to_be_visible()
    expect(row_links(page).nth(1)).to_be_focused()
    press(page, "f")
    expect(page.get_by_label("Field", exact=True)).to_be_focused()
    # In a box a letter is a letter.
    page.keyboard.press("n")
    expect(page.get_by_label("Field", exact=True)).to_be_focused()
    press(page, "Escape")
    press(page, "/")
    search = page.get_by_role("main").get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("j?")
    expect(search).to_have_value("j?")


def test_escape_leaves_the_search_box_and_keeps_what_was_searched_for(page: Page):
    open_offers(page, LIST)
    press(page, "/")
    box = page.get_by_role("main").get_by_role("searchbox")
    expect(box).to_be_focused()
    page.keyboard.insert_text("Oakline")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Name contains Oakline")).to_be_visible()
    press(page, "Escape")
    expect(box).not_to_be_focused()
    expect(box).to_have_value("Oakline")
    press(page, "j")
    expect(row_links(page).first).to_be_focused()


def test_a_row_is_edited_duplicated_switched_and_put_back(page: Page):
    open_offers(page, LIST)
    press(page, "j", "s")
    toast = page.locator("#toast")
    expect(toast).to_contain_text(re.compile("was (de)?activated"))
    press(page, "u")
    expect(page.get_by_text("is as before")).to_be_visible()
    open_offers(page, LIST)
    press(page, "j", "e")
    page.wait_for_url("**/edit/")
    expect(page.get_by_label("Name", exact=False).first).to_be_focused()
    open_offers(page, LIST)
    press(page, "j", "c")
    page.wait_for_url("**/duplicate/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    open_offers(page, LIST)
    press(page, "n")
    page.wait_for_url("**/offers/new/")
    expect(page.get_by_label("Name", exact=False).first).to_be_focused()
    # By the mouse one comes to look first.
    open_offers(page, LIST)
    page.get_by_role("button", name="New offer").click()
    page.wait_for_url("**/offers/new/")
    expect(page.locator("input:focus")).to_have_count(0)


def test_the_link_of_a_row_is_copied(open_page: OpenPage):
    page = open_page(ADMIN, permissions=["clipboard-read", "clipboard-write"])
    open_offers(page, LIST)
    press(page, "j")
    link = row_links(page).first
    expect(link).to_be_focused()
    press(page, "t")
    expect(page.locator("#status")).to_contain_text("Copied")
    assert "offers/" in page.evaluate("navigator.clipboard.readText()")


def test_a_record_is_edited_and_duplicated(page: Page):
    for key, there in (("e", "**/edit/"), ("c", "**/duplicate/")):
        page.goto(f"{OFFERS}1003/")
        expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
        press(page, key)
        page.wait_for_url(there)
        expect(page.locator("main form :is(input, select):focus")).to_have_count(1)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("o", r"/integrations/int-eu/offers/"),
        ("p", r"/publishers/"),
        ("a", r"/advertisers/"),
        ("u", r"/users/"),
        ("c", r"/reports/conversions/"),
        ("l", r"/reports/clicks/"),
        ("i", r"/reports/impressions/"),
        ("e", r"/exports/"),
        ("j", r"/bulk/"),
        ("m", r"/people/"),
        ("h", r":\d+/(integrations/.*)?$"),
    ],
)
def test_g_and_a_letter_go_to_a_page(open_tab: OpenPage, key: str, address: str):
    page = open_tab()
    page.goto("/preferences/")
    press(page, "g")
    TRIED.add(f"g {key}")
    page.keyboard.press(key)
    page.wait_for_url(re.compile(address))


def test_the_keys_are_listed_and_the_focus_comes_back(page: Page):
    open_offers(page, LIST)
    press(page, "j")
    expect(row_links(page).first).to_be_focused()
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog.get_by_text("Select all that match")).to_be_visible()
    press(page, "j")
    press(page, "Escape")
    expect(dialog).to_be_hidden()
    expect(row_links(page).first).to_be_focused()


def test_the_rows_of_a_report_open_and_are_stepped_through(page: Page):
    page.goto(f"{CONVERSIONS}?range=last-7-days")
    press(page, "j", "j")
    expect(row_links(page).nth(1)).to_be_focused()
    press(page, "Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_be_visible()
    first = page.locator("#drawer").get_attribute("data-row")
    press(page, "j")
    expect(page.locator(f'#drawer[data-row="{first}"]')).to_have_count(0)
    expect(drawer).to_be_visible()
    press(page, "k")
    expect(page.locator(f'#drawer[data-row="{first}"]')).to_have_count(1)
    press(page, "Escape")
    expect(drawer).to_be_hidden()
    expect(row_links(page).nth(1)).to_be_focused()


def test_an_export_is_downloaded_from_its_row(page: Page):
    ask_for_export(page)
    wait_for_download(page)
    address = urlsplit(page.url).path
    page.goto("/exports/")
    # A schedule of another test may have asked for a newer one.
    number = [link.get_attribute("href") for link in row_links(page).all()].index(address)
    press(page, *"j" * (number + 1))
    expect(row_links(page).nth(number)).to_be_focused()
    with page.expect_download():
        press(page, "d")
    press(page, "n")
    page.wait_for_url("**/exports/new/")


@pytest.mark.parametrize("address", ["/changes/", "/bulk/", "/publishers/", "/users/", "/exports/"])
def test_every_list_has_rows_to_go_through(open_tab: OpenPage, address: str):
    page = open_tab()
    page.goto(address)
    links = page.locator("main tbody tr:first-child th a").first
    if not links.count():
        expect(page.get_by_role("main").get_by_role("heading", name=re.compile("No .* yet"))).to_be_visible()
        return
    press(page, "j")
    expect(links).to_be_focused()


def test_the_first_row_is_three_tabs_away(page: Page):
    open_offers(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the table")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="Select ").nth(1)).to_be_focused()


def test_switched_off_letters_do_nothing_and_the_palette_still_opens(page: Page):
    page.goto("/preferences/")
    page.get_by_label("Single-letter keys").select_option("off")
    page.get_by_role("button", name="Save", exact=True).click()
    try:
        open_offers(page)
        page.keyboard.press("j")
        page.keyboard.press("n")
        page.keyboard.press("Control+k")
        palette = page.get_by_role("dialog", name="Search and commands")
        expect(palette.get_by_role("option", name="New offer").first).to_be_visible()
        expect(palette.locator("kbd", has_text=re.compile("^n$"))).to_have_count(0)
        assert OFFERS in page.url
    finally:
        page.goto("/preferences/")
        page.get_by_label("Single-letter keys").select_option("on")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_text("Preferences saved.")).to_be_visible()


def test_each_key_of_the_table_was_tried_here():
    in_other_tests = {"Control+K", "v", "p"}
    table = {" ".join(command.keys) for command in COMMANDS}
    assert TRIED, "run the whole file"
    assert table - TRIED - in_other_tests == set()
