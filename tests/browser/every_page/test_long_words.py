"""A word longer than a phone is wide, in every name and text of records: no page scrolls sideways for it."""

import pytest
import requests
from playwright.sync_api import Page, expect

from apps.sandbox.keys import ADMIN_KEY
from tests.browser.conftest import PHONE
from tests.browser.site import OFFERS, PATIENCE_SECONDS, Site

WORD = "Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
ADDRESS = f"https://{'sub.' * 15}example.com/{WORD}?c={{transaction_id}}"
OFFER, EVENT_TEXTS = f"{OFFERS}1007/", {"name": f"Event {WORD}", "description": WORD}
#: What is widest on a page that is too wide.
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".table-box, [popover], pre"))
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 120))"""


class Records:
    """Writes to the API as another program would, with an admin's key."""

    def __init__(self, site: Site) -> None:
        self._url = f"http://127.0.0.1:{site.sandbox_port}/api/v2"

    def call(self, method: str, path: str, **body: object) -> dict[str, object]:
        answer = requests.request(
            method,
            self._url + path,
            json=body or None,
            headers={"API-KEY": ADMIN_KEY},
            timeout=PATIENCE_SECONDS,
        )
        answer.raise_for_status()
        return dict(answer.json()) if answer.content else {}


@pytest.fixture
def records(site: Site):
    """An offer and all around it with long words in them; what they were comes back afterwards."""
    api = Records(site)
    places = {
        "/integrations/int-eu/offers/1007": ("name", "description", "restriction_note", "primary_domain"),
        "/publishers/5007": ("name", "company_name", "description", "address", "messenger"),
        "/advertisers/107": ("name", "company_name", "description", "address", "messenger"),
        "/users/usr-main-003": ("first_name", "last_name"),
    }
    before = {}
    for place, names in places.items():
        record = api.call("GET", place)["data"]
        assert isinstance(record, dict)
        before[place] = {
            name: record.get(name) or "" for name in ("name", "advertiser_id", *names) if name in record
        }
        required = {"advertiser_id": 107} if "offers" in place else {}
        api.call("PATCH", place, **{name: f"{name} {WORD}" for name in names}, **required)
    below = "/integrations/int-eu/offers/1007"
    event = api.call("POST", f"{below}/events", **EVENT_TEXTS)
    page = api.call("POST", f"{below}/landing-pages", name=f"Page {WORD}", redirect_url=ADDRESS)
    yield event["created_item_id"], page["created_item_id"]
    api.call("DELETE", f"{below}/events/{event['created_item_id']}")
    api.call("DELETE", f"{below}/landing-pages/{page['created_item_id']}")
    for place, values in before.items():
        api.call("PATCH", place, **values)


def test_no_page_scrolls_sideways_for_a_long_word(page: Page, site: Site, watch, records):
    watch.expected_statuses = {400, 404, 422}
    event, landing_page = records
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    too_wide = {}

    def look(name: str, seen: Page = page) -> None:
        excess = seen.evaluate("document.documentElement.scrollWidth - innerWidth")
        if excess > 0:
            too_wide[name] = (excess, seen.evaluate(WIDEST))

    for address in [
        *(
            OFFER + part
            for part in ("", "edit/", "archive/", "links/", "links/?publisher=5007", "duplicate/")
        ),
        *(OFFER + part for part in ("events/", f"events/{event}/", f"events/{event}/edit/", "events/new/")),
        *(f"{OFFER}landing-pages/{part}" for part in ("", f"{landing_page}/", f"{landing_page}/edit/")),
        f"{OFFER}landing-pages/{landing_page}/archive/",
        f"{OFFERS}?filter[name][contains]={WORD}",
        f"{OFFERS}?filter[name]={WORD}&sort=-name",
        *(
            f"/{kind}/{part}"
            for kind in ("publishers/5007", "advertisers/107")
            for part in ("", "edit/", "archive/")
        ),
        *(f"/users/usr-main-003/{part}" for part in ("", "edit/", "archive/")),
        *(f"/{kind}/" for kind in ("publishers", "advertisers", "users")),
        f"/search/?q={WORD[:80]}",
        "/search/?q=1007",
        f"/trace/?id={WORD}",
        "/reports/clicks/?filter[offer_id]=1007&filter[publisher]=5007",
        f"/reports/conversions/?filter[publisher]={WORD}",
        f"/exports/?report={WORD}",
        "/exports/new/?start_time=2026-10-01&end_time=2026-10-02",
        "/exports/schedules/new/",
        "/exports/",
        "/exports/shared/",
        "/mailbox/",
        "/connections/",
        f"/nothing/{WORD}/",
        f"{OFFERS}{WORD}/",
        f"/publishers/?{WORD}=1",
    ]:
        page.goto(address)
        look(address)

    page.goto(f"{OFFERS}?filter[id]=1007")
    page.locator("[data-select-page]").check()
    page.get_by_role("button", name="Actions", exact=True).click()
    page.get_by_role("button", name="Archive…").click()
    expect(page.get_by_role("heading", name="1 offer will be archived")).to_be_visible()
    look("bulk plan")

    page.goto(OFFER)
    page.get_by_role("table", name="Events").get_by_role("link", name="Edit ").last.click()
    expect(page.locator("#offer_events-panel form")).to_be_visible()
    look("form in place")

    page.goto("/reports/conversions/?range=last-7-days")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    look("row beside a report")

    site.faults(
        {"kind": "status", "status": 422, "body": {"message": WORD, "errors": {WORD: [WORD]}}, "times": None}
    )
    for address in (OFFER, OFFERS, "/publishers/5007/edit/"):
        page.goto(address)
        look(f"refusal at {address}")
    site.faults()

    form = page.context.new_page()
    form.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    form.goto(f"{OFFER}edit/")
    form.locator("[name=name]").fill("")
    form.locator("[name=fallback_url]").fill(f"javascript:{WORD}")
    form.get_by_role("button", name="Save").click()
    expect(form.locator("[data-error-summary]")).to_be_visible()
    look("form with errors", form)
    form.close()
    assert too_wide == {}
