"""What was ticked or typed is still there after paging, Back, Cancel, a reload, and a session that ended."""

from playwright.sync_api import Page, expect

from tests.browser.site import ADMIN, OFFERS
from tests.browser.steps import open_offers


def box(page: Page, number: int):
    return page.locator("[data-select-row]").nth(number)


def test_a_selection_survives_paging_sorting_cancel_back_and_reload(page: Page, site):
    open_offers(page, "?page[size]=25")
    box(page, 0).check()
    box(page, 3).check()
    bar = page.get_by_role("group", name="Selected offers")
    page.get_by_role("link", name="Next").click()
    expect(bar).to_contain_text("2 selected, 2 not on this page")
    box(page, 1).check()
    expect(bar).to_contain_text("3 selected, 2 not on this page")
    page.get_by_role("link", name="Previous").click()
    expect(box(page, 3)).to_be_checked()
    expect(bar).to_contain_text("3 selected, 1 not on this page")
    page.reload()
    expect(box(page, 0)).to_be_checked()
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_role("heading", name="Deactivate 3 offers?")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(bar).to_contain_text("3 selected")
    page.get_by_role("button", name="Deactivate", exact=True).click()
    expect(page.get_by_role("heading", name="Deactivate 3 offers?")).to_be_visible()
    page.go_back()
    expect(bar).to_contain_text("3 selected")
    page.get_by_role("button", name="Deactivate", exact=True).click()
    page.get_by_role("button", name="Deactivate 3 offers").click()
    expect(page.get_by_role("heading", name="Deactivate: result")).to_be_visible()
    result, told = page.url, page.locator("main").inner_text()
    page.reload()
    assert page.url == result
    assert page.locator("main").inner_text() == told
    page.get_by_role("link", name="Back to offers").click()
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(bar).to_be_hidden()


def test_a_form_in_place_outlives_the_session(page: Page, watch):
    page.goto(f"{OFFERS}1003/")
    page.get_by_role("link", name="Add landing page").last.click()
    panel = page.locator("#landing_pages-panel")
    panel.get_by_label("Name").fill("Typed too late")
    page.context.clear_cookies(name="session")
    panel.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("alert").first).to_contain_text("What you typed is kept")
    page.get_by_label("Email").fill(ADMIN.email)
    page.get_by_label("Password").fill(ADMIN.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Name")).to_have_value("Typed too late")
    expect(page.locator("#messages")).to_contain_text("Your session had ended.")
