"""How pages stand: labels of one row on one line, whole rows at 400 %, prints with headings and without forms."""

import re

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.site import OFFERS
from tests.browser.steps import open_offers

#: A page of 1280 by 1024 at 400 %.
AT_400_PERCENT: ViewportSize = {"width": 320, "height": 256}

ROWS_OF_FIELDS = """() => [...document.querySelectorAll(".field-row")].map((row) => {
  const tops = {};
  for (const label of row.querySelectorAll(".field > label")) {
    const control = label.parentElement.querySelector("input:not([type=hidden]), select, textarea");
    const key = Math.round(control.getBoundingClientRect().top);
    (tops[key] ??= new Set()).add(Math.round(label.getBoundingClientRect().top));
  }
  return Object.values(tops).map((labels) => [...labels]);
}).flat()"""

CUT_CELLS = """() => [...document.querySelectorAll("tbody tr :is(th, td)")].filter((cell) => {
  const place = cell.getBoundingClientRect();
  return place.left < 0 || place.right > innerWidth || cell.scrollWidth > cell.clientWidth + 1;
}).map((cell) => cell.outerHTML.slice(0, 100))"""


def test_the_labels_and_the_controls_of_a_row_stand_on_one_line_each(page: Page):
    for address in (f"{OFFERS}1002/edit/", "/exports/new/", "/exports/schedules/new/"):
        page.goto(address)
        rows = page.evaluate(ROWS_OF_FIELDS)
        assert rows, address
        assert [labels for labels in rows if len(labels) > 1] == [], address


@pytest.mark.parametrize("width", [1440, 1280, 390])
def test_an_error_at_one_field_of_a_row_pushes_down_no_other(open_page, watch, width):
    watch.expected_statuses = {422}
    page = open_page(size=(width, 900))
    page.goto(f"{OFFERS}1002/edit/")
    page.locator('[name="default_payout.payout"]').fill("much")
    page.locator('[name="default_payout.revenue_percent"]').fill("1,500")
    page.locator('[name="default_payout.revenue_percent"]').press("Enter")
    expect(page.locator(".field-row .field-error")).to_have_count(2)
    rows = page.evaluate(ROWS_OF_FIELDS)
    assert len(rows) == (2 if width > 390 else 6)
    assert [labels for labels in rows if len(labels) > 1] == []


def test_at_400_percent_a_row_is_whole_and_each_value_stands_under_its_name(page: Page):
    page.set_viewport_size(AT_400_PERCENT)
    for address in (f"{OFFERS}?page[size]=25", "/users/", "/reports/conversions/?integration_id=int-eu"):
        page.goto(address)
        expect(page.locator("tbody tr").first).to_be_visible()
        assert page.evaluate(CUT_CELLS) == [], address
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address
        named = page.locator("tbody tr").first.locator("td[data-head]")
        assert named.count() > 3
        assert all(cell.get_attribute("data-head") for cell in named.all())


def test_on_a_phone_a_row_is_a_card_with_its_sorting_above_and_a_fact_is_one_line(open_page):
    page = open_page(size=(390, 844))
    for address in (f"{OFFERS}?page[size]=25", "/publishers/", "/connections/", "/sessions/"):
        page.goto(address)
        box = page.locator(".table-box").first
        expect(box.locator("tbody tr").first).to_be_visible()
        assert page.evaluate(CUT_CELLS) == [], address
        assert box.evaluate("box => box.scrollWidth - box.clientWidth") <= 0, address
        assert box.locator("tbody tr").first.bounding_box()["height"] < 260, address
    page.goto(OFFERS)
    page.get_by_role("link", name="Name", exact=True).click()
    expect(page.locator("thead th[aria-sort]")).to_contain_text("Name")
    page.locator("[data-select-page]").check()
    expect(page.locator("tbody [data-select-row]:checked")).to_have_count(50)
    page.goto(f"{OFFERS}1002/")
    fact = page.locator(".facts > div").filter(has_text="Currency").first
    name, value = (fact.locator(part).bounding_box() for part in ("dt", "dd"))
    assert abs(name["y"] - value["y"]) < 8
    assert value["x"] > name["x"] + name["width"]
    page.get_by_role("table", name="Events").get_by_role("link", name="Edit ").first.click()
    expect(page.locator("#offer_events-panel form")).to_be_visible()


@pytest.mark.parametrize("width", [1366, 1440, 1536])
def test_every_column_of_an_admins_offers_is_in_sight(open_page, width):
    page = open_page(size=(width, 900))
    open_offers(page, "?page[size]=25&sort=id")
    assert page.locator(".table-box").evaluate("box => box.scrollWidth - box.clientWidth") <= 0


def test_an_offer_prints_with_all_its_headings_and_without_forms(page: Page):
    page.goto(f"{OFFERS}1002/")
    screen = page.locator("main h2").all_inner_texts()
    page.emulate_media(media="print")
    printed = [heading.inner_text() for heading in page.locator("main h2").all() if heading.is_visible()]
    assert [heading for heading in screen if heading not in printed] == ["Tracking link"]
    for form in page.locator("main form").all():
        expect(form).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)


def test_the_button_of_a_long_confirmation_is_in_sight(page: Page):
    open_offers(page, "?page[size]=100")
    page.locator("[data-select-page]").check()
    page.get_by_role("button", name="Deactivate…").click()
    expect(page.get_by_role("button", name=re.compile(r"Deactivate \d+ offers"))).to_be_in_viewport()
