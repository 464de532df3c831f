"""A session that ends while somebody works: they sign in and go on where they were, with what they typed."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import ADMIN, MANAGER, OFFERS, Person, Site
from tests.browser.steps import open_offers


def end_session(page: Page) -> None:
    """The session is over; the page does not know."""
    page.context.clear_cookies(name="session")


def sign_in_again(page: Page, person: Person = ADMIN) -> None:
    """On the sign-in page that the last action led to."""
    page.wait_for_url("**/account/login/**")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)


def sort(page: Page) -> None:
    """By name."""
    page.get_by_role("columnheader", name="Name").get_by_role("link").click()


def filter_by_name(page: Page) -> None:
    """Typed into the list's search."""
    page.get_by_role("main").get_by_role("searchbox").fill("Verdant")


def turn_the_page(page: Page) -> None:
    """To the second one."""
    page.get_by_role("link", name="Next").click()


ACTIONS: dict[str, tuple[Callable[[Page], None], Callable[[Page], None]]] = {
    "sort": (
        sort,
        lambda page: expect(page.get_by_role("columnheader", name="Name")).to_have_attribute(
            "aria-sort", "ascending"
        ),
    ),
    "filter": (
        filter_by_name,
        lambda page: expect(
            page.get_by_role("link", name="Remove filter: Name contains Verdant")
        ).to_be_visible(),
    ),
    "page": (
        turn_the_page,
        lambda page: expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51–"),
    ),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_what_was_asked_of_a_list_is_there_after_signing_in(open_page: OpenPage, name: str):
    page = open_page(ADMIN)
    open_offers(page)
    page.wait_for_load_state("networkidle")
    end_session(page)
    act, see = ACTIONS[name]
    act(page)
    sign_in_again(page)
    see(page)


def test_the_palette_opens_again_with_what_was_typed(open_page: OpenPage):
    page = open_page(ADMIN)
    open_offers(page)
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")
    expect(box).to_be_focused()
    end_session(page)
    box.press_sequentially("Verdant")
    sign_in_again(page)
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")).to_have_value(
        "Verdant"
    )
    assert OFFERS in page.url


def test_somebody_else_who_signs_in_finds_nothing_typed(open_page: OpenPage):
    page = open_page(ADMIN)
    open_offers(page)
    page.keyboard.press("Control+k")
    box = page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")
    expect(box).to_be_focused()
    end_session(page)
    box.press_sequentially("Secret of the first")
    sign_in_again(page, MANAGER)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Secret of the first")).to_have_count(0)
    assert page.evaluate("sessionStorage.getItem('palette')") is None


def test_a_page_left_alone_says_when_its_session_ends_and_a_click_puts_that_off(
    open_page: OpenPage, site: Site
) -> None:
    page = open_page(ADMIN)
    page.clock.install()
    page.goto("/preferences/")
    let_lie(site, page, 3200)
    page.clock.fast_forward(31_000)
    told = page.locator("#alert")
    expect(told).to_contain_text("You will be signed out at")
    # What is told is told once, and asked for by itself puts nothing off.
    page.clock.fast_forward(31_000)
    expect(told.locator("#session-end")).to_have_count(1)
    page.get_by_role("button", name="Stay signed in").click()
    expect(told).to_be_empty()
    page.clock.fast_forward(31_000)
    page.clock.fast_forward(31_000)
    expect(told).to_be_empty()


def let_lie(site: Site, page: Page, seconds: int) -> None:
    """The page's session was used last so long ago."""
    [key] = [one["value"] for one in page.context.cookies() if one["name"] == "session"]
    site.manage(
        "shell",
        "-v0",
        "-c",
        "import time\n"
        "from importlib import import_module\n"
        "from django.conf import settings\n"
        f"session = import_module(settings.SESSION_ENGINE).SessionStore({key!r})\n"
        f"session['used_at'] = int(time.time()) - {seconds}\n"
        "session.save()",
    )
