"""Addresses are what one would send to somebody else: none ends in a question mark with nothing behind it."""

from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS, Site
from tests.browser.steps import open_offers


def test_the_way_back_to_the_first_page_has_no_query(page: Page, site: Site):
    open_offers(page, "?page[number]=2")
    page.get_by_role("link", name="Previous").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("1–50")
    expect(page).to_have_url(f"{site.url}{OFFERS}")


def test_a_button_that_leads_to_a_form_leaves_none(page: Page, site: Site):
    open_offers(page)
    page.get_by_role("button", name="New offer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New offer")
    expect(page).to_have_url(f"{site.url}{OFFERS}new/")
