"""Passkeys and code apps as a person meets them, with an authenticator that Chromium plays."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.site import NEWCOMERS
from tests.support.second_factors import code_of

CAREFUL = NEWCOMERS["careful"]
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of nobody, on a machine with a passkey device."""
    page = open_page(None)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    page.goto("/account/login/")
    return page


def enter_password(page: Page) -> None:
    """The first step of signing in."""
    page.get_by_label("Email").fill(CAREFUL.email)
    page.get_by_label("Password").fill(CAREFUL.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page: Page) -> None:
    """Sign out by the account menu."""
    page.locator("summary", has_text=CAREFUL.email).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


# A second try would find the passkey of the first.
@pytest.mark.flaky(reruns=0)
def test_a_passkey_and_a_code_app_from_the_first_to_the_last_day(page, site, watch):
    sign_in(page, CAREFUL)
    page.goto("/account/security/")

    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add the passkey").click()
    codes = page.locator("#recovery-codes code")
    expect(codes).to_have_count(10)
    first_codes = codes.all_text_contents()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert download.value.suggested_filename == "recovery-codes.txt"
    assert all(code in download.value.path().read_text() for code in first_codes)
    page.reload()
    expect(page.get_by_text("are not shown again")).to_be_visible()
    assert not any(code in page.content() for code in first_codes)

    sign_out(page)
    page.goto("/account/login/?next=/preferences/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{site.url}/preferences/")

    page.goto("/account/confirm/passkey/?next=/connections/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site.url}/connections/")

    page.goto("/account/security/")
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("link", name="Set up a code app").click()
    page.get_by_text("It cannot be scanned").click()
    secret = page.locator(".secret-key").inner_text()
    used = code_of(secret)
    page.get_by_role("textbox", name="Code").fill(used)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_text("The code app is set up.")).to_be_visible()

    sign_out(page)
    enter_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{site.url}/")

    sign_out(page)
    enter_password(page)
    watch.expected_statuses.add(422)
    page.get_by_role("textbox", name="Code").fill(used)
    page.get_by_role("button", name="Sign in", exact=True).click()
    # On a slow machine it is an old one by now.
    expect(page.get_by_role("link", name=re.compile("This code (was used|is not right)"))).to_be_visible()
    page.get_by_role("textbox", name="Code").fill(code_of(secret, 1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(f"{site.url}/")

    page.goto("/account/security/")
    page.get_by_role("link", name="Remove Work laptop").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("does not belong to this account, or was removed")).to_be_visible()


def test_a_person_who_shows_no_passkey_is_told_what_else_there_is(page):
    refuse = "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    page.evaluate(f"() => {{ {refuse}; }}")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("alert").filter(has_text="No passkey was used.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_enabled()
