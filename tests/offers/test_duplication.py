"""Duplicating an offer: the form, what is copied below it, and what happens when a part fails."""

from urllib.parse import parse_qs, urlsplit

import pytest

from apps.offers.duplication import Copying, missing_by_name
from apps.resources import registry
from tests.offers.conftest import LIST
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PAGE = f"{LIST}1001/duplicate/"
EVENTS = [
    {
        "id": 71,
        "name": "Sale",
        "active": True,
        "payout": 2.5,
        "payout_type": "CPA",
        "offer_id": 1001,
        "odd": 1,
    },
    {"id": 72, "name": "Sale", "active": False, "payout": None},
    {"id": 73, "name": "Deposit", "active": True},
]
LANDING_PAGES = [
    {"id": 81, "name": "Spring", "redirect_url": "https://example.com/?c={transaction_id}", "active": True},
    {"id": 82, "name": "Summer", "redirect_url": "https://example.com/s", "active": False},
]


class Below:
    """What lies below offers, as the API holds it."""

    def __init__(self, sandbox) -> None:
        self._store = sandbox.application.store

    def put(self, kind, offer, records) -> None:
        place = ("org-main", kind, f"int-eu/{offer}")
        old = {str(record["id"]): None for record in self._store.records(place)}
        new = {str(record["id"]): record for record in records}
        with self._store.lock:
            self._store.write([(place, key, record) for key, record in {**old, **new}.items()])

    def names(self, kind, offer) -> list[str]:
        place = ("org-main", kind, f"int-eu/{offer}")
        return sorted(record["name"] for record in self._store.records(place))

    def records(self, kind, offer):
        return self._store.records(("org-main", kind, f"int-eu/{offer}"))


@pytest.fixture
def below(sandbox, store):
    store.change(1001, name="Winter", active=True, advertiser_id=101)
    below = Below(sandbox)
    below.put("events", 1001, EVENTS)
    below.put("landing-pages", 1001, LANDING_PAGES)
    return below


def filled(client):
    """The opened form as a browser sends it: every tick box that is ticked."""
    page = visit(client, PAGE)
    ticked = [box for box in page.all("input", type="checkbox") if "checked" in box.attributes]
    children = {
        name: [box["value"] for box in ticked if box["name"] == name]
        for name in ("offer_events", "landing_pages")
    }
    return {**page.fields(), **children}


def copy_of(store):
    [offer] = store.named("Winter (copy)")
    return offer


def test_the_offers_page_leads_to_a_filled_form_and_nothing_is_written(admin_client, below, store, sent):
    store.change(1001, visibility="Invite_Only", description="a\nb")
    page = visit(admin_client, visit(admin_client, f"{LIST}1001/").link("Duplicate"))
    fields = page.fields()
    assert (fields["name"], fields["advertiser_id"]) == ("Winter (copy)", "101")
    assert "active" not in fields
    assert (fields["visibility"], fields["description"]) == ("Invite_Only", "a\r\nb")
    assert [legend.text for legend in page.all("legend")][-2:] == ["Events (3)", "Landing pages (2)"]
    data = filled(admin_client)
    assert data["offer_events"] == ["71", "72", "73"]
    assert data["landing_pages"] == ["81", "82"]
    assert sent == []


def test_saving_creates_the_offer_and_then_each_child(admin_client, below, store, sent):
    store.change(1001, default_payout={"payout": 4, "payout_type": "CPA", "tiers": {"over": 100}})
    response = admin_client.post(PAGE, filled(admin_client))
    copy = copy_of(store)
    assert response["Location"] == f"{LIST}{copy['id']}/"
    assert copy["active"] is False
    assert copy["default_payout"] == {"payout": 4, "payout_type": "CPA", "tiers": {"over": 100}}
    assert [operation for operation, _ in sent] == [
        "createOffer",
        *["createOfferEvent"] * 3,
        *["createOfferLandingPage"] * 2,
    ]
    # Only the contract's fields that hold something: no id, no offer, nothing unknown.
    assert sent[1][1] == {"name": "Sale", "active": True, "payout": 2.5, "payout_type": "CPA"}
    assert sent[2][1] == {"name": "Sale", "active": False}
    assert below.names("events", copy["id"]) == ["Deposit", "Sale", "Sale"]
    assert below.names("landing-pages", copy["id"]) == ["Spring", "Summer"]
    page = visit(admin_client, response["Location"])
    assert f"Offer {copy['id']} was created from offer 1001, with 3 events and 2 landing pages." in page.text


