"""Lists edited entry by entry and long selects searched by typing, both over controls that work without a script."""

from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS

EDIT = "/publishers/5003/edit/"


def test_entries_are_added_pasted_and_taken_away_by_keyboard(page: Page):
    page.goto(EDIT)
    area = page.locator("textarea[name=tracking_domain_ids]")
    entry = page.get_by_role("textbox", name="Tracking domains")
    before = area.input_value().splitlines()
    entry.last.press("Enter")
    page.keyboard.type("one.example")
    page.keyboard.press("Enter")
    page.keyboard.type("two.example")
    expect(area).to_have_value("\n".join([*before, "one.example", "two.example"]))
    entry.last.fill("")
    page.keyboard.press("Backspace")
    expect(entry.last).to_be_focused()
    expect(entry.last).to_have_value("one.example")
    page.get_by_role("button", name="Remove Tracking domains").last.click()
    expect(area).to_have_value("\n".join(before))
    # Nothing differs from what was there, so leaving asks nothing.
    page.goto(OFFERS)


def test_a_time_zone_is_found_by_typing_and_what_is_no_zone_changes_nothing(page: Page):
    page.goto(EDIT)
    zone, select = page.get_by_role("combobox", name="Time zone"), page.locator("select[name=timezone]")
    before = select.input_value()
    zone.fill("sao paulo")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    zone.press("Enter")
    expect(zone).to_have_value("America/Sao Paulo")
    expect(select).to_have_value("America/Sao_Paulo")
    zone.fill("Atlantis")
    expect(page.get_by_role("main").get_by_text("Nothing in the list matches.")).to_be_visible()
    zone.press("Tab")
    expect(zone).to_have_value("America/Sao Paulo")
    zone.fill("")
    zone.press("Tab")
    expect(select).to_have_value("")
    select.evaluate("(select, value) => { select.value = value }", before)
    page.goto(OFFERS)
