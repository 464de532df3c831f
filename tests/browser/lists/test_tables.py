"""Tables that fit: rows in sight, one scroll bar, cards on a phone, whole tables in print, rows copied."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from apps.ui.files.csv_files import safe_cell
from tests.browser.conftest import PHONE, OpenPage
from tests.browser.site import CONVERSIONS, OFFERS
from tests.browser.steps import open_offers, requests_of, see_requests_until_now

REPORT = f"{CONVERSIONS}?integration_id=int-eu&range=yesterday"
#: As a script of the page loads it.
COPYING = "import(document.querySelector('meta[name=scripts]').dataset.copyRows)"
DESK: ViewportSize = {"width": 1440, "height": 900}

ROWS_IN_SIGHT = """() => {
  const box = document.querySelector(".table-box").getBoundingClientRect();
  const head = document.querySelector(".table thead").getBoundingClientRect();
  return [...document.querySelectorAll(".table tbody tr")].map((row) => row.getBoundingClientRect())
    .filter((row) => row.top >= head.bottom - 1 && row.bottom <= Math.min(box.bottom, innerHeight)).length;
}"""
SCROLLS_DOWN = """() => [document.documentElement, ...document.querySelectorAll("main, main *")]
  .filter((one) => one.checkVisibility() && one.scrollHeight > one.clientHeight + 1 && (one === document.documentElement
    || ["auto", "scroll"].includes(getComputedStyle(one).overflowY)))
  .map((one) => one.className || one.localName)"""


def open_report(page: Page, query: str = "") -> None:
    page.goto(REPORT + query)
    expect(page.get_by_role("table", name="Conversions")).to_be_visible()


@pytest.mark.parametrize("report", ["clicks", "conversions", "impressions"])
def test_a_report_shows_twenty_rows_at_once_and_scrolls_with_one_bar(page: Page, report: str):
    page.set_viewport_size(DESK)
    page.goto(f"/reports/{report}/?integration_id=int-eu&range=last-30-days")
    expect(page.locator("tbody tr")).to_have_count(50)
    assert page.evaluate(ROWS_IN_SIGHT) >= 20
    assert page.evaluate(SCROLLS_DOWN) == ["table-box"]
    head = page.get_by_role("columnheader").first
    before = head.bounding_box()
    page.locator("tbody tr").last.scroll_into_view_if_needed()
    assert head.bounding_box() == before


def test_a_list_scrolls_with_one_bar_too(page: Page):
    open_offers(page)
    assert page.evaluate(SCROLLS_DOWN) == ["table-box"]


def test_money_and_status_are_in_sight_on_a_small_desk(page: Page):
    for address, columns in ((REPORT, ("Status", "Payout", "Revenue")), (OFFERS, ("Status", "Payout"))):
        page.goto(address)
        for column in columns:
            head = page.get_by_role("columnheader", name=column, exact=True)
            expect(head).to_be_in_viewport(ratio=1)


def test_on_a_phone_a_row_is_a_card_and_the_page_alone_scrolls(open_page: OpenPage):
    page = open_page(size=PHONE, has_touch=True, is_mobile=True)
    open_report(page)
    card = page.locator("tbody tr").first
    box = card.bounding_box()
    assert box and box["height"] >= 44 and box["width"] <= PHONE[0]
    for cell in (card.locator("th"), card.locator(".status-cell"), card.locator("[data-head=Offer]")):
        expect(cell).to_be_in_viewport()
    for name in ("Publisher", "Payout", "Revenue"):
        expect(card.locator(f"[data-head={name}]")).to_be_in_viewport()
    assert page.evaluate(SCROLLS_DOWN) == ["html"]
    # A tap anywhere opens the row, which has the links.
    card.locator("[data-head=Publisher]").tap()
    expect(page.get_by_role("dialog")).to_be_visible()


def test_on_a_phone_rows_come_before_buttons(open_page: OpenPage):
    page = open_page(size=PHONE, has_touch=True, is_mobile=True)
    open_offers(page)
    expect(page.get_by_role("button", name="New offer")).to_be_visible()
    expect(page.locator("tbody tr").nth(2)).to_be_in_viewport()
    tools = page.get_by_role("link", name="Import")
    expect(tools).to_be_hidden()
    page.get_by_role("button", name="More actions").click()
    expect(tools).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters", exact=True).click()
    page.get_by_label("Status").select_option("true")
    expect(page.get_by_role("link", name="Remove filter: Status: Active")).to_be_visible()


def test_a_report_prints_whole_with_its_heading_and_without_forms(page: Page):
    open_report(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    for hidden in ("form", "nav:not(.pager)", "header", ".button", "dialog"):
        for element in page.locator(f"body {hidden}").all():
            expect(element).to_be_hidden()
    assert page.evaluate(SCROLLS_DOWN) in ([], ["html"])
    assert page.locator("thead").evaluate("head => getComputedStyle(head).display") == "table-header-group"
    expect(page.locator("tbody tr").last).to_be_visible()


def copied(page: Page) -> list[list[str]]:
    text = page.evaluate("navigator.clipboard.readText()")
    return [line.split("\t") for line in text.rstrip("\n").split("\n")]


def test_rows_are_copied_as_plain_cells_a_row_a_line(open_page: OpenPage):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_report(page)
    page.get_by_role("button", name="Copy rows").click()
    expect(page.locator("#status")).to_contain_text("Copied 50 rows")
    head, *rows = copied(page)
    told = "\t".join(head)
    for columns in ("Offer\tOffer ID", "Publisher\tPublisher ID", "Payout\tPayout currency"):
        assert columns in told
    assert len(rows) == 50
    payout = head.index("Payout")
    for row in rows:
        assert len(row) == len(head)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", row[0]), row[0]
        assert re.fullmatch(r"|\d+\.\d+", row[payout]), row[payout]
        assert re.fullmatch(r"|[A-Z]{3}", row[payout + 1]), row[payout + 1]


def test_the_ticked_rows_alone_are_copied(open_page: OpenPage):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_offers(page, "?sort=id")
    for number in (1, 4):
        page.locator("[data-select-row]").nth(number).check()
    page.get_by_role("button", name="Copy rows").click()
    expect(page.locator("#status")).to_contain_text("Copied 2 rows")
    head, *rows = copied(page)
    assert head[:2] == ["Name", "ID"]
    assert [row[1] for row in rows] == ["1002", "1005"]


def test_rows_selected_with_the_mouse_are_copied_a_row_a_line(open_page: OpenPage):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    open_offers(page, "?sort=id")
    page.evaluate(COPYING)
    rows = page.locator("tbody tr")
    first, last = (rows.nth(number).element_handle() for number in (0, 2))
    page.evaluate(
        "([first, last]) => getSelection().setBaseAndExtent(first, 0, last, last.childNodes.length)",
        [first, last],
    )
    page.keyboard.press("Control+c")
    assert [row[1] for row in copied(page)] == ["1001", "1002", "1003"]


def test_what_a_spreadsheet_would_run_is_neutralised_as_in_files(page: Page):
    open_offers(page)
    cells = [
        "=1+1",
        " \u200b=cmd",
        "-12.50",
        "\u2212x",
        "＋SUM(A1)",
        "a;=b",
        "a|\u200b@b",
        "plain",
        "",
        "'=kept",
        '"=x"',
    ]
    made = page.evaluate(
        f"async (cells) => cells.map((await {COPYING}).safeCell)",
        cells,
    )
    assert made == [safe_cell(cell) for cell in cells]


def test_a_value_is_filtered_by_from_its_cell_and_from_the_rows_menu(page: Page):
    open_offers(page)
    cell = page.locator("tbody tr").first.locator("td[data-head=Advertiser]")
    name = cell.inner_text()
    cell.hover()
    page.get_by_role("button", name=f"Filter by Advertiser: {name}").click()
    expect(
        page.get_by_role("link", name=re.compile(rf"Remove filter: Advertiser: {re.escape(name)}"))
    ).to_be_visible()
    menu = page.get_by_role("button", name="Actions for").first
    menu.focus()
    page.keyboard.press("Enter")
    item = page.get_by_role("button", name=re.compile("^Filter by Visibility: ")).first
    expect(item).to_be_visible()
    item.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name=re.compile("Remove filter: Visibility: "))).to_be_visible()


def test_a_report_is_filtered_from_a_cell_and_from_its_row(page: Page):
    open_report(page)
    cell = page.locator("tbody tr").first.locator("td[data-head=Publisher]")
    key = cell.locator(".muted").inner_text()
    cell.hover()
    page.get_by_role("button", name="Filter by Publisher").click()
    expect(page).to_have_url(re.compile(rf"filter\[publisher\]={key}"))
    page.get_by_role("rowheader").first.get_by_role("link").click()
    page.get_by_role("link", name="Only this offer").click()
    expect(page.get_by_role("group", name="Filters in force")).to_contain_text("Offer: ")


def test_typing_asks_once_and_enter_at_once_and_the_focus_stays(page: Page):
    open_offers(page)
    search = page.get_by_role("searchbox", name="Name contains")
    asked = requests_of(page)
    search.press_sequentially("Oakline")
    search.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Name contains Oakline")).to_be_visible()
    expect(search).to_be_focused()
    see_requests_until_now(page)
    assert len([url for url in asked if url.endswith("Oakline")]) == 1
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.get_by_role("link", name="Remove filter: Name contains Oakline")).to_be_visible()
    expect(search).to_be_focused()


def test_names_and_menus_stay_where_a_table_is_wider_than_its_box_and_nowhere_else(page: Page):
    page.set_viewport_size({"width": 1600, "height": 900})
    open_offers(page)
    name, menu = page.locator("tbody .name-cell").first, page.locator("tbody .row-menu").first
    expect(page.locator("main")).not_to_have_attribute("data-wide", "")
    expect(name).to_have_css("position", "static")
    page.set_viewport_size({"width": 800, "height": 900})
    expect(page.locator("main")).to_have_attribute("data-wide", "")
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.locator(".table-box").evaluate("box => { box.scrollLeft = 10_000 }")
    for cell in (name, menu):
        expect(cell).to_have_css("position", "sticky")
        expect(cell).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1600, "height": 900})
    expect(name).to_have_css("position", "static")


def test_of_a_long_table_the_rows_out_of_sight_follow_with_their_ticks(page: Page):
    open_offers(page, "?page[size]=100&sort=id")
    row = page.locator("tbody tr").nth(90)
    row.get_by_role("checkbox").check()
    ticked = row.get_by_role("checkbox").input_value()
    page.evaluate("""() => {
      window.counted = [];
      new MutationObserver(() => window.counted.push(document.querySelectorAll("#rows > tr").length))
        .observe(document.querySelector("main"), { childList: true, subtree: true });
    }""")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("101–200")
    expect(page.locator("#rows > tr")).to_have_count(100)
    assert page.evaluate("window.counted.find((rows) => rows > 0)") == 50
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("1–100")
    expect(page.locator(f"tr:nth-child(91) [value='{ticked}']")).to_be_checked()
    expect(page.locator("tr[data-ticked]")).to_have_count(1)
