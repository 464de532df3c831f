"""Exports in a browser: in an order, to recipients, in parts; followed without reload; from the mail; deleted."""

import re
import uuid

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import ADMIN, Site
from tests.browser.steps import (
    ask_for_export,
    open_mail_about,
    requests_of,
    see_requests_until_now,
    wait_for_download,
    wait_for_mail,
)


def unlike_any_other() -> str:
    return f"parameter_{uuid.uuid4().hex[:8]}"


def chosen_columns(page: Page) -> list[str]:
    return page.locator("[data-column-order] li:has(:checked) label").all_inner_texts()


def test_an_export_is_asked_for_with_an_order_recipients_and_in_parts(page: Page, site: Site):
    page.goto("/exports/new/?report=conversions&start_time=2026-11-01T00:00:00&end_time=2026-11-03T23:59:59")
    before = chosen_columns(page)
    up = page.get_by_role("button", name=f"Move {before[1]} up")
    up.focus()
    page.keyboard.press("Enter")
    expect(up).to_be_focused()
    assert chosen_columns(page) == [before[1], before[0], *before[2:]]

    page.get_by_role("button", name="Estimate rows").click()
    expect(page.locator("#estimate")).to_contain_text("rows; a file holds up to 5,000,000")
    page.get_by_label("Extra parameters").fill(unlike_any_other())
    page.get_by_label("Also tell").fill("colleague@example.com")
    page.get_by_label("Files").select_option("A file a day")
    page.get_by_role("button", name="Export", exact=True).click()
    confirm = page.get_by_role("button", name="Request 3 exports")
    expect(confirm).to_be_focused()
    expect(page.get_by_label("Also tell")).to_have_value("colleague@example.com")
    confirm.click()
    expect(page.get_by_role("heading", name="Parts of the range")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(f"{before[1]}, {before[0]}")
    wait_for_download(page)
    wait_for_mail(page, "colleague@example.com")
    page.goto("/mailbox/")
    expect(page.get_by_role("row").filter(has_text="colleague@example.com").first).to_be_visible()


def test_without_scripts_the_same_buttons_reorder(open_page: OpenPage):
    page = open_page(ADMIN, java_script_enabled=False)
    page.goto("/exports/new/")
    before = chosen_columns(page)
    page.get_by_label("Also tell").fill("colleague@example.com")
    page.get_by_role("button", name=f"Move {before[0]} down").click()
    assert chosen_columns(page) == [before[1], before[0], *before[2:]]
    expect(page.get_by_label("Also tell")).to_have_value("colleague@example.com")


def test_the_list_follows_a_running_export_without_reload(page: Page, site: Site):
    site.settings(export_running_seconds=3)
    ask_for_export(page)
    address = page.url.removeprefix(site.url)
    page.goto("/exports/")
    page.evaluate("window.isTheSamePage = true")
    row = page.get_by_role("row").filter(has=page.locator(f'a[href="{address}"]'))
    expect(row.locator(".spinner")).to_be_visible()
    expect(row.get_by_role("button", name="Download")).to_be_visible()
    assert page.evaluate("window.isTheSamePage")


def test_a_look_keeps_the_place_in_the_table_and_the_focus(open_page: OpenPage, site: Site):
    site.settings(export_pending_seconds=600)
    # Not a phone, where an export is a card.
    page = open_page(ADMIN, (800, 600))
    ask_for_export(page)
    page.goto("/exports/")
    box = page.get_by_role("region", name="Exports table")
    # By its id: another export may become ready meanwhile and have the first button.
    download = page.locator(f"#{page.get_by_role('button', name='Download').first.get_attribute('id')}")
    download.focus()
    box.evaluate("box => box.scrollTo(120, 0)")
    place = box.evaluate("box => box.scrollLeft")
    with page.expect_response(lambda response: response.url.endswith("/exports/")):
        pass
    expect(download).to_be_focused()
    assert box.evaluate("box => box.scrollLeft") == place > 0


def test_a_hidden_tab_asks_for_nothing(page: Page, site: Site):
    site.settings(export_pending_seconds=600)
    ask_for_export(page)
    page.clock.install()
    page.goto("/exports/")
    with page.expect_response(lambda response: response.url.endswith("/exports/")):
        page.clock.run_for(60_000)  # A visible one does.
    page.wait_for_load_state("networkidle")
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    asked = requests_of(page)
    page.clock.run_for(3_600_000)
    assert asked == [see_requests_until_now(page)]


def test_a_mail_leads_to_the_file_in_two_clicks(page: Page):
    ask_for_export(page)
    wait_for_download(page)
    address = open_mail_about(page)
    page.locator(f'a[href="{address}"]').click()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download").click()
    assert re.search(r"\.csv$", file.value.suggested_filename)


def test_the_start_page_leads_to_a_file_in_three_clicks(page: Page):
    page.goto("/")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Exports").click()
    with page.expect_download() as file:
        page.get_by_role("button", name="Download").first.click()
    assert file.value.suggested_filename


def test_an_export_is_deleted_after_a_warning(page: Page):
    ask_for_export(page)
    wait_for_download(page)
    page.get_by_role("link", name="Delete…").click()
    expect(page.get_by_role("main")).to_contain_text("It cannot be undone.")
    page.get_by_role("link", name="Cancel").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete for everybody").click()
    expect(page.get_by_role("main")).to_contain_text("Removed")
    expect(page.get_by_role("button", name="Download")).to_have_count(0)
