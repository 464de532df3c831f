"""A script or a sheet that is not what was built is not run, whether a page names it or a script loads it later."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import OpenPage
from tests.browser.site import ADMIN, OFFERS

TAMPERED = "document.documentElement.dataset.tampered = 'yes';"


def tamper(page: Page, name: str) -> list[str]:
    """Answer every ask for the file with another one; which addresses were asked for."""
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        content = TAMPERED if name.endswith(".js") else "body { color: rgb(1, 2, 3) !important; }"
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        route.fulfill(body=content, content_type=kind)

    stem, _, ending = name.rpartition(".")
    page.route(re.compile(rf"/static/{stem}(\.[0-9a-f]+)?\.{ending}"), answer)
    return asked


@pytest.mark.parametrize("name", ["js/page.js", "css/base.css", "js/palette.js", "css/palette.css"])
def test_what_was_changed_on_the_way_is_refused(open_page: OpenPage, watch, name: str):
    page = open_page(ADMIN)
    asked = tamper(page, name)
    page.goto(OFFERS)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    page.wait_for_load_state("networkidle")
    page.wait_for_function("() => true")
    assert asked
    assert page.evaluate("document.documentElement.dataset.tampered") is None
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(1, 2, 3)"
    assert any("integrity" in problem for problem in watch.problems)
    watch.problems.clear()
