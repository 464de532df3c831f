"""Each page in each state: axe finds nothing and the page never scrolls sideways, wide and narrow, light and dark.

With SCREENSHOTS=directory each is also photographed.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE
from tests.browser.states import STATES, State

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL_RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
AXE = Axe()
# A bar for scrolling on a page that fits moves everything aside.
_BELOW = """() => {
  const shell = document.querySelector(".shell");
  const end = shell ? shell.getBoundingClientRect().bottom + scrollY : Infinity;
  return document.documentElement.scrollHeight - Math.ceil(end);
}"""
# A theme changes colours alone.
COLOUR_RULES = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name.replace(" ", "-"))
def test_a_page_is_accessible_and_fits(state: State, open_page, site, watch):
    watch.expected_statuses = set(state.statuses)
    page = open_page(state.person)
    state.reach(page, site)
    findings = []
    for width, height in (WIDE, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            rules = ALL_RULES if theme == "light" else COLOUR_RULES
            findings += [f"{width} {theme}: {finding}" for finding in _findings(page, rules)]
            _photograph(page, f"{state.name} {width} {theme}")
    assert findings == []


def _findings(page: Page, rules: dict[str, Any]) -> list[str]:
    # At its end a page has its sticky foot in its own place, over nothing.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.axe_script)
    result = page.evaluate("rules => axe.run(rules)", rules)
    findings = [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    if overflow > 0:
        findings.append(f"the page is {overflow} px too wide")
    below = page.evaluate(_BELOW)
    if below > 0:
        findings.append(f"the page scrolls {below} px past its end")
    return findings


def _photograph(page: Page, name: str) -> None:
    directory = os.environ.get("SCREENSHOTS")
    if directory:
        page.screenshot(path=Path(directory) / f"{name.replace(' ', '-')}.png", full_page=True)
