"""Each page in each state: axe finds nothing and the page never scrolls sideways.

A state is looked at wide and narrow, light and dark, in two looks: a theme changes colours alone and a width places
alone, and every part stands on many pages, half of which have it wide and light, half wide and dark. With
SCREENSHOTS=directory each look is also photographed.
"""

import os
from itertools import cycle
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE
from tests.browser.states import STATES, State

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RULES = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"], "preload": False}
#: Rows of a table further down look like those above.
PLACES = {"exclude": [["tbody tr:nth-child(n+9)"]]}
AXE = Axe()
# A bar for scrolling on a page that fits moves everything aside.
_BELOW = """() => {
  const shell = document.querySelector(".shell");
  const end = shell ? shell.getBoundingClientRect().bottom + scrollY : Infinity;
  return document.documentElement.scrollHeight - Math.ceil(end);
}"""
#: Times as programs write them, but in what is shown as it came.
_RAW_TIMES = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) {
    const { data, parentElement } = texts.currentNode;
    const isShown = parentElement.checkVisibility() && !parentElement.closest("pre, textarea, script");
    if (isShown && /\\d{4}-\\d\\d-\\d\\dT\\d\\d:/.test(data)) found.push(data.trim());
  }
  return found;
}"""
#: Sentences in columns of a few letters, which had no room beside what does not shrink.
_SQUEEZED = """() => [...document.querySelectorAll("main *")].filter((element) => {
  const texts = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
  const isText = texts.some(({ data }) => data.trim().length > 20);
  if (!isText || !element.checkVisibility()) return false;
  const { width, height } = element.getBoundingClientRect();
  return width > 1 && width < 48 && height > 100;
}).map((element) => element.textContent.trim().slice(0, 60))"""
LOOKS = (((WIDE, "light"), (PHONE, "dark")), ((WIDE, "dark"), (PHONE, "light")))


@pytest.mark.parametrize(
    ("state", "looks"),
    list(zip(STATES, cycle(LOOKS), strict=False)),
    ids=[state.name.replace(" ", "-") for state in STATES],
)
def test_a_page_is_accessible_and_fits(state: State, looks, open_tab, site, watch):
    watch.expected_statuses = set(state.statuses)
    page = open_tab(state.person)
    state.reach(page, site)
    findings = []
    for (width, height), theme in looks:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=theme)
        findings += [f"{width} {theme}: {finding}" for finding in _findings(page)]
        _photograph(page, f"{state.name} {width} {theme}")
    assert findings == []


def _findings(page: Page) -> list[str]:
    # At its end a page has its sticky foot in its own place, over nothing.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.axe_script)
    result = page.evaluate("([places, rules]) => axe.run(places, rules)", [PLACES, RULES])
    findings = [
        f"{rule['id']}: {node['html'][:200]} ({node['failureSummary']})"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]
    findings += [f"a time for programs: {text}" for text in page.evaluate(_RAW_TIMES)]
    findings += [f"squeezed: {text}" for text in page.evaluate(_SQUEEZED)]
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
