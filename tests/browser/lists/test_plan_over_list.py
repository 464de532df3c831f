"""A short plan in a dialog over its list, by a person who is impatient with it."""

from playwright.sync_api import Page, expect

from tests.browser.site import ADMIN, Site
from tests.browser.steps import open_offers, was_told


def test_what_is_being_sent_is_seen_to_its_end(open_tab, site: Site):
    page: Page = open_tab(ADMIN)
    open_offers(page, "?filter[active]=true&sort=id&page[size]=25")
    page.locator("tbody").get_by_role("checkbox").nth(20).check()
    page.get_by_role("button", name="Deactivate…").click()
    plan = page.get_by_role("dialog", name="1 offer will change")
    expect(plan).to_be_visible()
    site.latency(2)
    plan.get_by_role("button", name="Deactivate 1 offer").click()
    expect(plan.get_by_role("button", name="Working…")).to_be_disabled()
    page.mouse.click(3, 3)
    page.keyboard.press("Escape")
    expect(plan).to_be_visible()
    site.latency(0)
    expect(plan).to_be_hidden()
    was_told(page, "1 offer was deactivated, and read back.")
    expect(page.locator("#status")).to_contain_text("1 offer was deactivated, and read back. See the run")
