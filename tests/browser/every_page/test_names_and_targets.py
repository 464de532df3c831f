"""Controls are found by their accessible names, can be hit by a finger, and run nothing that came from the API."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.site import ADMIN, CONVERSIONS, OFFERS
from tests.browser.steps import names, open_offers

# WCAG 2.2, 2.5.8 asks for 24; buttons and fields are larger on a phone, but for copying.
SMALLEST = """least => [...document.querySelectorAll(
    "main button:not(.copy-button), main select, main input:not([type=hidden], [type=checkbox]), main a.button, summary"
)]
    .filter(element => element.checkVisibility() && !element.closest(".visually-hidden, [aria-hidden=true], .chip"))
    .map(element => [element.getBoundingClientRect(), element.outerHTML.slice(0, 120)])
    .filter(([box]) => box.height && (box.height < least || box.width < 24))
    .map(([box, html]) => `${Math.round(box.width)} × ${Math.round(box.height)}: ${html}`)"""


def test_controls_of_the_list_have_the_names_people_know(page: Page):
    open_offers(page)
    table = page.get_by_role("table", name="Offers", exact=True)
    expect(table).to_have_count(1)
    for column in ("Name", "Status", "Visibility"):
        link = table.get_by_role("columnheader", name=column, exact=True).get_by_role("link", name=column)
        expect(link).to_be_visible()
    first = names(page)[0]
    box = page.get_by_role("checkbox", name=f"Select {first}", exact=True)
    expect(box).to_have_count(1)
    box.check()
    for name in ("Activate…", "Deactivate…", "Archive…", "Edit fields…", "New offer"):
        expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()


@pytest.mark.parametrize(("path", "name"), [(f"{OFFERS}new/", "Save"), ("/exports/new/", "Export")])
def test_forms_are_sent_by_a_button_of_that_name(page: Page, path: str, name: str):
    page.goto(path)
    expect(page.get_by_role("button", name=name, exact=True)).to_have_count(1)


@pytest.mark.parametrize(
    "path",
    [
        OFFERS,
        CONVERSIONS,
        f"{OFFERS}1004/",
        f"{OFFERS}new/",
        "/exports/new/",
        "/connections/",
        "/preferences/",
        "/sessions/",
    ],
)
def test_a_finger_hits_every_control_on_a_phone(open_page: OpenPage, path: str):
    page = open_page(ADMIN, PHONE, has_touch=True, is_mobile=True)
    page.goto(path)
    assert page.evaluate(SMALLEST, 40) == []


def test_strings_from_the_api_stay_strings(page: Page):
    open_offers(page, "?page[size]=100&sort=id")
    nasty = [name for name in names(page) if "<" in name]
    assert nasty, "the sandbox has names with markup"
    for number in range(1001, 1101, 20):
        for offset in (0, 3):
            page.goto(f"{OFFERS}{number + offset}/")
            expect(page.get_by_role("heading", level=1)).not_to_be_empty()
            assert page.locator("a[href^='javascript' i], a[href^='data:' i]").count() == 0
    page.goto(OFFERS + "?filter[name][contains]=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.get_by_role("link", name='Remove filter: Name contains "><script>')).to_be_visible()


def test_on_a_phone_a_record_begins_with_one_action_and_keeps_the_others_in_a_menu(open_page: OpenPage):
    page = open_page(ADMIN, PHONE, has_touch=True, is_mobile=True)
    page.goto(f"{OFFERS}1007/")
    main = page.get_by_role("main")
    expect(main.get_by_role("link", name="Edit", exact=True).first).to_be_visible()
    archive = main.get_by_role("link", name="Archive…", exact=True)
    expect(archive).to_be_hidden()
    actions = page.locator(".page-heading-actions").bounding_box()
    assert actions
    assert actions["height"] < 60, "one line"
    main.get_by_role("button", name="More actions").click()
    expect(archive).to_be_visible()
    archive.click()
    expect(main.get_by_role("button", name="Archive")).to_be_visible()
