"""One site and one Chromium for all browser tests, with an API that fails only where a test has it fail."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.site import ADMIN, Person, Site
from tests.browser.watching import Watch
from tests.support.chromium import find_chromium

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
WIDE = (1280, 900)
PHONE = (390, 844)
#: How long anything on a page may take on a busy machine; what is there at once takes no time.
PATIENCE_MILLISECONDS = 60_000
OpenPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Not for the whole run: while Playwright runs, Django takes its thread for an asynchronous one.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A running Chromium; without one the tests fail."""
    path = find_chromium()
    assert path, (
        "The browser tests need Chromium: install the package `chromium`, or name one with CHROMIUM=."
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The product's processes."""
    with Site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture
def site(running_site: Site) -> Iterator[Site]:
    """The product, its API without faults."""
    running_site.calm()
    yield running_site
    running_site.calm()


@pytest.fixture(scope="package")
def _cookies() -> dict[Person, Any]:
    """The cookies of people who signed in before."""
    return {}


@pytest.fixture
def watch(site: Site) -> Iterator[Watch]:
    """Fails the test for anything that must not happen in a browser."""
    watch = Watch(site.url)
    yield watch
    assert watch.problems == []


@pytest.fixture
def open_page(chromium: Browser, site: Site, watch: Watch, _cookies: dict[Person, Any]) -> Iterator[OpenPage]:
    """Opens a new browser window: `open_page(person)`, signed in, or `open_page(None)`."""
    contexts = []

    def open_page(person: Person | None = ADMIN, size: tuple[int, int] = WIDE, **options: Any) -> Page:
        if person and person not in _cookies:
            with chromium.new_context(base_url=site.url) as first:
                sign_in(first.new_page(), person)
                _cookies[person] = first.storage_state()
        context = chromium.new_context(
            base_url=site.url,
            viewport={"width": size[0], "height": size[1]},
            storage_state=_cookies[person] if person else None,
            reduced_motion="reduce",
            **options,
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        watch.attach(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A window of the admin."""
    return open_page()


def sign_in(page: Page, person: Person) -> None:
    """Sign in on the sign-in page, opened first unless it is open."""
    if "/account/login/" not in page.url:
        page.goto("/account/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
