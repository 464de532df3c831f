"""Inviting, requiring a second factor and removing, together: in few clicks or keys, with nothing read about it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.counting import Person
from tests.browser.site import NEWCOMERS
from tests.browser.steps import open_invitation
from tests.support.people import PASSWORD

#: At two seconds for each, and as many for what is typed, all three take less than a minute.
MOST_CLICKS = 14
MOST_KEYS = 34


def come_in(page: Page, email: str, name: str) -> None:
    """Take the invitation up, as far as the second factor that is asked for first."""
    open_invitation(page, email)
    expect(page.get_by_text("Three steps: your account, a second factor")).to_be_visible()
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password (again)").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("heading", name="Set up a second factor")).to_be_visible()


# A second try would find what the first one did.
@pytest.mark.flaky(reruns=0)
def test_by_mouse(open_page):
    page, newcomer = open_page(), open_page(None)
    person = Person(page)
    to_people = page.get_by_role("navigation", name="Main").get_by_role("link", name="People", exact=True)
    page.goto("/")
    with person.in_at_most(MOST_CLICKS):
        person.click(to_people)
        person.click(page.get_by_role("link", name="Invite"))
        expect(page.get_by_label("Email")).to_be_focused()
        person.type("mona@example.com")
        person.click(page.get_by_label("Account manager"))
        person.click(page.get_by_label("Require a second factor"))
        person.click(page.get_by_role("button", name="Invite"))
        expect(page.get_by_text("is mailed a link")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text="mona@example.com")).to_contain_text("Required")

        come_in(newcomer, "mona@example.com", "Mona Mouse")

        # Of somebody who is here already.
        person.click(to_people)
        person.click(page.get_by_role("link", name=NEWCOMERS["unguarded"].email))
        person.click(page.get_by_role("button", name="Require second factor"))
        expect(page.get_by_text("must have a second factor. They set one up")).to_be_visible()

        person.click(to_people)
        person.click(page.get_by_role("link", name="Mona Mouse"))
        person.click(page.get_by_role("link", name="Deactivate…"))
        person.click(page.get_by_role("button", name="Deactivate"))
        expect(page.get_by_text("Mona Mouse has no access any more")).to_be_visible()
    newcomer.goto("/preferences/")
    expect(newcomer.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.flaky(reruns=0)
def test_by_keyboard(open_page):
    page, newcomer = open_page(), open_page(None)
    person = Person(page)
    page.goto("/preferences/")
    with person.in_at_most(MOST_KEYS):
        person.press("g")
        person.press("m")
        expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
        person.press("n")
        expect(page.get_by_label("Email")).to_be_focused()
        person.type("kim@example.com")
        person.press("Tab")
        person.press("ArrowDown")
        person.press("Tab")
        person.press("Tab")
        expect(page.get_by_label("Require a second factor")).to_be_focused()
        person.press("Space")
        person.press("Enter")
        expect(page.get_by_role("row").filter(has_text="kim@example.com")).to_contain_text("Required")

        come_in(newcomer, "kim@example.com", "Kim Keys")

        find(person, "Kim")
        into_the_page(person)
        # The way back to the list, then what ends their sessions.
        person.press("Tab")
        person.press("Tab")
        person.press("Tab")
        person.press("Enter")
        expect(page.get_by_text("may be without a second factor again")).to_be_visible()

        person.press("s")
        expect(page.get_by_role("heading", name="Deactivate Kim Keys?")).to_be_visible()
        into_the_page(person)
        person.press("Tab")
        person.press("Enter")
        expect(page.get_by_text("Kim Keys has no access any more")).to_be_visible()


def find(person: Person, name: str) -> None:
    """The page of somebody, from any page."""
    page = person.page
    person.press("g")
    # Also where this is the list already: the keys that follow are for the page that comes.
    with page.expect_navigation():
        person.press("m")
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()
    person.press("/")
    person.type(name)
    expect(page.get_by_role("rowheader")).to_have_count(1)
    person.press("Tab")
    person.press("Tab")
    person.press("j")
    expect(page.get_by_role("rowheader").get_by_role("link")).to_be_focused()
    person.press("Enter")
    expect(page.get_by_role("heading", name="Access")).to_be_visible()


def into_the_page(person: Person) -> None:
    """Past the navigation."""
    person.press("Tab")
    expect(person.page.get_by_role("link", name="Skip to content")).to_be_focused()
    person.press("Enter")
