"""One site and one Chromium for all browser tests, with an API that fails only where a test has it fail."""

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.site import ADMIN, Person, Site
from tests.browser.watching import Watch
from tests.support.chromium import find_light_chromium

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    # The tabs of a window share what was read and compiled.
    "--process-per-site",
]
WIDE = (1280, 900)
PHONE = (390, 844)
#: How long anything on a page may take on a busy machine; what is there at once takes no time.
PATIENCE_MILLISECONDS = 60_000
OpenPage = Callable[..., Page]
NewWindow = Callable[..., BrowserContext]

expect.set_options(timeout=PATIENCE_MILLISECONDS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test of this folder. One that fails is tried once more, and the summary lists it as `RERUN`."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.flaky(reruns=1))


# Not for the whole run: while Playwright runs, Django takes its thread for an asynchronous one.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """A running Chromium; without one the tests fail."""
    path = find_light_chromium()
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
def _new_window(chromium: Browser, site: Site, _cookies: dict[Person, Any]) -> NewWindow:
    """A window of a person who is signed in, or of nobody."""

    def new_window(person: Person | None, size: tuple[int, int] = WIDE, **options: Any) -> BrowserContext:
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
        # What was asked for ahead in another window is not shown in this one.
        context.add_cookies([{"name": "window", "value": uuid.uuid4().hex, "url": site.url}])
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        return context

    return new_window


@pytest.fixture
def open_page(_new_window: NewWindow, watch: Watch) -> Iterator[OpenPage]:
    """Opens a new browser window: `open_page(person)`, signed in, or `open_page(None)`."""
    windows = []

    def open_page(person: Person | None = ADMIN, size: tuple[int, int] = WIDE, **options: Any) -> Page:
        window = _new_window(person, size, **options)
        watch.attach(window)
        windows.append(window)
        return window.new_page()

    yield open_page
    for window in windows:
        window.close()


@pytest.fixture(scope="package")
def _windows(chromium: Browser) -> Iterator[dict[Person | None, BrowserContext]]:
    """Windows that stay open from test to test, each with a page in its first tab."""
    windows: dict[Person | None, BrowserContext] = {}
    yield windows
    for window in windows.values():
        window.close()


@pytest.fixture
def open_tab(
    _new_window: NewWindow, watch: Watch, _windows: dict[Person | None, BrowserContext]
) -> Iterator[OpenPage]:
    """Opens a tab of a window that other tests use too: `open_tab(person)`. For tests that only look at pages.

    Much quicker than a window of one's own: that begins with a new process, which reads everything anew.
    """
    used = []

    def open_tab(person: Person | None = ADMIN) -> Page:
        if person not in _windows:
            _windows[person] = _new_window(person)
            _windows[person].new_page().goto("/account/login/")
        window = _windows[person]
        watch.attach(window)
        used.append(window)
        return window.new_page()

    yield open_tab
    for window in used:
        watch.detach(window)
        for tab in window.pages[1:]:
            tab.close()


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
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/account/login/" not in url)
