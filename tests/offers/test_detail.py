"""An offer's page, whatever the API put into the offer; and the list with such offers in it."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.sandbox.data.seed_words import AWKWARD_NAMES, AWKWARD_URLS
from tests.offers.conftest import LIST
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk

pytestmark = pytest.mark.django_db
PAGE = f"{LIST}1001/"
FIELDS = builtin_contract().record_fields("Offers")


def pairs(page):
    """Every label with its value, without those of the advertiser."""
    advertiser = [id(part) for box in page.all("section", aria_labelledby="advertiser") for part in box.inner]
    found = zip(page.all("dt"), page.all("dd"), strict=True)
    return [(term_of(label), value.text) for label, value in found if id(label) not in advertiser]


def term_of(label):
    """A label without the words that explain it."""
    return label.text.partition("?")[0].strip()


def facts(page):
    """Label → text of every value of the offer."""
    return dict(pairs(page))


def panels(page):
    return [h.text for h in page.all("h2") if h["id"] and h["id"] != "setup-check"]


def test_every_documented_field_is_there(admin_client, store):
    page = visit(admin_client, PAGE)
    shown = facts(page)
    offer = store[1001]
    inner = len(FIELDS["default_payout"].fields)
    assert len(pairs(page)) == len(FIELDS) - 1 + inner
    assert page.one("h1").text == offer["name"]
    assert shown["ID"] == "1001"
    assert shown["Currency"] == offer["currency"]
    assert shown["Payout type"] == offer["default_payout"]["payout_type"]
    assert not shown["Advertiser"].startswith("#")
    assert panels(page)[0] == "Overview"
    assert "Other fields" not in panels(page)


def test_missing_and_null_fields_are_dashes(admin_client, store):
    store.put(1001, {"id": 1001, "name": None, **dict.fromkeys(list(FIELDS)[4:])})
    page = visit(admin_client, PAGE)
    assert page.one("h1").text == "Offer 1001"
    assert {text for label, text in facts(page).items() if label != "ID"} == {"—"}


def test_unknown_fields_stand_under_other_fields(admin_client, store):
    store.change(
        1001,
        tags=["a", "<b>vip</b>"],
        default_payout={"payout": 1, "tier_config": {"over": 100}},
        tracking="https://example.com/?c={click_id}",
    )
    page = visit(admin_client, PAGE)
    shown = facts(page)
    assert panels(page)[-1] == "Other fields"
    assert shown["tags"] == "a, <b>vip</b>"
    assert shown["default_payout.tier_config"] == '{"over": 100}'
    assert page.link("https://example.com/?c={click_id}") == "https://example.com/?c={click_id}"


def test_an_unknown_state_keeps_its_word(admin_client, store):
    store.change(1001, visibility="Invite_Only", active="sometimes")
    shown = facts(visit(admin_client, PAGE))
    assert shown["Visibility"] == "? Invite_Only"
    assert shown["Status"] == "? sometimes"


@pytest.mark.parametrize("url", [*AWKWARD_URLS, "JaVaScRiPt:alert(1)", "vbscript:x", "https:evil.example"])
def test_an_address_of_another_kind_is_text_and_no_link(admin_client, store, url):
    store.change(1001, fallback_url=url, unknown_url=url, description=url)
    page = visit(admin_client, PAGE)
    shown = facts(page)
    assert shown["Fallback URL"] == shown["unknown_url"] == " ".join(url.split())
    assert url not in [element["href"] for element in page.all("a")]


@pytest.mark.parametrize("url", ["https://example.com/?a=1&b={click_id}", "http://example.com/"])
def test_a_web_address_is_a_link_that_tells_nothing(admin_client, store, url):
    store.change(1001, fallback_url=url)
    [link] = [element for element in visit(admin_client, PAGE).all("a") if element["href"] == url]
    assert link["rel"] == "noopener noreferrer"


@pytest.mark.parametrize(
    "name", [*AWKWARD_NAMES, "\x00nul", "\ud800lone", "   "], ids=lambda name: repr(name)[:20]
)
def test_any_name_is_shown_as_text_on_every_page(admin_client, store, name):
    store.change(1001, name=name, description=name, restriction_note=name)
    expected = " ".join(name.replace("\x00", "\ufffd").replace("\ud800", "\ufffd").split()) or "Offer 1001"
    assert visit(admin_client, PAGE).one("h1").text == expected
    assert expected in visit(admin_client, LIST).rows
    assert expected in visit(admin_client, PAGE + "archive/").text
    visit(admin_client, PAGE + "edit/")
    plan = Bulk(admin_client, registry.named("offers"), {"integrationID": "int-eu"}).plan("archive", ["1001"])
    assert plan.page.text.count(expected) == 2
    assert expected in plan.page.rows


def test_a_value_of_a_megabyte_stands_in_part_and_says_how_long_it_is(admin_client, store):
    store.change(1001, name='"' * 300_000, description='"' * 1_000_000, **{f"odd_{n}": n for n in range(300)})
    page = visit(admin_client, PAGE)
    assert "(cut: it has 1,000,000 characters)" in page.text
    assert "Other fields: 300, the first 200 are shown" in page.text
    assert len(page.response.content) < 500_000
    assert len(visit(admin_client, LIST).response.content) < 500_000


@pytest.mark.parametrize("value", [True, 7, "text", ["a"], {"a": {"b": 1}}, [[1], {"a": 1}], 10**40, 1e300])
def test_a_value_of_any_type_breaks_no_page(admin_client, store, value):
    store.put(1001, {"id": 1001, **dict.fromkeys(list(FIELDS)[1:], value), "surprise": value})
    page = visit(admin_client, PAGE)
    assert len(page.all("dt")) >= len(FIELDS)
    assert "1001" in [box["value"] for box in visit(admin_client, LIST).all("input", name="id")]
    visit(admin_client, PAGE + "edit/")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "soon", 0, -1, 10**20])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_any_time_can_be_shown_in_any_zone(admin, admin_client, store, moment, zone):
    admin.time_zone = zone
    admin.save()
    store.change(1001, created_at=moment, updated_at=moment)
    visit(admin_client, PAGE)
    visit(admin_client, LIST)


@pytest.mark.parametrize("key", ["999999", "nothing", "%2e%2e", "a%20b", "<script>"])
def test_an_offer_that_does_not_exist_has_a_page_that_leads_back(admin_client, key):
    page = visit(admin_client, f"{LIST}{key}/", status=404)
    assert "This offer is gone" in page.text
    assert page.link("All offers") == LIST


def test_the_page_leads_back_to_the_list_as_it_was_left(admin_client):
    page = visit(admin_client, PAGE, Referer=f"http://testserver{LIST}?sort=name&page[number]=2")
    assert f"{LIST}?sort=name&page[number]=2" in [element["href"] for element in page.all("a")]


@pytest.mark.parametrize(
    "referrer", ["https://evil.example" + LIST + "?x", "http://testserver/elsewhere?x", "//["]
)
def test_the_way_back_is_never_somebody_elses(admin_client, referrer):
    page = visit(admin_client, PAGE, Referer=referrer)
    assert not [
        element["href"] for element in page.all("a") if "evil" in element["href"] or "?x" in element["href"]
    ]


def test_an_offer_whose_status_is_a_text_is_active_wherever_the_page_speaks_of_it(admin_client, store):
    store.change(1001, active="true", deep_link_enabled="false", hide_js_tracking="maybe", currency="GBP")
    page = visit(admin_client, PAGE)
    assert facts(page)["Status"] == "Active"
    assert facts(page)["Deep linking"] == "No"
    assert facts(page)["Hide JavaScript tracking"] == "? maybe"
    assert facts(page)["Currency"] == "? GBP"
    assert "not active" not in page.text
    buttons = [button.text for button in page.all("button")]
    assert "Deactivate" in buttons and "Activate" not in buttons
    [row] = [row for row in visit(admin_client, LIST).all("tr") if "1001" in row.cells]
    assert "Active" in row.cells and "? true" not in row.text


def test_the_advertiser_that_a_list_named_is_read_beside_the_offer(admin_client, sandbox):
    admin_client.get(LIST)
    sandbox.faults({"kind": "status", "operation": "getOffer", "status": 404, "times": None})
    sandbox.application.journal.clear()
    assert admin_client.get(PAGE).status_code == 404
    # Where it was read after the offer it would not have been asked for.
    assert len(sandbox.journal("getAdvertiser")) == 1


def test_an_advertiser_that_changed_since_the_list_is_read_anew(admin_client, sandbox):
    admin_client.get(LIST)
    store = sandbox.application.store
    key = ("org-main", "offers", "int-eu")
    offer = store.get(key, "1001")
    other = next(
        one["id"]
        for one in store.records(("org-main", "advertisers", ""))
        if one["id"] != offer["advertiser_id"]
    )
    with store.lock:
        store.write([(key, "1001", {**offer, "advertiser_id": other})])
    sandbox.application.journal.clear()
    page = visit(admin_client, PAGE)
    assert [link for link in page.all("a") if link["href"] == f"/advertisers/{other}/"]
    assert len(sandbox.journal("getAdvertiser")) == 2
