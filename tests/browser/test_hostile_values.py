"""Values of the API that attack browsers: nothing of them runs, asks another site, or breaks the policy."""

import re
from itertools import count
from typing import Any

import pytest
import requests
from playwright.sync_api import expect

from apps.sandbox.keys import ADMIN_KEY
from tests.browser.conftest import OpenPage
from tests.browser.site import ADMIN, OFFERS, PATIENCE_SECONDS, Site
from tests.support.hostile_strings import hostile

#: Address of a page, path at the API, operation.
PAGES = {
    "offers": (f"{OFFERS}?page[size]=100", "/integrations/int-eu/offers?page[size]=100", "listOffers"),
    "an offer": (f"{OFFERS}1007/", "/integrations/int-eu/offers/1007", "getOffer"),
    "an offer's form": (f"{OFFERS}1007/edit/", "/integrations/int-eu/offers/1007", "getOffer"),
    "publishers": ("/publishers/?page[size]=100", "/publishers?page[size]=100", "listPublishers"),
    "users": ("/users/?page[size]=100", "/users?page[size]=100", "listUsers"),
}
_KEPT = re.compile(r"(?:^|_)ids?$|_at$|_time$|currency|country")


def attacked(value: Any, numbers: Any, name: str = "") -> Any:
    """The value with a hostile string in the place of every text that is shown."""
    if isinstance(value, dict):
        return {key: attacked(one, numbers, key) for key, one in value.items()}
    if isinstance(value, list):
        return [attacked(one, numbers, name) for one in value]
    return hostile(next(numbers)) if isinstance(value, str) and not _KEPT.search(name) else value


@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_a_value_runs(open_page: OpenPage, site: Site, name: str):
    address, path, operation = PAGES[name]
    answer = requests.get(
        f"http://127.0.0.1:{site.sandbox_port}/api/v2{path}",
        headers={"API-KEY": ADMIN_KEY},
        timeout=PATIENCE_SECONDS,
    )
    answer.raise_for_status()
    numbers = count()
    body = attacked(answer.json(), numbers)
    site.faults({"kind": "status", "status": 200, "operation": operation, "body": body, "times": None})
    page = open_page(ADMIN)
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    if "list" in operation:
        assert next(numbers) > 20
        row = page.locator("#rows tbody tr, tbody tr").first
        row.hover()
        row.locator("[data-row-actions]").first.click()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Search and commands").get_by_role("combobox")).to_be_visible()
    assert page.locator("[hostile], iframe, object, base, svg script").count() == 0
