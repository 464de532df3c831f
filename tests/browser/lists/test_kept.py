"""What was ticked or typed is still there after paging, Back, Cancel, a reload, and a session that ended."""

from playwright.sync_api import Page, expect

from tests.browser.site import ADMIN, OFFERS
from tests.browser.steps import open_offers, was_told


def box(page: Page, number: int):
    return page.locator("[data-select-row]").nth(number)


def test_a_selection_survives_paging_sorting_cancel_back_and_reload(page: Page, site):
    open_offers(page, "?filter[active]=true&page[size]=25")
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
    deactivate = page.get_by_role("button", name="Deactivate…")
    plan = page.get_by_role("heading", name="3 offers will change")
    deactivate.click()
    expect(plan).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(plan).to_be_hidden()
    expect(deactivate).to_be_focused()
    expect(bar).to_contain_text("3 selected")
    deactivate.click()
    expect(plan).to_be_visible()
    page.keyboard.press("Escape")
    expect(plan).to_be_hidden()
    expect(bar).to_contain_text("3 selected")
    deactivate.click()
    page.get_by_role("link", name="Leave some out").click()
    expect(page.get_by_role("table", name="Records of the run")).to_be_visible()
    page.go_back()
    expect(bar).to_contain_text("3 selected")
    deactivate.click()
    expect(plan).to_be_visible()
    page.get_by_role("button", name="Deactivate 3 offers").click()
    was_told(page, "3 offers were deactivated")
    expect(page.get_by_role("table", name="Offers")).to_be_visible()
    expect(bar).to_be_hidden()
    page.get_by_role("link", name="See the run").click()
    told = page.locator("main").inner_text()
    assert "Done: 3" in told
    page.reload()
    assert page.locator("main").inner_text() == told


def test_a_plan_that_was_not_taken_leaves_the_selection(page: Page):
    open_offers(page, "?page[size]=25&sort=-id")
    box(page, 0).check()
    box(page, 3).check()
    page.get_by_role("button", name="Archive…").click()
    page.get_by_label("Type 2 to confirm").fill("3")
    page.get_by_role("button", name="Archive 2 offers").click()
    expect(page.get_by_text("Nothing was archived.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("group", name="Selected offers")).to_contain_text("2 selected")


def test_all_that_match_but_one_stay_selected_over_paging_reload_and_back(page: Page):
    open_offers(page, "?filter[active]=true&page[size]=25&sort=id")
    bar, every = page.get_by_role("group", name="Selected offers"), page.locator("[data-select-matching]")
    box(page, 0).check()
    total = int(page.locator("#bulk").get_attribute("data-total") or 0)
    assert total > 50
    every.check()
    expect(bar).to_contain_text(f"{total} selected, {total - 25} not on this page")
    expect(box(page, 24)).to_be_checked()
    box(page, 2).uncheck()
    expect(bar).to_contain_text(f"{total - 1} selected")
    left_out = page.locator("[data-select-row]").nth(2).input_value()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("26–50")
    expect(box(page, 2)).to_be_checked()
    expect(bar).to_contain_text(f"{total - 1} selected")
    page.reload()
    expect(box(page, 0)).to_be_checked()
    expect(every).to_be_checked()
    page.go_back()
    expect(box(page, 2)).not_to_be_checked()
    expect(box(page, 3)).to_be_checked()
    page.get_by_role("button", name="Deactivate…").click()
    expect(page.get_by_role("heading", name=f"{total - 1} offers will change")).to_be_visible()
    assert left_out not in page.get_by_role("table", name="Records of the run").inner_text()
    page.get_by_role("button", name="Cancel").click()
    expect(bar).to_contain_text(f"{total - 1} selected")


def test_all_are_selected_over_the_few_that_were(page: Page):
    open_offers(page, "?filter[active]=true&page[size]=25&sort=id")
    bar = page.get_by_role("group", name="Selected offers")
    box(page, 0).check()
    expect(bar).to_contain_text("1 selected")
    total = page.locator("#bulk").get_attribute("data-total")
    page.keyboard.press("Alt+a")
    expect(bar).to_contain_text(f"{total} selected")
    page.keyboard.press("Alt+a")
    expect(bar).to_be_hidden()


def test_what_matched_another_filter_is_not_selected_under_this_one(page: Page):
    open_offers(page, "?filter[active]=true&page[size]=25")
    bar = page.get_by_role("group", name="Selected offers")
    box(page, 0).check()
    page.locator("[data-select-matching]").check()
    expect(bar).to_be_visible()
    page.get_by_role("link", name="Remove filter:").click()
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
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_label("Name")).to_have_value("Typed too late")
    expect(page.locator("#messages")).to_contain_text("Your session had ended.")


def test_a_list_that_is_left_is_asked_for_no_layout_and_back_is_at_the_same_place(page: Page):
    open_offers(page, "?page[size]=100")
    page.locator("#results .table-box").evaluate(
        "(box) => new Promise((done) => { box.addEventListener('scroll', done); box.scrollTo(0, 300); })"
    )
    page.evaluate(
        """() => {
          const { get } = Object.getOwnPropertyDescriptor(Element.prototype, "scrollTop");
          let isLeaving = false;
          addEventListener("pagehide", () => { isLeaving = true; }, true);
          Object.defineProperty(Element.prototype, "scrollTop", {
            get() { if (isLeaving) sessionStorage.asked = "yes"; return get.call(this); },
          });
        }"""
    )
    page.goto("/preferences/")
    assert page.evaluate("sessionStorage.asked ?? 'no'") == "no"
    page.go_back()
    page.wait_for_function("document.querySelector('#results .table-box')?.scrollTop === 300")
