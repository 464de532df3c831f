"""The commonest tasks of a day in few clicks and keys; a name, a number or a value that is said counts for none."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.counting import Person
from tests.browser.site import OFFERS
from tests.browser.steps import ask_for_export, names, open_offers, wait_for_download, was_told


@pytest.fixture
def person(page: Page) -> Person:
    return Person(page)


def test_an_offer_by_name_or_by_id(page: Page, person: Person):
    open_offers(page)
    name = names(page)[4]
    for text in (name, "1042"):
        page.goto("/")
        with person.in_at_most(2):
            person.find(text)
            person.press("Enter")
            page.wait_for_url(f"**{OFFERS}*/")


def test_all_offers_of_an_advertiser(page: Page, person: Person):
    page.goto("/")
    with person.in_at_most(2):
        palette = person.find("Meridian Loans SAS")
        person.click(palette.get_by_role("option", name="Offers of Meridian Loans SAS"))
        expect(page.get_by_role("link", name="Remove filter: Advertiser: Meridian Loans SAS")).to_be_visible()


def test_a_publishers_yesterday(page: Page, person: Person):
    page.goto("/publishers/5001/")
    name = page.get_by_role("heading", level=1).inner_text()
    page.goto("/")
    with person.in_at_most(3):
        palette = person.find(name)
        person.click(palette.get_by_role("option", name=f"Conversions of {name} yesterday"))
        expect(page.get_by_role("table", name="Conversions", exact=True)).to_be_visible()


def test_a_payout_in_the_list_and_on_the_page(page: Page, person: Person):
    open_offers(page, "?page[size]=25&sort=id&page[number]=7")
    row = page.get_by_role("row").nth(2)
    row.get_by_role("rowheader").get_by_role("link").focus()
    with person.in_at_most(2):
        person.press("p")
        expect(row.get_by_role("textbox", name="Payout of")).to_be_focused()
        person.type("12,25")
        person.press("Enter")
        expect(row).to_contain_text("12.25")
    page.goto(f"{OFFERS}1153/")
    with person.in_at_most(2):
        person.click(page.get_by_role("link", name="Edit payout", exact=True))
        expect(page.get_by_role("textbox", name="Payout of")).to_be_focused()
        person.type("12,75")
        person.press("Enter")
        expect(page.locator("#fact-default_payout-payout")).to_contain_text("12.75")


def test_links_for_three_publishers(page: Page, person: Person):
    page.goto(f"{OFFERS}1001/")
    with person.in_at_most(2):
        person.click(page.get_by_role("main").get_by_role("link", name="Create links").first)
        expect(page.get_by_role("combobox", name="Add a publisher")).to_be_focused()
        person.type("5001, 5002, 5003")
        person.press("Enter")
        expect(page.locator("#links .made-link")).to_have_count(3)


def test_many_offers_over_pages_are_deactivated(page: Page, person: Person):
    open_offers(page, "?page[size]=25&filter[name][contains]=Halcyon")
    assert int(page.locator("#bulk").get_attribute("data-total") or 0) > 0
    with person.in_at_most(4):
        person.press("Alt+a")
        person.click(page.get_by_role("button", name="Deactivate…", exact=True))
        expect(page.get_by_role("button", name=re.compile(r"^Deactivate \d+ offers?$"))).to_be_focused()
        person.press("Enter")
        was_told(page, "deactivated, and read back")


def test_the_report_of_last_week_again(page: Page, person: Person):
    ask_for_export(page)
    wait_for_download(page)
    page.goto("/")
    with person.in_at_most(2):
        person.click(page.get_by_role("link", name=re.compile("^Run Conversions again")).first)
        person.click(page.get_by_role("button", name="Export", exact=True))
        expect(page.get_by_role("heading", name="Progress")).to_be_visible()


def test_the_visibility_of_twelve(page: Page, person: Person):
    open_offers(page, "?page[size]=25&sort=id&filter[name][contains]=Nimbus")
    with person.in_at_most(4):
        person.press("Alt+a")
        person.click(page.get_by_role("button", name="Edit fields"))
        person.choose(page.get_by_label("Visibility", exact=True), "Set to: Private")
        person.click(page.get_by_role("button", name="Review the plan"))
        carry_out = page.get_by_role("button", name=re.compile("^Carry out [0-9]+ changes$"))
        expect(carry_out).to_be_focused()
        person.press("Enter")
        expect(page.get_by_role("main")).to_contain_text(re.compile(r"were changed|Done: \d+"))


def test_the_manager_of_thirty_publishers(page: Page, person: Person):
    page.goto("/publishers/?page[size]=50&filter[manager_id]=usr-main-002")
    selected = int(page.locator("#bulk").get_attribute("data-total") or 0)
    assert selected >= 30
    with person.in_at_most(4):
        person.press("Alt+a")
        person.click(page.get_by_role("button", name="Edit fields"))
        person.choose(page.get_by_label("Account manager", exact=True).first, "Set to…")
        expect(page.locator("#id_set-manager_id")).to_be_focused()
        person.type("usr-main-003")
        person.press("Enter")
        carry_out = page.get_by_role("button", name=f"Carry out {selected} changes")
        expect(carry_out).to_be_focused()
        person.press("Enter")
        expect(page.get_by_role("main")).to_contain_text(
            re.compile(rf"{selected} .*were changed|Done: {selected}")
        )
