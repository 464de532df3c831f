"""A person saves, takes it back from the message, and reads in the history what happened."""

from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS, Site

OFFER = f"{OFFERS}1008/"


def test_a_save_is_undone_from_its_message_and_told_in_the_history(page: Page, site: Site):
    page.goto(f"{OFFER}edit/")
    name = page.locator("[name=name]")
    before = name.input_value()
    name.fill("Named for a moment")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Named for a moment")
    expect(page.get_by_role("main")).to_contain_text("just now, by you")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(before)
    expect(page.get_by_role("status").first).to_contain_text("Name is as before.")
    history = page.locator("#history")
    history.locator("summary").click()
    expect(history.get_by_role("listitem").filter(has_text="Put back offer")).to_contain_text(
        "Named for a moment"
    )
    expect(history.get_by_role("listitem").filter(has_text="Update offer")).to_contain_text(before)
    # The older of the two has nothing to put back any more: the record does not hold what it set.
    history.get_by_role("button", name="Put back").last.click()
    expect(page.get_by_role("main")).to_contain_text("has the values before already")


def test_the_list_narrows_while_one_types_and_leads_to_the_entry(page: Page, site: Site):
    page.goto(f"{OFFERS}1009/edit/")
    page.locator("[name=name]").fill("Lantern of the list")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("link", name="Changes", exact=True).click()
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Value, before or after").fill("lantern of the")
    page.get_by_role("button", name="Apply filters").click()
    page.wait_for_url("**value=lantern+of+the**")
    table = page.get_by_role("table", name="Changes")
    expect(table.get_by_role("rowheader")).to_have_count(1)
    table.get_by_role("link", name="Update offer").click()
    expect(page.get_by_role("table", name="Fields")).to_contain_text("Lantern of the list")
    expect(page.get_by_role("button", name="Put back the values before")).to_be_visible()
