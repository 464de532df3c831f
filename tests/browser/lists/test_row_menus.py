"""One row of the list is changed from its menu, with the keyboard alone; the list stays where it is."""

from urllib.parse import unquote

from playwright.sync_api import Page, expect

from tests.browser.site import MANAGER, VIEWER
from tests.browser.steps import open_offers

LIST = "?page[size]=25&sort=id&page[number]=6"


def test_a_payout_is_changed_in_three_actions_and_the_focus_stays_at_its_row(page: Page, watch):
    watch.expected_statuses = {422}
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(4)
    menu = row.get_by_role("button", name="Actions for")
    menu.focus()
    page.keyboard.press("Enter")
    expect(row.get_by_role("link", name="Payout…")).to_be_focused()
    page.keyboard.press("Enter")
    amount = row.get_by_role("textbox", name="Payout of")
    expect(amount).to_be_focused()

    page.keyboard.type("1,500")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("may be 1500 or 1.500")
    expect(amount).to_be_focused()
    page.keyboard.press("Escape")
    expect(amount).to_have_count(0)
    expect(menu).to_be_focused()

    page.keyboard.press("Enter")
    expect(row.get_by_role("link", name="Payout…")).to_be_focused()
    page.keyboard.press("Enter")
    expect(amount).to_be_focused()
    page.keyboard.type("1 234,5")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("1,234.50")
    expect(page.locator("#status")).to_contain_text("→ 1234.5")
    expect(page.locator("#toast")).to_contain_text("→ 1234.5")
    expect(menu).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(row).not_to_contain_text("1,234.50")
    assert "page[number]=6" in unquote(page.url)


def test_a_payout_is_changed_in_two_actions_and_what_is_typed_meanwhile_is_not_lost(page: Page, site):
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(6)
    row.get_by_role("link").first.focus()
    site.latency(0.5)
    with page.expect_request(lambda request: "/field/" in request.url):
        page.keyboard.press("p")
    page.keyboard.type("97.5a")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("97.50")
    site.latency(0)
    expect(page.locator("[data-select-row]:checked")).to_have_count(0)
    # The key was pressed on the row's name, so there the next one is.
    expect(row.get_by_role("link").first).to_be_focused()
    page.keyboard.press("u")
    expect(row).not_to_contain_text("97.50")


def test_a_value_is_edited_by_the_pencil_that_its_cell_has_under_the_pointer(page: Page):
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(7)
    row.locator(".name-cell").hover()
    row.get_by_role("link", name="Edit name").click()
    name = row.get_by_role("textbox", name="Name of")
    expect(name).to_be_focused()
    name.press("Escape")
    expect(name).to_have_count(0)
    row.locator(".name-cell").hover()
    row.get_by_role("link", name="Edit name").click()
    name.fill("Named in its row")
    name.press("Enter")
    expect(row.get_by_role("link", name="Named in its row")).to_be_visible()


def test_the_menu_copies_the_address_of_the_record(page: Page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    open_offers(page, LIST)
    page.get_by_role("button", name="Actions for").nth(3).click()
    page.get_by_role("button", name="Copy page address").click()
    expect(page.locator("#status")).to_contain_text("Copied the page's address")
    expect(page.get_by_role("button", name="Copy page address")).to_have_count(0)
    address = page.get_by_role("row").nth(4).get_by_role("link").first.get_attribute("href") or "?"
    assert page.evaluate("navigator.clipboard.readText()").endswith(address)


def test_who_only_looks_opens_copies_and_sees_reports(open_page):
    page = open_page(VIEWER)
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(3)
    row.locator(".name-cell").hover()
    row.get_by_role("button", name="Actions for").click()
    menu = page.locator("[data-row-menu]")
    expect(menu.locator("> :not([data-filter-item])")).to_have_text(
        ["Open", "Create links", "Copy page address", "Reports"]
    )
    expect(page.get_by_role("link", name="Edit name")).to_have_count(0)
    menu.get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", level=1, name="Conversions")).to_be_visible()
    assert "filter[offer_id]=" in unquote(page.url)


def test_a_row_is_deactivated_and_activated_again(page: Page):
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(5)
    row.get_by_role("checkbox").check()
    menu = row.get_by_role("button", name="Actions for")
    wanted = (
        ("Inactive", "Active") if row.get_by_text("Active", exact=True).count() else ("Active", "Inactive")
    )
    menu.focus()
    for state in wanted:
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Payout…")).to_be_focused()
        button = page.get_by_role(
            "button", name="Deactivate" if state == "Inactive" else "Activate", exact=True
        )
        # Its first letter, past what else begins with it.
        page.keyboard.press("d" if state == "Inactive" else "a")
        if state == "Inactive":
            page.keyboard.press("d")
        expect(button).to_be_focused()
        page.keyboard.press("Enter")
        expect(row.get_by_text(state, exact=True)).to_be_visible()
        expect(page.locator("#toast")).to_contain_text("activated")
        expect(menu).to_be_focused()
        expect(row.get_by_role("checkbox")).to_be_checked()
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#toast")).to_be_empty()


def test_a_menu_opens_with_the_focus_inside_and_gives_it_back(page: Page):
    open_offers(page, LIST)
    menu = page.get_by_role("button", name="Actions for").first
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Payout…")).to_be_focused()
    page.keyboard.press("e")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Edit", exact=True)).to_have_count(0)
    expect(menu).to_be_focused()


def test_without_javascript_a_payout_is_changed_on_a_page_of_its_own(open_page):
    page = open_page(MANAGER, java_script_enabled=False)
    open_offers(page, LIST)
    page.get_by_role("rowheader").nth(7).get_by_role("link").click()
    page.get_by_role("link", name="Edit payout", exact=True).click()
    page.get_by_role("textbox", name="Payout of").fill("3,25")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("→ 3.25")
    expect(page.locator("#fact-default_payout-payout")).to_contain_text("3.25")


def test_a_field_opens_over_its_cell_and_no_column_moves(page: Page):
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(3)
    name = row.get_by_role("link").first
    name.focus()
    places = "[...document.querySelectorAll('thead th')].map((head) => head.offsetLeft)"
    before = page.evaluate(places)
    page.keyboard.press("p")
    amount = row.get_by_role("textbox", name="Payout of")
    expect(amount).to_be_focused()
    assert page.evaluate(places) == before
    page.keyboard.press("Escape")
    expect(amount).to_have_count(0)
    expect(name).to_be_focused()
    assert page.evaluate(places) == before


def test_escape_stops_a_field_that_is_still_being_opened(page: Page, site):
    open_offers(page, LIST)
    row = page.get_by_role("row").nth(3)
    row.get_by_role("link").first.focus()
    site.latency(1)
    with page.expect_request(lambda request: "/field/" in request.url):
        page.keyboard.press("p")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("row").nth(4).get_by_role("link").first).to_be_focused()
    site.latency(0)
    expect(page.get_by_role("textbox", name="Payout of")).to_have_count(0)


def test_on_a_phone_a_field_opens_at_the_foot_of_the_page(page: Page):
    page.set_viewport_size({"width": 390, "height": 844})
    open_offers(page, LIST)
    page.get_by_role("row").nth(3).get_by_role("link").first.focus()
    page.keyboard.press("p")
    form = page.locator(".cell-form")
    expect(form.get_by_role("textbox", name="Payout of")).to_be_focused()
    box = form.bounding_box()
    assert box is not None
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, 390, 844)
