"""Looking a record up by its name, with the keyboard alone; and what follows at once from what was found."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS
from tests.browser.steps import error_summary

NEW_OFFER = f"{OFFERS}new/"


def lookup(page: Page):
    """The input, the hidden one with the id, and the list."""
    box = page.locator("[data-lookup]").first
    return page.get_by_label("Advertiser"), box.locator("input[type=hidden]"), page.get_by_role("listbox")


def test_the_arrows_choose_and_escape_brings_the_chosen_one_back(page: Page):
    page.goto(NEW_OFFER)
    advertiser, hidden, options = lookup(page)
    advertiser.press_sequentially("me")
    expect(options).to_be_visible()
    expect(advertiser).to_have_attribute("aria-expanded", "true")
    advertiser.press("ArrowDown")
    chosen = options.get_by_role("option", selected=True)
    expect(chosen).to_have_count(1)
    expect(advertiser).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    record_id, name = chosen.get_attribute("data-value"), chosen.get_attribute("data-label") or ""
    advertiser.press("Enter")
    expect(options).to_be_hidden()
    expect(advertiser).to_have_value(name)
    expect(hidden).to_have_value(record_id or "")
    expect(page.locator("#status")).to_contain_text(f"{name} chosen")
    # Typing takes it away until Escape, first for the list, then for the text.
    advertiser.fill("zzzz nobody")
    expect(page.get_by_role("main").get_by_text("No advertiser matches this name or ID.")).to_be_visible()
    advertiser.press("Escape")
    expect(page.get_by_role("main").get_by_text("No advertiser matches")).to_be_hidden()
    advertiser.press("Escape")
    expect(advertiser).to_have_value(name)
    expect(hidden).to_have_value(record_id or "")
    expect(page).to_have_url(page.url)


def test_tab_takes_what_the_arrows_chose_and_a_pasted_id_gets_its_name(page: Page):
    page.goto(NEW_OFFER)
    advertiser, hidden, options = lookup(page)
    advertiser.press_sequentially("me")
    expect(options).to_be_visible()
    advertiser.press("ArrowDown")
    name = options.get_by_role("option", selected=True).get_attribute("data-label") or ""
    advertiser.press("Tab")
    expect(advertiser).not_to_be_focused()
    expect(advertiser).to_have_value(name)
    advertiser.fill("#101")
    expect(hidden).to_have_value("101")
    expect(options.get_by_role("option").first).to_have_attribute("data-value", "101")
    advertiser.press("Tab")
    expect(advertiser).not_to_have_value("#101")
    expect(page.locator(".lookup-id")).to_have_text("101")
    # An id that is sent before the list answers counts as well.
    advertiser.fill("102")
    expect(hidden).to_have_value("102")


def test_an_edited_offer_shows_its_advertiser_and_a_failing_search_says_so(page: Page, site, watch):
    page.goto(f"{OFFERS}1002/edit/")
    advertiser, hidden, _ = lookup(page)
    expect(advertiser).not_to_have_value("")
    expect(page.locator(".lookup-id")).to_have_text(hidden.input_value())
    before = hidden.input_value()
    watch.expected_statuses = {403}
    site.faults({"kind": "status", "operation": "listAdvertisers", "times": None, "status": 403})
    advertiser.fill("anything")
    expect(page.locator("#main").get_by_text("The advertisers could not be read")).to_be_visible()
    advertiser.press("Escape")
    advertiser.press("Escape")
    expect(hidden).to_have_value(before)
    # Nothing was changed, so leaving asks nothing.
    page.goto(OFFERS)


def test_a_name_that_was_not_chosen_is_kept_and_complained_about(page: Page, watch):
    watch.expected_statuses = {422}
    page.goto(NEW_OFFER)
    page.get_by_role("textbox", name="Name required").fill("Half done")
    page.get_by_label("Advertiser").fill("Some name")
    page.get_by_role("button", name="Save").click()
    expect(error_summary(page)).to_contain_text("No advertiser has the name or ID “Some name”.")
    expect(page.get_by_label("Advertiser")).to_have_value("Some name")
    error_summary(page).get_by_role("link", name="Advertiser").click()
    expect(page.get_by_label("Advertiser")).to_be_focused()


def test_a_tracking_link_stands_there_as_soon_as_its_publisher_is_found(page: Page):
    page.goto(f"{OFFERS}1001/")
    address = page.url
    section = page.get_by_role("region", name="Tracking link")
    made = section.get_by_role("textbox", name="Link for")
    expect(section.get_by_text("Choose a publisher, and its link stands here.")).to_be_visible()
    publisher = section.get_by_label("Publisher", exact=True)
    publisher.press_sequentially("me")
    found = page.get_by_role("listbox", name="Suggestions")
    expect(found).to_be_visible()
    publisher.press("ArrowDown")
    record_id = found.get_by_role("option", selected=True).get_attribute("data-value")
    publisher.press("Enter")
    expect(made).to_have_value(re.compile(rf"offer=1001&publisher={record_id}$"))
    section.get_by_label("Sub ID", exact=True).press_sequentially("news letter")
    expect(made).to_have_value(re.compile(rf"&publisher={record_id}&sub_id=news%20letter$"))
    section.get_by_text("More parameters").click()
    section.get_by_label("Sub ID 6").fill("six")
    expect(made).to_have_value(re.compile("&sub_id_6=six$"))
    expect(page).to_have_url(address)
    section.get_by_role("link", name="For many publishers").click()
    expect(page.locator("[name=publishers]")).to_have_value(record_id or "")
    expect(page.locator("#links .made-link")).to_have_text(re.compile("sub_id_6=six$"))