def test_only_what_is_ticked_and_typed_is_used(admin_client, below, store):
    data = {**filled(admin_client), "name": "Other", "offer_events": ["73"], "landing_pages": []}
    data["default_payout.payout"] = ""
    response = admin_client.post(PAGE, data)
    [copy] = store.named("Other")
    assert "payout" not in copy["default_payout"]
    assert below.names("events", copy["id"]) == ["Deposit"]
    assert below.names("landing-pages", copy["id"]) == []
    page = visit(admin_client, response["Location"])
    assert page.link("Add landing page")
    assert "with 1 event." in page.text


def test_without_children_it_is_a_plain_new_offer(admin_client, below, store, sent):
    data = {**filled(admin_client), "offer_events": [], "landing_pages": []}
    response = admin_client.post(PAGE, data)
    assert response["Location"] == f"{LIST}{copy_of(store)['id']}/"
    assert [operation for operation, _ in sent] == ["createOffer"]


def test_a_mistake_keeps_the_ticks_and_writes_nothing(admin_client, below, sent):
    data = {**filled(admin_client), "name": "", "offer_events": ["73"]}
    page = visit(admin_client, PAGE, data=data, status=422)
    ticked = [box["value"] for box in page.all("input", name="offer_events") if "checked" in box.attributes]
    assert ticked == ["73"]
    assert sent == []


def test_the_same_form_sent_twice_creates_one_of_each(admin_client, below, store, sandbox):
    data = filled(admin_client)
    first, second = admin_client.post(PAGE, data), admin_client.post(PAGE, data)
    assert first["Location"] == second["Location"] == f"{LIST}{copy_of(store)['id']}/"
    assert len(sandbox.journal("createOfferEvent")) == 3


def test_what_failed_is_named_with_its_reason_and_only_the_rest_is_tried_again(
    admin_client, below, store, sandbox
):
    refusal = {"kind": "status", "status": 422, "body": {"message": "Not today."}}
    sandbox.faults({**refusal, "operation": "createOfferLandingPage", "times": 1})
    data = filled(admin_client)
    page = visit(admin_client, PAGE, data=data)
    copy = copy_of(store)
    assert page.one("h1").text == "Not everything was copied"
    assert page.rows == ["Spring"]
    assert "Not today." in page.text
    assert below.names("landing-pages", copy["id"]) == ["Summer"]
    action = page.one("form", class_="cluster")["action"]
    # Sending the first form again leads to the same place and creates nothing.
    assert admin_client.post(PAGE, data)["Location"] == action
    again = visit(admin_client, action)
    assert again.rows == ["Spring"]
    response = admin_client.post(action)
    assert response["Location"] == f"{LIST}{copy['id']}/"
    assert below.names("landing-pages", copy["id"]) == ["Spring", "Summer"]
    assert below.names("events", copy["id"]) == ["Deposit", "Sale", "Sale"]
    assert "The offer has everything that was chosen." in visit(admin_client, action).text
    admin_client.post(action)
    assert len(below.records("events", copy["id"])) == 3


@pytest.mark.parametrize("kind", ["reset_after_effect", "bad_json", "empty"])
def test_a_child_whose_answer_was_lost_is_found_and_not_created_again(
    admin_client, below, store, sandbox, kind
):
    sandbox.faults({"kind": kind, "operation": "createOfferEvent", "times": 1})
    response = admin_client.post(PAGE, filled(admin_client))
    copy = copy_of(store)
    assert response["Location"] == f"{LIST}{copy['id']}/"
    assert below.names("events", copy["id"]) == ["Deposit", "Sale", "Sale"]


