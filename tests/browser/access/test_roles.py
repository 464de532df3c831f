"""Who sees which controls."""

import re

from playwright.sync_api import expect

from tests.browser.site import CONVERSIONS, MANAGER, OFFERS, VIEWER

#: What controls are called that a viewer may not use, and words that would tell them to.
WRITES = re.compile(
    r"\b(new (offer|export)|edit|(de)?activate|archive|duplicate|add|delete"
    r"|export it|as a file|ask again|split|share)\b",
    re.I,
)


def test_an_account_manager_sees_no_check_boxes_and_no_bulk_actions(open_page):
    page = open_page(MANAGER)
    page.goto(OFFERS)
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    for name in ("Activate", "Deactivate", "Archive", "Edit fields"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("button", name="New offer")).to_be_visible()


def test_what_would_be_refused_says_why_within_a_phones_width(open_page):
    page = open_page(MANAGER)
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("/users/", "/users/usr-main-003/"):
        page.goto(address)
        page.locator(".refused-control summary").last.click()
        expect(page.get_by_text("An admin's key alone may").last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.get_by_role("link", name="Try it all the same").last.click()
    expect(page.get_by_text("This will probably be refused")).to_be_visible()


def test_an_admin_sees_them(page):
    page.goto(OFFERS)
    expect(page.get_by_role("checkbox")).to_have_count(51)
    page.get_by_role("checkbox").nth(1).check()
    for name in ("Activate…", "Deactivate…", "Archive…", "Edit fields…"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


def test_a_viewer_reads_list_record_and_report_and_is_offered_no_change(open_page):
    page = open_page(VIEWER)
    page.goto(OFFERS)
    rows = page.get_by_role("table", name="Offers").get_by_role("row")
    expect(rows).not_to_have_count(0)
    opened = [page.url]
    _expect_no_change_is_offered(page)
    rows.nth(1).get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    opened.append(page.url)
    _expect_no_change_is_offered(page)
    page.goto(f"{CONVERSIONS}?integration_id=int-eu")
    expect(page.get_by_role("table", name="Conversions", exact=True).get_by_role("row")).not_to_have_count(0)
    opened.append(page.url)
    _expect_no_change_is_offered(page)
    assert len(set(opened)) == 3


def _expect_no_change_is_offered(page):
    """Neither a control nor a box to select rows; what is sent from the page's own part is one's own star at most."""
    main = page.get_by_role("main")
    for role in ("link", "button"):
        expect(main.get_by_role(role, name=WRITES)).to_have_count(0)
    expect(main.locator("[data-select-row], [data-select-page], form[method=post]:not(#star)")).to_have_count(
        0
    )
