"""The start page and the bell in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.browser.site import Site
from tests.browser.steps import ask_for_export, wait_for_download
from tests.browser.watching import Watch


def test_the_panels_fill_the_page_and_a_failed_one_is_tried_again(page: Page, site: Site, watch: Watch):
    watch.expected_statuses = {403}
    site.faults({"kind": "status", "operation": "conversionReport", "times": None, "status": 403})
    page.goto("/")
    panel = page.locator("#panel-conversions")
    # Something may be known from a minute ago: the person wants it anew.
    refresh = panel.get_by_role("link", name="Refresh")
    again = panel.get_by_role("link", name="Try again")
    expect(refresh.or_(again)).to_be_visible()
    if refresh.is_visible():
        refresh.click()
    expect(again).to_be_visible()
    expect(page.locator("#panel-counts").get_by_role("link", name="Publishers", exact=True)).to_be_visible()
    site.faults()
    again.click()
    expect(panel.get_by_text("Yesterday")).to_be_visible()


def test_the_bell_and_the_title_count_what_is_unread(page: Page):
    ask_for_export(page)
    wait_for_download(page)
    bell = page.locator("#bell > summary")
    page.goto("/notifications/")
    page.get_by_role("button", name="Mark as unread").first.click()
    expect(bell).to_have_accessible_name(re.compile(r"^Notifications, \d+ unread$"))
    expect(page).to_have_title(re.compile(r"^\(\d+\) Notifications"))
    bell.click()
    panel = page.locator("#bell-panel")
    expect(panel.get_by_role("link").filter(has_text="is ready").first).to_be_visible()
    panel.get_by_role("button", name="Mark all as read").click()
    expect(bell).to_have_accessible_name("Notifications")
    expect(page).to_have_title("Notifications · Integr8 desk")


def test_the_cursor_stays_in_the_search_box(page: Page):
    for address, label in (
        ("/search/?q=an", "Name, email, ID or transaction ID"),
        ("/trace/?id=x1", "Transaction ID"),
    ):
        page.goto(address)
        expect(page.get_by_label(label, exact=True)).to_be_focused()
