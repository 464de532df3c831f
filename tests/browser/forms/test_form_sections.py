"""A form of many sections by keyboard: opened where one clicked, its index, errors counted where they are."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS

OFFER = f"{OFFERS}1002/"


def focus_is_in_sight(page: Page, name: str) -> None:
    """The control of that name has the focus, and nobody needs to scroll to see it."""
    control = page.locator(f'[name="{name}"]:not([type=hidden])')
    expect(control).to_be_focused()
    expect(control).to_be_in_viewport(ratio=1)


def test_a_panels_edit_link_leads_to_its_section_by_keyboard(page: Page):
    page.goto(OFFER)
    page.get_by_role("link", name="Edit Payout and revenue").press("Enter")
    page.wait_for_url("**/edit/#section-payout-and-revenue")
    focus_is_in_sight(page, "currency")
    current = page.get_by_role("navigation", name="Sections of the form").locator("[aria-current]")
    expect(current).to_have_text("Payout and revenue")
    page.keyboard.press("Tab")
    focus_is_in_sight(page, "default_payout.payout")


def test_a_folded_section_opens_for_a_link_to_it_and_for_one_to_its_field(page: Page):
    page.goto(OFFER)
    page.get_by_role("link", name="Edit Targeting").press("Enter")
    focus_is_in_sight(page, "offer_preview_enabled")
    page.goto(OFFER)
    page.goto(f"{OFFER}edit/#id_hide_js_tracking")
    focus_is_in_sight(page, "hide_js_tracking")


def test_a_searched_list_and_a_list_of_lines_take_the_focus_that_their_section_gives(page: Page):
    page.goto("/publishers/5003/edit/")
    index = page.get_by_role("navigation", name="Sections of the form")
    for link in index.get_by_role("link").all():
        link.press("Enter")
        section = page.locator(link.get_attribute("href") or "")
        expect(section.locator(":focus")).to_have_count(1)
        expect(link).to_have_attribute("aria-current", "true")
    page.goto("/publishers/")
    page.goto("/publishers/5003/edit/#id_timezone")
    expect(page.get_by_role("combobox", name="Time zone")).to_be_focused()


def test_a_page_that_comes_after_its_frame_is_entered_too(page: Page, site):
    page.goto(f"{OFFER}edit/")
    site.latency(1)
    page.goto(OFFERS)
    page.goto(f"{OFFER}edit/#section-conversions")
    focus_is_in_sight(page, "conversion_name")
    site.calm()


def test_errors_are_counted_in_the_index_and_the_first_one_gets_the_focus(page: Page, watch):
    watch.expected_statuses = {422}
    page.goto(f"{OFFER}edit/")
    page.locator('[name="default_payout.payout"]').fill("many")
    page.locator('[name="default_payout.revenue_percent"]').fill("1,500")
    page.locator('[name="default_payout.revenue_percent"]').press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_focused()
    index = page.get_by_role("navigation", name="Sections of the form")
    expect(index.locator(".badge")).to_have_text(["2 errors"])
    index.get_by_role("link", name=re.compile("Payout and revenue")).press("Enter")
    focus_is_in_sight(page, "default_payout.payout")


@pytest.mark.parametrize("width", [1440, 1280, 1279, 390])
def test_the_index_stays_beside_the_form_where_there_is_room_and_is_a_line_above_it_elsewhere(
    open_page, width
):
    page = open_page(size=(width, 800))
    page.goto(f"{OFFER}edit/#section-terms")
    index = page.get_by_role("navigation", name="Sections of the form")
    form = page.locator("form[data-guard-unsaved]")
    expect(page.locator("#section-terms :focus")).to_have_count(1)
    beside, of_form = index.bounding_box(), form.bounding_box()
    assert beside
    assert of_form
    if width >= 1280:
        expect(index).to_be_in_viewport(ratio=1)
        assert beside["x"] >= of_form["x"] + of_form["width"]
    else:
        assert beside["y"] + beside["height"] <= of_form["y"]
        assert beside["height"] <= 90
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_without_a_script_the_index_is_plain_links(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(f"{OFFER}edit/")
    page.get_by_role("link", name="Terms", exact=True).click()
    expect(page.get_by_role("heading", name="Terms")).to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(page.locator("#section-terms :focus")).to_have_count(1)
