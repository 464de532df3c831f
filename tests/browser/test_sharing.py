"""Sharing one export with somebody who has no account."""

import pytest
from playwright.sync_api import expect

from tests.browser.states import share_page

pytestmark = pytest.mark.browser


def test_a_guest_downloads_what_was_shared_until_the_link_is_revoked(page, open_page, watch):
    page.goto(share_page(page))
    page.get_by_label("Note for the guest").fill("For the auditors")
    page.get_by_role("button", name="Create a link").click()
    link = page.get_by_role("button", name="Copy the link").get_attribute("data-copy")
    guest = open_page(None)
    guest.goto(link)
    expect(guest.get_by_text("For the auditors")).to_be_visible()
    with guest.expect_download() as download:
        guest.get_by_role("button", name="Download").click()
    assert download.value.path().read_text().count("\n") > 100
    page.get_by_role("button", name="Revoke the link").first.click()
    expect(page.get_by_text("The link was revoked")).to_be_visible()
    watch.expected_statuses = {404}
    guest.goto(link)
    expect(guest.get_by_text("it was revoked")).to_be_visible()
