"""The core of the story with the keyboard alone: nothing here points at anything."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import NEWCOMERS, OFFERS
from tests.browser.steps import error_summary, names, open_offers, was_told

MOST_TABS = 100
FOCUS_IS_VISIBLE = """element => {
    const seen = element.matches("input[type=checkbox]") ? [element, element.parentElement] : [element];
    return seen.some(one => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
}"""


def tab_to(page: Page, target: Locator, key: str = "Tab") -> None:
    """Press Tab until the target has the focus, and see that the focus can be seen."""
    for _ in range(MOST_TABS):
        if target.count() and target.evaluate("element => element === document.activeElement"):
            assert target.evaluate(FOCUS_IS_VISIBLE), f"the focus on {target} cannot be seen"
            return
        page.keyboard.press(key)
    raise AssertionError(f"{MOST_TABS} presses of {key} do not reach {target}")


def test_signing_in_and_storing_a_key(open_page: OpenPage):
    page = open_page(None)
    person = NEWCOMERS["keyboard"]
    page.goto(OFFERS)
    tab_to(page, page.get_by_label("Email"))
    page.keyboard.type(person.email)
    tab_to(page, page.get_by_label("Password"))
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Connect to Sandbox")).to_be_visible()
    tab_to(page, page.get_by_label("Key", exact=False).last)
    page.keyboard.type("sandbox-admin-key-7c1f4e92ab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Offers")).to_be_visible()


def test_the_first_tab_skips_to_the_content(page: Page):
    open_offers(page)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def test_searching_sorting_and_paging_keep_the_focus_in_place(page: Page):
    open_offers(page)
    page.keyboard.press("/")
    search = page.get_by_role("main").get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("e")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Name contains e")).to_be_visible()
    expect(search).to_be_focused()

    header = page.get_by_role("columnheader", name="Name").get_by_role("link")
    tab_to(page, header)
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    expect(header).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")
    expect(header).to_be_focused()

    following = page.get_by_role("link", name="Next")
    before = names(page)
    tab_to(page, following, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51–")
    expect(following).to_be_focused()
    assert names(page) != before


def test_adding_and_removing_a_filter(page: Page):
    open_offers(page, "?page[size]=25")
    menu = page.locator("summary", has_text="Filter")
    tab_to(page, menu)
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Field", exact=True))
    page.keyboard.type("Currency")
    value = page.locator("#filter-value")
    expect(value.locator("option[value=USD]")).to_have_count(1)
    expect(value).to_be_enabled()
    tab_to(page, value)
    page.keyboard.type("USD")
    tab_to(page, page.get_by_role("button", name="Add filter"))
    page.keyboard.press("Enter")
    chip = page.get_by_role("link", name="Remove filter: Currency: USD")
    expect(chip).to_be_visible()
    expect(page.locator("[data-focus-fallback]").first).to_be_focused()
    tab_to(page, chip, "Shift+Tab")
    page.keyboard.press("Enter")
    expect(chip).to_be_hidden()
    expect(page.locator("[data-focus-fallback]").first).to_be_focused()


def test_a_menu_closes_on_escape_and_gives_the_focus_back(page: Page):
    open_offers(page)
    menu = page.locator("summary", has_text="Alex Admin")
    tab_to(page, menu)
    page.keyboard.press("Enter")
    preferences = page.get_by_role("link", name="Preferences")
    tab_to(page, preferences)
    page.keyboard.press("Escape")
    expect(preferences).to_be_hidden()
    expect(menu).to_be_focused()


def test_a_selection_is_made_cleared_and_deactivated(page: Page):
    open_offers(page, "?page[size]=25&sort=id&page[number]=3")
    boxes = page.get_by_role("checkbox", name="Select ")
    tab_to(page, boxes.nth(1))
    page.keyboard.press("Space")
    bar = page.get_by_role("group", name="Selected offers")
    expect(bar).to_contain_text("1 selected")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("Space")
    tab_to(page, boxes.nth(2))
    page.keyboard.press("Space")
    expect(bar).to_contain_text("2 selected")
    tab_to(page, page.get_by_role("button", name="Deactivate…"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="2 offers will change")).to_be_visible()
    expect(page.get_by_role("button", name="Deactivate 2 offers")).to_be_focused()
    page.keyboard.press("Space")
    was_told(page, "2 offers were deactivated, and read back.")
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(bar).to_be_hidden()


def test_an_offer_is_opened_and_edited_past_an_error(page: Page, watch):
    watch.expected_statuses = {422}
    open_offers(page, "?page[size]=25&sort=id&page[number]=4")
    link = page.get_by_role("rowheader").get_by_role("link").first
    tab_to(page, link)
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Edit", exact=True))
    page.keyboard.press("Enter")
    name = page.get_by_role("textbox", name="Name required")
    tab_to(page, name)
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(error_summary(page)).to_be_focused()
    tab_to(page, error_summary(page).get_by_role("link", name="Name"))
    page.keyboard.press("Enter")
    expect(name).to_be_focused()
    page.keyboard.type("Edited with the keyboard")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Edited with the keyboard")


def test_an_export_is_asked_for_and_downloaded(page: Page):
    page.goto("/exports/new/")
    yesterday = page.get_by_role("button", name="Yesterday")
    tab_to(page, yesterday)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="New export")).to_be_visible()
    # Unlike any other export: the same one twice would be one.
    tab_to(page, page.get_by_label("Extra parameters"))
    page.keyboard.press("Control+A")
    page.keyboard.type("parameter_by_keyboard")
    tab_to(page, page.get_by_role("button", name="Export", exact=True))
    page.keyboard.press("Enter")
    download = page.get_by_role("button", name="Download")
    expect(download).to_be_visible()
    tab_to(page, download)
    with page.expect_download() as file:
        page.keyboard.press("Enter")
    assert file.value.suggested_filename.endswith(".csv")