def test_when_the_time_is_up_the_rest_is_listed_and_copied_on_demand(
    admin_client, below, store, sandbox, settings
):
    data = filled(admin_client)
    settings.PAGE_DEADLINE_SECONDS = 0.6
    sandbox.faults({"kind": "stall", "operation": "createOfferEvent", "seconds": 20, "times": 1, "skip": 1})
    page = visit(admin_client, PAGE, data=data)
    copy = copy_of(store)
    assert set(page.rows) <= {"Sale", "Deposit", "Spring", "Summer"}
    assert {"Deposit", "Spring", "Summer"} <= set(page.rows)
    sandbox.faults()
    admin_client.post(page.one("form", class_="cluster")["action"])
    assert below.names("events", copy["id"]) == ["Deposit", "Sale", "Sale"]
    assert below.names("landing-pages", copy["id"]) == ["Spring", "Summer"]


def test_a_key_that_may_not_create_children_is_told_once_and_the_offer_stays(
    admin_client, below, store, sandbox
):
    sandbox.faults({"kind": "status", "status": 403, "operation": "createOfferEvent", "times": None})
    page = visit(admin_client, PAGE, data=filled(admin_client))
    copy = copy_of(store)
    assert page.rows == ["Sale", "Sale", "Deposit"]
    assert page.text.count("Not tried:") == 2
    assert len(sandbox.journal("createOfferEvent")) == 1
    assert below.names("landing-pages", copy["id"]) == ["Spring", "Summer"]


def test_children_that_cannot_be_read_when_saving_stop_it_before_anything_is_written(
    admin_client, below, sandbox, sent
):
    data = filled(admin_client)
    sandbox.faults({"kind": "status", "status": 403, "operation": "listOfferEvents", "times": None})
    page = visit(admin_client, PAGE, data=data, status=403)
    assert "Your API key may not do this" in page.text
    boxes = page.all("input", name="offer_events")
    assert [box["value"] for box in boxes if "checked" in box.attributes] == ["71", "72", "73"]
    assert page.fields()["nonce"] == data["nonce"]
    assert sent == []


def test_an_offer_whose_creation_got_no_answer_leads_to_the_rest(admin_client, below, store, sandbox):
    sandbox.faults({"kind": "reset_after_effect", "operation": "createOffer"})
    page = visit(admin_client, PAGE, data=filled(admin_client), status=504)
    copy = copy_of(store)
    address = page.link(f"Winter (copy) ({copy['id']})")
    assert parse_qs(urlsplit(address).query) == {
        "from": ["1001"],
        "offer_events": ["71", "72", "73"],
        "landing_pages": ["81", "82"],
    }
    rest = visit(admin_client, address)
    assert len(rest.rows) == 5
    admin_client.post(address)
    assert below.names("events", copy["id"]) == ["Deposit", "Sale", "Sale"]


def test_a_child_that_left_the_first_offer_meanwhile_is_named(admin_client, below, store):
    data = filled(admin_client)
    below.put("events", 1001, EVENTS[:2])
    page = visit(admin_client, PAGE, data=data)
    assert "Event 73 no longer exists in offer 1001" in page.text
    assert below.names("events", copy_of(store)["id"]) == ["Sale", "Sale"]


