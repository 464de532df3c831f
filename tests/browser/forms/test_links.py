"""Links of an offer for several publishers: by keyboard, without a reload, and without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import OFFERS

LINKS = f"{OFFERS}1001/links/"


@pytest.fixture
def page(open_page) -> Page:
    """A window that may copy and read what was copied."""
    return open_page(permissions=["clipboard-read", "clipboard-write"])


def made(page: Page):
    """The links beside the form."""
    return page.locator("#links .made-link")


def test_links_for_three_publishers_stand_there_without_a_reload(page: Page):
    page.goto(f"{OFFERS}1001/")
    page.get_by_role("link", name="Create links").press("Enter")
    box = page.get_by_role("combobox", name="Add a publisher")
    expect(box).to_be_focused()
    page.evaluate("window.isSamePage = true")
    for number, publisher in enumerate(("5001", "5002", "5003"), 1):
        page.keyboard.type(publisher)
        expect(page.get_by_role("listbox", name="Suggestions").get_by_role("option")).not_to_have_count(0)
        page.keyboard.press("Enter")
        expect(made(page)).to_have_count(number)
        expect(box).to_be_focused()
        expect(box).to_have_value("")
    page.get_by_label("Sub ID", exact=True).press_sequentially("news")
    expect(made(page).last).to_have_text(re.compile("publisher=5003&sub_id=news$"))
    page.get_by_role("button", name="Copy all").press("Enter")
    expect(page.locator("#status")).to_contain_text("Copied 3 links")
    lines = [line.split("\t") for line in page.evaluate("navigator.clipboard.readText()").splitlines()]
    assert [link.split("publisher=")[1] for _, link in lines] == [
        f"{number}&sub_id=news" for number in (5001, 5002, 5003)
    ]
    assert all(name for name, _ in lines)
    page.get_by_role("link", name=re.compile("^Remove ")).first.press("Enter")
    expect(made(page)).to_have_count(2)
    expect(box).to_be_focused()
    assert page.evaluate("window.isSamePage")
    page.reload()
    expect(made(page)).to_have_count(2)
    expect(page.get_by_label("Sub ID", exact=True)).to_have_value("news")


def test_several_pasted_publishers_go_onto_the_list_at_once(page: Page):
    page.goto(f"{OFFERS}1001/links/")
    box = page.get_by_role("combobox", name="Add a publisher")
    expect(box).to_be_focused()
    page.keyboard.insert_text("5001, 5002, 5003")
    page.keyboard.press("Enter")
    expect(made(page)).to_have_count(3)
    expect(box).to_have_value("")
    expect(page.get_by_text("No publisher matches")).to_be_hidden()
    page.get_by_role("link", name=re.compile("^Remove ")).nth(1).press("Enter")
    expect(made(page)).to_have_count(2)


def test_publishers_typed_faster_than_the_server_answers_all_get_their_links(page: Page, site):
    page.goto(LINKS)
    box = page.get_by_role("combobox", name="Add a publisher")
    expect(box).to_be_focused()
    site.latency(0.5)
    for publisher in ("5001", "99999", "5003"):
        page.keyboard.type(publisher)
        page.keyboard.press("Enter")
    expect(made(page)).to_have_count(2)
    failed = page.locator("#links li").filter(has_text="99999")
    expect(failed).to_contain_text("No publisher has this ID.")
    expect(box).to_have_value("")
    site.calm()


def test_a_publishers_page_leads_to_its_link_of_an_offer_by_keyboard(page: Page):
    page.goto("/publishers/5001/")
    page.get_by_role("link", name="Create links").press("Enter")
    offer = page.get_by_role("combobox", name="Offer")
    offer.press_sequentially("1001")
    expect(page.get_by_role("option").first).to_be_visible()
    offer.press("Enter")
    offer.press("Enter")
    expect(made(page)).to_have_text(re.compile("offer=1001&publisher=5001$"))


def test_the_menu_of_an_offers_row_leads_there(page: Page):
    page.goto(OFFERS)
    row = page.locator("#rows tr").first
    row.get_by_role("button", name=re.compile("^Actions for")).press("Enter")
    row.get_by_role("link", name="Create links").press("Enter")
    expect(page.get_by_role("heading", name="Create links", level=1)).to_be_visible()


def test_without_a_script_a_button_adds_each_publisher(open_page):
    page = open_page(java_script_enabled=False)
    page.goto(LINKS)
    for publisher in ("5001", "5003"):
        page.get_by_label("Add a publisher").fill(publisher)
        page.get_by_role("button", name="Add to the list").click()
    expect(made(page)).to_have_count(2)
    page.get_by_role("link", name=re.compile("^Remove ")).first.click()
    expect(made(page)).to_have_count(1)
    expect(page.get_by_label("Add a publisher")).to_have_value("")
