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


def test_an_admin_sees_them(page):
    page.goto(OFFERS)
    expect(page.get_by_role("checkbox")).to_have_count(51)
    page.get_by_role("checkbox").nth(1).check()
    for name in ("Activate", "Deactivate", "Archive"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
