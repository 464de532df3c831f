"""Who sees which controls."""

from playwright.sync_api import expect

from tests.browser.site import MANAGER, OFFERS


def test_an_account_manager_sees_no_check_boxes_and_no_bulk_actions(open_page):
    page = open_page(MANAGER)
    page.goto(OFFERS)
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(page.get_by_role("checkbox")).to_have_count(0)
    for name in ("Activate", "Deactivate", "Archive"):
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
    for name in ("Activate", "Deactivate", "Archive"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
