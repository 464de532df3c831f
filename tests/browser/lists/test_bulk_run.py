"""A run under way, watched by keyboard and on a phone while its page asks for itself again."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE
from tests.browser.site import ADMIN, Site

PUBLISHERS = "/publishers/?page[size]=100"


def test_a_run_under_way_keeps_focus_and_place_and_fits_a_phone(open_tab, site: Site):
    page: Page = open_tab(ADMIN)
    page.goto(PUBLISHERS)
    page.get_by_role("checkbox", name="Select page").check()
    page.get_by_role("button", name="Edit fields").click()
    page.locator("summary", has_text="General").click()
    page.get_by_label("Description", exact=True).select_option(label="Set to…")
    page.get_by_label("Description, new value").fill("Changed together")
    page.get_by_role("button", name="Review the plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit publishers: Description")
    site.latency(2)
    page.get_by_role("button", name="Carry out 100 changes").click()
    stop = page.get_by_role("button", name="Stop")
    stop.focus()
    page.locator("#run .table-box").evaluate("(box) => box.scrollTo(0, 200)")
    for _ in range(2):
        with page.expect_response(
            lambda answer: "/bulk/" in answer.url and "chip" not in answer.url
        ) as polled:
            pass
        polled.value.finished()
    expect(stop).to_be_focused()
    assert page.locator("#run .table-box").evaluate("(box) => box.scrollTop") == 200
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    expect(page.locator("#bulk-chip a")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    stop.click()
    expect(page.get_by_text("Stopping").or_(page.get_by_text("Stopped")).first).to_be_visible()
