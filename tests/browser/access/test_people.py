"""A new admin's first days: somebody is invited, comes in, gets to work, and is let go; by keyboard alone."""

from playwright.sync_api import Page, expect

from apps.sandbox.keys import MANAGER_KEY
from tests.browser.site import OFFERS
from tests.browser.steps import open_invitation
from tests.support.people import PASSWORD

EMAIL = "newcomer@example.com"


def invite(page: Page) -> None:
    """From any page, with keys."""
    page.goto("/preferences/")
    page.keyboard.press("g")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_label("Email")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_text("is mailed a link")).to_be_visible()


def test_somebody_is_invited_comes_to_their_first_list_and_is_let_go(open_page, site):
    admin, newcomer = open_page(), open_page(None, timezone_id="Europe/Berlin")
    invite(admin)
    expect(admin.get_by_role("row").filter(has_text=EMAIL)).to_contain_text("Account manager")

    open_invitation(newcomer, EMAIL)
    expect(newcomer.get_by_label("Your name")).to_be_focused()
    expect(newcomer.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    for typed in ("Nora New", PASSWORD, PASSWORD):
        newcomer.keyboard.type(typed)
        newcomer.keyboard.press("Tab")
    newcomer.keyboard.press("Enter")
    newcomer.get_by_role("button", name="Make my account").press("Enter")
    expect(newcomer.get_by_text("Next, store your own key")).to_be_visible()
    newcomer.get_by_label("Key", exact=False).last.fill(f"{MANAGER_KEY}.7")
    newcomer.keyboard.press("Enter")
    expect(newcomer.get_by_role("table", name="Offers")).to_be_visible()
    assert OFFERS in newcomer.url

    admin.goto("/people/?q=nora")
    admin.get_by_role("link", name="Nora New").press("Enter")
    admin.get_by_role("link", name="Deactivate…").press("Enter")
    admin.get_by_role("button", name="Deactivate").press("Enter")
    expect(admin.get_by_text("Nora New has no access any more")).to_be_visible()
    newcomer.goto(OFFERS)
    expect(newcomer.get_by_role("heading", name="Sign in")).to_be_visible()
