"""Many records are paused with the keyboard alone, from the start page, in seven actions."""

import re

from playwright.sync_api import Page, expect

from tests.browser.steps import open_offers, was_told


def test_all_offers_of_a_name_are_paused_in_seven_actions_from_the_start_page(page: Page, site):
    open_offers(page, "?filter[name][contains]=Ironbark&filter[active]=true")
    wanted = int(page.locator("#bulk").get_attribute("data-total") or 0)
    assert wanted > 0
    page.goto(f"{site.url}/")

    page.keyboard.press("g")
    page.keyboard.press("o")
    expect(page.get_by_role("table", name="Offers", exact=True)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("Ironbark")
    expect(page.locator("#results .chip")).to_have_count(1)
    page.keyboard.press("Alt+a")
    expect(page.get_by_role("button", name="Activate…", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile(r"^Deactivate \d+ offers?$"))).to_be_focused()
    page.keyboard.press("Enter")
    was_told(page, "deactivated, and read back")
    page.goto("/integrations/int-eu/offers/?filter[name][contains]=Ironbark&filter[active]=true")
    expect(page.get_by_text("No offers match")).to_be_visible()
