"""Ticked records are compared from the bar of the selection; the field's name stays in sight on a phone."""

from urllib.parse import unquote

from playwright.sync_api import Page, expect

from tests.browser.steps import open_offers


def test_two_to_five_ticked_records_are_compared_and_differences_alone_are_shown(page: Page):
    open_offers(page, "?page[size]=25&sort=id")
    boxes, compare = page.locator("[data-select-row]"), page.get_by_role("button", name="Compare", exact=True)
    boxes.nth(0).check()
    expect(page.get_by_role("button", name="Clear", exact=True)).to_be_visible()
    expect(compare).to_be_hidden()
    boxes.nth(1).check()
    expect(compare).to_be_visible()
    for number in range(2, 6):
        boxes.nth(number).check()
    expect(compare).to_be_hidden()
    boxes.nth(5).uncheck()
    compare.click()
    expect(page.get_by_role("heading", name="Compare 5 offers")).to_be_visible()
    assert unquote(page.url).count("id=") == 5

    every = page.get_by_role("rowheader").count()
    page.get_by_role("link", name="Only differences").click()
    expect(page.get_by_role("link", name="Only differences")).to_have_attribute("aria-current", "true")
    assert 0 < page.get_by_role("rowheader").count() < every


def test_on_a_phone_the_box_scrolls_and_the_field_stays(page: Page):
    open_offers(page, "compare/?id=1001&id=1002&id=1003")
    page.set_viewport_size({"width": 390, "height": 800})
    field = page.get_by_role("rowheader").nth(2)
    before = field.bounding_box()
    assert page.locator(".table-box").evaluate("box => (box.scrollLeft = 150, box.scrollLeft)") == 150
    after = field.bounding_box()
    assert before and after
    assert after["x"] == before["x"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
