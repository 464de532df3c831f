"""One value of a record is edited beside its facts, by keyboard alone: a key opens it, Enter saves, Escape leaves."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import MANAGER, OFFERS, VIEWER

OFFER = f"{OFFERS}1003/"


def test_a_payout_is_edited_in_two_actions_and_the_focus_stays_beside_it(page: Page, watch):
    watch.expected_statuses = {422}
    page.goto(OFFER)
    fact = page.locator("#fact-default_payout-payout")
    amount = fact.get_by_role("textbox", name="Payout of")
    pencil = fact.get_by_role("link", name="Edit payout", exact=True)
    expect(pencil).to_be_visible()
    page.keyboard.press("p")
    expect(amount).to_be_focused()
    page.keyboard.type("1,500")
    page.keyboard.press("Enter")
    expect(fact).to_contain_text("may be 1500 or 1.500")
    expect(amount).to_be_focused()
    expect(amount).to_have_value("1,500")
    page.keyboard.press("Escape")
    expect(amount).to_have_count(0)
    expect(pencil).to_be_focused()

    page.keyboard.press("p")
    expect(amount).to_be_focused()
    page.keyboard.type("1 234,5")
    page.keyboard.press("Enter")
    expect(fact).to_contain_text("1,234.50")
    expect(page.locator("#status")).to_contain_text("→ 1234.5")
    expect(pencil).to_be_focused()
    page.keyboard.press("u")
    expect(fact).not_to_contain_text("1,234.50")


def test_an_open_history_has_what_was_just_changed(page: Page):
    page.goto(OFFER)
    history = page.locator("#history")
    history.locator("summary").click()
    expect(
        history.get_by_role("list").or_(history.get_by_text("Nothing was changed here")).first
    ).to_be_visible()
    page.get_by_role("link", name="Edit payout", exact=True).press("Enter")
    page.get_by_role("textbox", name="Payout of").fill("71.25")
    page.keyboard.press("Enter")
    expect(page.locator("#fact-default_payout-payout")).to_contain_text("71.25")
    history.scroll_into_view_if_needed()
    expect(history).to_contain_text("71.25")


def test_a_value_is_saved_while_another_stays_open(page: Page):
    page.goto(OFFER)
    name = page.get_by_role("textbox", name="Name of")
    page.get_by_role("link", name="Edit name").press("Enter")
    expect(name).to_be_focused()
    name.fill("Half a na")
    page.get_by_role("link", name="Edit visibility").press("Enter")
    visibility = page.get_by_role("combobox", name="Visibility of")
    expect(visibility).to_be_focused()
    wanted = "Requires approval" if visibility.input_value() == "Private" else "Private"
    visibility.select_option(label=wanted)
    visibility.press("Enter")
    expect(page.locator("#page-heading")).to_contain_text(wanted)
    expect(name).to_have_value("Half a na")
    name.fill("A whole name")
    name.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("A whole name")
    # Before it stands how much is new, where tests before this one left something.
    expect(page).to_have_title(re.compile("A whole name · Integr8 desk$"))


def test_a_manager_is_found_by_name_beside_the_fact(page: Page):
    page.goto("/publishers/")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Edit account manager").press("Enter")
    box = page.get_by_role("combobox", name="Account manager")
    expect(box).to_be_focused()
    page.keyboard.type("a")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_role("link", name="Edit account manager")).to_be_focused()


def test_who_only_looks_has_no_pencil(open_page):
    page = open_page(VIEWER)
    page.goto(OFFER)
    expect(page.locator("#fact-name")).to_be_visible()
    expect(page.get_by_role("link", name="Edit name")).to_have_count(0)


def test_without_javascript_the_pencil_leads_to_a_page_of_its_own(open_page):
    page = open_page(MANAGER, java_script_enabled=False)
    page.goto(OFFER)
    page.get_by_role("link", name="Edit revenue").click()
    page.get_by_role("textbox", name="Revenue of").fill("43,25")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("main")).to_contain_text("→ 43.25")
    expect(page.locator("#fact-default_payout-revenue")).to_contain_text("43.25")
