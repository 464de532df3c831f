"""What a list shows fits its page: whole tables on desks, several rows on a phone, actions that look like actions."""

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.site import ADMIN, OFFERS
from tests.browser.steps import open_offers

LISTS = [
    OFFERS,
    f"{OFFERS}1002/events/",
    "/publishers/",
    "/advertisers/",
    "/users/",
    *(
        f"/reports/{report}/?integration_id=int-eu&range=last-7-days"
        for report in ("clicks", "conversions", "impressions")
    ),
    "/people/",
    "/conversions/",
]
CUT_OFF = "[...document.querySelectorAll('.table-box')].map((box) => box.scrollWidth - box.clientWidth)"
CARDS_IN_SIGHT = """() => [...document.querySelectorAll(".table tbody tr")].map((row) => row.getBoundingClientRect())
  .filter((row) => row.top >= 0 && row.bottom <= innerHeight).length"""
WITHOUT_EDGE = """() => [...document.querySelectorAll("td .button:not(.icon), main li .button:not(.icon)")]
  .filter((button) => button.checkVisibility() && getComputedStyle(button).borderTopColor === "rgba(0, 0, 0, 0)")
  .map((button) => button.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [1280, 1440])
def test_the_columns_of_every_list_fit_by_default(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    for address in LISTS:
        page.goto(address)
        expect(page.locator("tbody tr").first).to_be_visible()
        assert page.evaluate(CUT_OFF) == [0], address


@pytest.mark.parametrize("width", [1024, 1152])
def test_on_a_small_desk_columns_fold_away_instead_of_going_out_of_sight(page: Page, width: int):
    page.set_viewport_size({"width": width, "height": 800})
    for address in [*LISTS, "/exports/", "/connections/", "/sessions/"]:
        page.goto(address)
        expect(page.locator("tbody tr").first).to_be_visible()
        assert page.evaluate(CUT_OFF) == [0], address
    for address, kept in (
        (OFFERS, ("Status", "Payout", "Revenue")),
        ("/reports/conversions/?range=last-7-days", ("Status", "Payout", "Revenue")),
        ("/conversions/", ("Status", "Payout", "sale amount (EUR)")),
    ):
        page.goto(address)
        for name in kept:
            expect(page.get_by_role("columnheader", name=name, exact=True)).to_be_in_viewport()


def test_columns_that_somebody_chose_stay_whatever_the_width(page: Page):
    page.set_viewport_size({"width": 1024, "height": 800})
    for address, last in (
        (f"{OFFERS}?columns=active&columns=default_payout.payout&columns=visibility", "Visibility"),
        ("/reports/clicks/?range=last-7-days&columns=status&columns=offer&columns=sub_id", "Sub ID"),
        ("/conversions/?columns=payout&columns=geo&columns=sub_id", "Sub ID"),
    ):
        page.goto(address)
        expect(page.get_by_role("columnheader", name=last)).to_be_visible()


def test_what_shows_in_a_cell_under_the_pointer_stays_within_it(page: Page):
    for width in (1440, 1024):
        page.set_viewport_size({"width": width, "height": 800})
        open_offers(page, "?page[size]=25")
        for cell in page.locator("tbody tr").nth(3).locator("th, td[class*=edit-]").all():
            if not cell.is_visible():
                continue
            cell.hover()
            pencil = cell.locator("a.cell-filter")
            expect(pencil).to_be_visible()
            around, inside = cell.bounding_box(), pencil.bounding_box()
            assert around and inside
            assert inside["y"] >= around["y"]
            assert inside["y"] + inside["height"] <= around["y"] + around["height"]
            assert inside["x"] >= around["x"]


def invite(page: Page) -> None:
    """An invitation that waits, so that the list of people has buttons."""
    page.goto("/people/invite/")
    page.get_by_label("Email").fill(f"waits{uuid4().hex[:6]}@example.com")
    page.get_by_role("button", name="Invite").click()
    expect(page.get_by_role("heading", name="People", exact=True)).to_be_visible()


def test_people_fit_beside_the_navigation_of_a_small_desk(page: Page):
    page.set_viewport_size({"width": 1024, "height": 768})
    invite(page)
    expect(page.get_by_role("button", name="Withdraw the invitation").first).to_be_visible()
    assert page.evaluate(CUT_OFF) == [0]


def test_what_can_be_done_with_a_row_looks_like_a_button(page: Page):
    invite(page)
    for address in ("/people/", "/sessions/", "/connections/", f"{OFFERS}1002/"):
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert page.evaluate(WITHOUT_EDGE) == [], address


@pytest.mark.parametrize("address", [OFFERS, "/publishers/", "/advertisers/", "/users/"])
def test_on_a_phone_five_rows_are_in_sight(open_page: OpenPage, address: str):
    page = open_page(ADMIN, PHONE, has_touch=True, is_mobile=True)
    page.goto(address)
    expect(page.locator("tbody tr").first).to_be_visible()
    assert page.evaluate(CARDS_IN_SIGHT) >= 5
    card = page.locator("tbody tr").first
    for part in ("th a", ".badge", ".row-menu button"):
        expect(card.locator(part).first).to_be_in_viewport()


def test_on_a_phone_what_can_be_done_with_a_selection_takes_two_lines(open_page: OpenPage):
    page = open_page(ADMIN, PHONE, has_touch=True, is_mobile=True)
    open_offers(page, "?page[size]=25")
    page.locator("[data-select-row]").first.check()
    bar = page.get_by_role("group", name="Selected offers").bounding_box()
    assert bar and bar["height"] <= 2 * 44 + 24
    deactivate = page.get_by_role("button", name="Deactivate…")
    expect(deactivate).to_be_hidden()
    page.get_by_role("button", name="Actions", exact=True).click()
    page.keyboard.press("Escape")
    expect(deactivate).to_be_hidden()
    # Escape closed the menu alone.
    expect(page.locator("[data-select-row]").first).to_be_checked()
    page.get_by_role("button", name="Actions", exact=True).click()
    deactivate.click()
    expect(page.get_by_role("heading", name="will change")).to_be_visible()
