"""Records elsewhere that refer to a record stand on its page, each table failing alone; reports about it are linked."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.details.panels import RelatedPanel
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
ADVERTISER, USER = "/advertisers/101/", "/users/usr-main-002/"
REPORTS = [resource for resource in registry.resources() if resource.report_filter]
PLACE = {"integrationID": "int-eu"}


def section(page, name):
    return page.one("section", id=name)


def rows(found):
    return [cell.text for cell in found.inner if cell["scope"] == "row"]


def test_an_advertiser_shows_its_offers_of_the_integration_looked_at(admin_client, sandbox, calls):
    page = visit(admin_client, ADVERTISER)
    assert "listOffers" in calls()
    found = section(page, "offers")
    offers = [
        record
        for record in sandbox.application.store.records(("org-main", "offers", "int-eu"))
        if str(record.get("advertiser_id")) == "101"
    ]
    assert len(rows(found)) == min(len(offers), 10)
    assert set(rows(found)) <= {record.get("name") for record in offers}
    link = page.link("Open offers as a list")
    assert unquote(link) == "/integrations/int-eu/offers/?filter[advertiser_id]=101"
    assert f" {len(offers)} rows " in visit(admin_client, link).text


def test_the_integration_is_switched_there_and_remembered_from_the_lists(admin_client):
    page = visit(admin_client, ADVERTISER)
    [link] = [a["href"] for a in section(page, "offers").inner if a.text == "US network"]
    elsewhere = visit(admin_client, ADVERTISER + link.partition("#")[0])
    assert "/integrations/int-us/offers/" in elsewhere.link("Open offers as a list")
    current = [a.text for a in section(elsewhere, "offers").inner if a["aria-current"] == "true"]
    assert current == ["US network"]
    visit(admin_client, "/integrations/int-us/offers/")
    assert "/integrations/int-us/offers/" in visit(admin_client, ADVERTISER).link("Open offers as a list")


def test_a_user_shows_whom_they_manage(admin_client, sandbox):
    page = visit(admin_client, USER)
    for kind in ("publishers", "advertisers"):
        managed = [
            record
            for record in sandbox.application.store.records(("org-main", kind, ""))
            if record.get("manager_id") == "usr-main-002"
        ]
        found = section(page, kind)
        assert len(rows(found)) == min(len(managed), 10)
        link = page.link(f"Open {kind} they manage as a list")
        assert unquote(link) == f"/{kind}/?filter[manager_id]=usr-main-002"
        assert "Account manager" not in [cell.text for cell in found.inner if cell.tag == "th"]


@pytest.mark.parametrize(("kind", "other"), [("publishers", "advertisers"), ("advertisers", "publishers")])
def test_each_table_fails_alone_and_in_words(admin_client, sandbox, kind, other):
    operation = builtin_contract().for_tag(registry.named(kind).tag)["list"].id
    sandbox.faults({"kind": "status", "status": 403, "operation": operation, "times": None})
    page = visit(admin_client, USER)
    assert "Your API key may not do this" in section(page, kind).text
    assert rows(section(page, other))
    assert "Ines Kowalska" in page.one("h1").text


@pytest.mark.parametrize(("count", "said"), [(100, False), (130, True)])
def test_more_children_than_the_page_shows_are_said_to_be_more(admin_client, sandbox, count, said):
    store = sandbox.application.store
    place = ("org-main", "events", "int-eu/1001")
    with store.lock:
        for record in store.records(place):
            store.write([(place, str(record["id"]), None)])
        store.write(
            [
                (place, str(n), {"id": n, "name": f"Event {n}", "active": True})
                for n in range(9000, 9000 + count)
            ]
        )
    found = section(visit(admin_client, "/integrations/int-eu/offers/1001/"), "offer_events")
    assert len(rows(found)) == 100
    assert (f"The first 100 of {count}." in found.text) is said
    assert [a["href"] for a in found.inner if a.text == "Open as a list"] == [
        "/integrations/int-eu/offers/1001/events/"
    ] * (1 + said)


def test_none_are_said_to_be_none(admin_client, sandbox):
    store = sandbox.application.store
    with store.lock:
        place = ("org-main", "advertisers", "")
        store.write([(place, "9001", {"id": 9001, "name": "New one", "active": True})])
    page = visit(admin_client, "/advertisers/9001/")
    assert "No offers of this advertiser here." in section(page, "offers").text


def test_an_account_without_integrations_shows_no_offers_and_no_reports(admin_client, service):
    service.integrations.all().delete()
    page = visit(admin_client, ADVERTISER)
    assert not page.all("section", id="offers")
    assert "Clicks" not in [a.text for a in page.all("a") if "101" in a["href"]]


@pytest.mark.parametrize("resource", REPORTS, ids=lambda resource: resource.name)
def test_the_three_reports_are_linked_with_the_record_as_their_filter(admin_client, resource, sandbox):
    record_id = {"offers": "1001", "publishers": "5001", "advertisers": "101"}[resource.name]
    page = visit(admin_client, resource.url("detail", PLACE, record_id))
    links = [a["href"] for a in page.all("a") if f"filter[{resource.report_filter}]" in unquote(a["href"])]
    assert [urlsplit(link).path for link in links] == [
        "/reports/clicks/",
        "/reports/conversions/",
        "/reports/impressions/",
    ]
    for link in links:
        query = parse_qs(urlsplit(link).query)
        assert query == {"integration_id": ["int-eu"], f"filter[{resource.report_filter}]": [record_id]}


@pytest.mark.parametrize(
    "address",
    ["/integrations/int-eu/offers/1001/", "/integrations/int-eu/offers/1001/landing-pages/"],
    ids=["offer", "list"],
)
def test_the_address_of_a_landing_page_is_a_link_wherever_it_stands(admin_client, sandbox, address):
    url = "https://shop.example/?t={transaction_id}"
    place = ("org-main", "landing-pages", "int-eu/1001")
    store = sandbox.application.store
    with store.lock:
        store.write([(place, "7001", {"id": 7001, "name": "Shop", "active": True, "redirect_url": url})])
    page = visit(admin_client, address)
    [link] = [a for a in page.all("a", href=url) if a.text == url]
    assert link["rel"] == "noopener noreferrer"


def test_an_offer_shows_its_advertiser_with_its_state(admin_client, sandbox):
    page = visit(admin_client, "/integrations/int-eu/offers/1002/")
    box = page.one("section", aria_labelledby="advertiser")
    assert [a["href"] for a in box.inner if a.tag == "a"] == ["/advertisers/155/"]
    words = [element.text for element in box.inner if element.tag in ("dt", "dd")]
    assert dict(zip(words[::2], words[1::2], strict=True))["Status"] == "Active"
    sandbox.faults({"kind": "status", "status": 403, "operation": "getAdvertiser", "times": None})
    page = visit(admin_client, "/integrations/int-eu/offers/1002/")
    assert "The advertiser could not be read" in page.text


def test_a_declaration_that_names_no_field_of_the_contract_stops_the_start(monkeypatch):
    from apps.resources.declaration.system_checks import check_resources

    users = registry.named("users")
    monkeypatch.setattr(
        users, "related", [RelatedPanel("Offers", "offers", "colour", "None.")], raising=False
    )
    assert [message.id for message in check_resources()] == ["integr8.E004"]