def test_two_windows_do_not_copy_to_the_same_offer_at_once(admin_client, below, store, sandbox, monkeypatch):
    refusal = {"kind": "status", "status": 422, "body": {"message": "Not today."}}
    sandbox.faults({**refusal, "operation": "createOfferEvent", "times": None})
    page = visit(admin_client, PAGE, data=filled(admin_client))
    action = page.one("form", class_="cluster")["action"]
    sandbox.faults()
    held = Copying.lock
    seen: list[Copying] = []

    def lock(self):
        # What the other window holds, this one cannot have.
        if not seen:
            seen.append(self)
            with held(self):
                assert "Copying is under way" in visit(admin_client, action, data={}).text
                assert "Copying is under way" in visit(admin_client, action).text
        return held(self)

    monkeypatch.setattr(Copying, "lock", lock)
    admin_client.post(action)
    assert below.names("events", copy_of(store)["id"]) == ["Deposit", "Sale", "Sale"]


def test_a_name_counts_as_often_as_it_stands():
    events = registry.named("offer_events")
    wanted = [{"name": "A"}, {"name": "A"}, {"name": "B"}]
    assert missing_by_name(wanted, [], events) == wanted
    assert missing_by_name(wanted, [{"name": " A "}], events) == [{"name": "A"}, {"name": "B"}]
    assert missing_by_name(wanted, [{"name": "A"}, {"name": "B"}, {"name": "A"}], events) == []


@pytest.mark.parametrize("query", ["", "?from=1001", "?offer_events=71"])
def test_a_page_without_a_choice_is_not_found(admin_client, query):
    assert admin_client.get(f"{LIST}1001/copy/{query}").status_code == 404


def test_an_offer_that_is_gone_cannot_be_duplicated(admin_client):
    visit(admin_client, f"{LIST}999999/duplicate/", status=404)


@pytest.mark.parametrize("value", [None, True, 7, "text", ["a"], {"a": {"b": 1}}, 10**40])
def test_an_odd_offer_opens(admin_client, below, store, value):
    fields = [name for name in store[1001] if name != "id"]
    store.put(1001, {"id": 1001, **dict.fromkeys(fields, value)})
    visit(admin_client, PAGE)


def test_after_any_new_offer_the_next_step_is_its_landing_page(admin_client, store):
    data = {**visit(admin_client, f"{LIST}new/").fields(), "name": "Fresh", "advertiser_id": "101"}
    page = visit(admin_client, admin_client.post(f"{LIST}new/", data)["Location"])
    [offer] = store.named("Fresh")
    target = f"{LIST}{offer['id']}/landing-pages/new/"
    message = page.one("div", id="messages")
    [link] = [a for a in message.inner if a["href"] == target]
    assert link.text == "Add landing page"
    assert f"Offer {offer['id']} was created." in page.text
    assert visit(admin_client, link["href"])


def test_amounts_written_as_text_are_copied_in_the_contracts_type(admin_client, below, store):
    below.put("events", 1001, [{**EVENTS[0], "payout": "5.00", "active": "true"}])
    admin_client.post(PAGE, filled(admin_client))
    [event] = below.records("events", copy_of(store)["id"])
    assert (event["payout"], event["active"]) == (5.0, True)


def test_switches_written_as_numbers_are_copied_as_switches(admin_client, below, store):
    below.put("events", 1001, [{**EVENTS[0], "active": "1", "allow_multiple_events": 0}])
    admin_client.post(PAGE, filled(admin_client))
    [event] = below.records("events", copy_of(store)["id"])
    assert (event["active"], event["allow_multiple_events"]) == (True, False)


@pytest.mark.usefixtures("provokes_violations")
def test_a_child_whose_value_the_api_refuses_leads_to_the_forms_that_mend_it(admin_client, below, store):
    below.put("events", 1001, [{**EVENTS[0], "payout": "5,00"}])
    page = visit(admin_client, PAGE, data=filled(admin_client))
    copy = copy_of(store)
    assert page.link("Change it in offer 1001: Sale") == f"{LIST}1001/events/71/edit/"
    assert page.link("Add event") == f"{LIST}{copy['id']}/events/new/"
    below.put("events", 1001, [{**EVENTS[0], "payout": 5}])
    admin_client.post(page.one("form", class_="cluster")["action"])
    assert below.names("events", copy["id"]) == ["Sale"]
