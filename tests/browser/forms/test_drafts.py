"""What was typed is offered again after its tab was closed and after a lost session, and is gone after signing out."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sign_in
from tests.browser.site import MANAGER, OFFERS

EDIT = f"{OFFERS}1007/edit/"
#: The drafts that the browser keeps, once the text is in one of them.
KEPT = """(text) => {
  const drafts = Object.entries(localStorage).filter(([name]) => name.startsWith("draft ")).join();
  return drafts.includes(text) && drafts;
}"""
#: Whether leaving the page would ask first.
IS_GUARDED = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))"
TYPED = "A name that nobody saved"


def type_name(page: Page) -> None:
    page.goto(EDIT)
    expect(page.locator("form[data-draft]")).to_be_visible()
    page.locator("[name=name]").fill(TYPED)


def until_kept(page: Page, text: str = "nobody") -> str:
    """The drafts, when the browser has kept one with the text."""
    return str(page.wait_for_function(KEPT, arg=text).json_value())


@pytest.mark.parametrize("script", ["drafts", "forms"])
def test_what_is_typed_before_the_scripts_are_there_is_kept_and_guarded(open_page, script):
    page = open_page()
    held: list[Route] = []
    page.route(f"**/js/{script}*.js", lambda route: held.append(route))
    page.goto(EDIT, wait_until="commit")
    page.locator("[name=name]").fill(TYPED)
    page.wait_for_function("document.readyState === 'complete'")
    while not held:
        page.wait_for_timeout(20)
    for route in held:
        route.continue_()
    until_kept(page)
    assert page.evaluate(IS_GUARDED)


def test_a_form_that_nobody_touched_is_no_draft(open_page):
    page = open_page()
    for address in (
        EDIT,
        f"{OFFERS}new/",
        "/exports/schedules/new/",
        "/publishers/5001/edit/",
        f"{OFFERS}1002/events/new/",
    ):
        page.goto(address, wait_until="networkidle")
        # As long as a draft takes to be kept, and more.
        page.wait_for_timeout(600)
        assert page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft '))") == []
        assert not page.evaluate(IS_GUARDED)


def test_a_draft_is_offered_after_its_tab_was_closed(open_page):
    page = open_page()
    type_name(page)
    until_kept(page)
    another = page.context.new_page()
    page.close(run_before_unload=False)
    another.goto(EDIT)
    expect(another.get_by_text("You have an unsaved draft from")).to_be_visible()
    another.get_by_role("button", name="Restore").click()
    expect(another.get_by_text("This is your draft.")).to_be_visible()
    expect(another.locator("[name=name]")).to_have_value(TYPED)
    another.get_by_role("link", name="Cancel").click()
    expect(another.locator("h1")).not_to_have_text("Edit offer 1007")
    another.goto(EDIT)
    expect(another.locator("[name=name]")).not_to_have_value(TYPED)
    expect(another.get_by_text("You have an unsaved draft")).to_have_count(0)


def test_a_lost_session_keeps_a_draft_and_says_so(open_page):
    page = open_page()
    type_name(page)
    until_kept(page)
    cookies = [one for one in page.context.cookies() if one["name"] == "session"]
    page.context.add_cookies([{**cookies[0], "value": "ended"}])
    another = page.context.new_page()
    another.goto(OFFERS)
    expect(another.get_by_text("Your session has ended.")).to_be_visible()
    expect(another.get_by_text("What you typed is kept in this browser")).to_be_visible()


def test_no_secret_is_kept_whatever_its_name(open_page):
    page = open_page()
    type_name(page)
    # Each as a form may have it: by kind, by what browsers fill in, by the mark of the form engine, by its name.
    secrets = {
        "pin": 'type="password"',
        "code": 'autocomplete="one-time-code"',
        "phrase": "data-secret",
        "api_key": "",
    }
    fields = "".join(f'<input name="{name}" value="never kept" {kind}>' for name, kind in secrets.items())
    page.locator("form[data-draft]").evaluate(
        "(form, fields) => form.insertAdjacentHTML('beforeend', fields)", fields
    )
    page.locator("[name=name]").fill(f"{TYPED} at all")
    kept = until_kept(page, "at+all")
    assert "never+kept" not in kept
    assert not [name for name in secrets if f"&{name}=" in kept]


def test_a_draft_is_not_offered_to_another_person(open_page):
    page = open_page()
    type_name(page)
    until_kept(page)
    context = page.context
    page.close(run_before_unload=False)
    context.clear_cookies(name="session")
    another = context.new_page()
    sign_in(another, MANAGER)
    another.goto(EDIT)
    expect(another.locator("form[data-draft]")).to_be_visible()
    another.wait_for_load_state("networkidle")
    expect(another.get_by_text("You have an unsaved draft")).to_have_count(0)
    expect(another.locator("[name=name]")).not_to_have_value(TYPED)
