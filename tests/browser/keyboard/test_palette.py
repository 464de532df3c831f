"""The palette by keyboard alone: it finds pages, what can be done here, and records, and never shows a stale answer."""

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import OFFERS, Site
from tests.browser.steps import names, open_offers


def open_palette(page: Page) -> Locator:
    """The palette, opened by its key."""
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search and commands")
    expect(palette.get_by_role("combobox")).to_be_focused()
    return palette


def marked(palette: Locator) -> Locator:
    """The option that Enter opens."""
    return palette.locator("[role=option][aria-selected=true]")


def test_an_offer_by_its_id_is_one_key_away(page: Page):
    open_offers(page)
    open_palette(page)
    page.keyboard.insert_text("1042")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{OFFERS}1042/")


def test_what_is_typed_before_the_palette_is_there_is_not_lost(page: Page):
    open_offers(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("preferen")
    palette = page.get_by_role("dialog", name="Search and commands")
    expect(palette.get_by_role("combobox")).to_have_value("preferen")
    expect(marked(palette)).to_contain_text("Preferences")
    page.keyboard.press("Enter")
    page.wait_for_url("**/preferences/")


def test_an_offer_by_its_name_and_the_offers_of_an_advertiser(page: Page):
    open_offers(page)
    name = names(page)[3]
    open_palette(page)
    page.keyboard.insert_text(name)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    palette = open_palette(page)
    page.keyboard.insert_text("Meridian Loans SAS")
    offers = palette.get_by_role("option", name="Offers of Meridian Loans SAS")
    expect(offers).to_be_visible()
    while offers.get_attribute("aria-selected") != "true":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Advertiser: Meridian Loans SAS")).to_be_visible()


def test_arrows_go_round_and_escape_gives_the_focus_back(page: Page):
    open_offers(page)
    link = page.get_by_role("rowheader").get_by_role("link").first
    link.focus()
    palette = open_palette(page)
    options = palette.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box = palette.get_by_role("combobox")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id") or "")
    expect(palette.get_by_role("option", name="Preferences")).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    expect(link).to_be_focused()


def test_control_enter_opens_a_new_tab(page: Page):
    page.goto("/preferences/")
    palette = open_palette(page)
    page.keyboard.insert_text("exports")
    expect(marked(palette)).to_contain_text("Exports")
    with page.context.expect_page() as opened:
        page.keyboard.press("Control+Enter")
    opened.value.wait_for_url("**/exports/")
    expect(palette).to_be_visible()
    assert "/preferences/" in page.url


def test_a_slow_answer_never_stands_under_a_newer_text(page: Page, site: Site):
    open_offers(page)
    palette = open_palette(page)
    site.latency(1.5)
    with page.expect_request(lambda request: "q=meridian" in request.url):
        page.keyboard.insert_text("meridian")
    site.latency(0)
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("oakline")
    found = palette.get_by_role("group", name="Advertisers").get_by_role("option")
    expect(found.first).to_contain_text("Oakline")
    expect(palette).not_to_have_attribute("data-waiting", "")
    expect(palette.get_by_role("option").filter(has_text="Meridian")).to_have_count(0)


def test_a_place_that_cannot_be_read_leaves_the_others(page: Page, site: Site):
    open_offers(page)
    site.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    palette = open_palette(page)
    page.keyboard.insert_text("me")
    expect(palette.get_by_text("Publishers could not be read")).to_be_visible()
    expect(
        palette.get_by_role("group", name="Offers in EU network").get_by_role("option").first
    ).to_be_visible()


def test_without_the_palette_the_box_of_the_header_searches(page: Page, watch):
    page.route("**/js/palette*.js", lambda route: route.abort())
    watch.is_offline_expected = True
    open_offers(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("1042")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The record with this ID")).to_be_visible()


def test_the_header_box_opens_it_by_a_click(open_page: OpenPage):
    page = open_page()
    open_offers(page)
    page.get_by_role("banner").get_by_role("searchbox").click()
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")).to_be_focused()


def test_after_escape_the_keys_of_the_page_work_at_once(page: Page):
    page.goto("/preferences/")
    palette = open_palette(page)
    page.keyboard.press("Escape")
    expect(palette).to_be_hidden()
    page.keyboard.type("gp")
    page.wait_for_url("**/publishers/")


def test_what_nothing_has_is_said_and_one_of_many_buttons_is_no_action(page: Page):
    page.goto("/")
    expect(page.get_by_role("button", name="Download").first).to_be_visible()
    palette = open_palette(page)
    expect(palette.get_by_role("option", name="Preferences")).to_be_visible()
    expect(palette.get_by_role("option", name="Download")).to_have_count(0)
    page.keyboard.insert_text("no such name")
    expect(palette.get_by_text("Nothing has this name or ID.")).to_be_visible()


def test_the_very_name_of_a_record_comes_before_what_can_be_done_on_the_page(page: Page, site: Site):
    name = "Edit payout"
    site.faults(
        {
            "kind": "status",
            "operation": "listAdvertisers",
            "times": None,
            "status": 200,
            "body": {"data": [{"id": 133, "name": name}], "total_count": 1, "total_page": 1},
        }
    )
    page.goto(f"{OFFERS}1002/")
    palette = open_palette(page)
    page.keyboard.insert_text(name)
    expect(
        palette.get_by_role("group", name="On this page").get_by_role("option", name=name).first
    ).to_be_visible()
    exact = palette.get_by_role("group", name="This very one").get_by_role("option").first
    expect(exact).to_contain_text(name)
    expect(palette.get_by_role("option").first).to_have_attribute("href", "/advertisers/133/")
    expect(palette).not_to_have_attribute("data-waiting", "")
    page.keyboard.press("Enter")
    page.wait_for_url("**/advertisers/133/")
