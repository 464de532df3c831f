"""A frame fills in without anything on it moving."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, WIDE, OpenPage
from tests.browser.site import CONVERSIONS, OFFERS

#: Notes what moved, and how far.
WATCH = """
window.shifts = [];
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries())
    shifts.push([value, sources.map(({ node }) => (node?.outerHTML ?? node?.textContent ?? "").slice(0, 120))]);
}).observe({ type: "layout-shift", buffered: true });
"""
#: Ends when the page has come to rest after it was filled in.
AT_REST = "() => new Promise((done) => setTimeout(() => requestAnimationFrame(() => done(shifts)), 500))"
FILLED = "main:not(:has(.skeleton)):not([data-known])"
PAGES = {
    "a list": f"{OFFERS}?page[size]=25",
    "a record": f"{OFFERS}1001/",
    "a form": f"{OFFERS}1001/edit/",
    "a report": f"{CONVERSIONS}?integration_id=int-eu",
    "exports": "/exports/",
}


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_when_a_frame_fills_in(open_page: OpenPage, site, name, size):
    page = open_page(size=size)
    # The first page of its kind since the site was started brings its style sheets along.
    page.goto(PAGES[name])
    expect(page.locator(FILLED)).to_be_visible()
    page.add_init_script(WATCH)
    # Longer than a busy machine takes to show the frame.
    site.latency(3)
    # With nothing known, then with what is known.
    for address in (f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}again=1", PAGES[name]):
        page.goto(address, wait_until="commit")
        expect(page.locator("main:has(.skeleton), main[data-known]")).to_be_visible()
        page.evaluate("shifts.length = 0")
        expect(page.locator(FILLED)).to_be_visible()
        moved = page.evaluate(AT_REST)
        assert sum(value for value, _ in moved) < 0.0005, moved
