"""A new offer: made once, whatever happens on the way."""

import threading
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.db import connections

from apps.audit.models import Entry, Outcome
from apps.resources.models import Submission
from tests.offers.conftest import LIST
from tests.resources.rules import visit
from tests.support.people import connect, signed_in

pytestmark = pytest.mark.django_db
NEW = LIST + "new/"
STORED = ("org-main", "offers", "int-eu")


@pytest.fixture
def filled(admin_client):
    """The new-offer form, opened and filled in."""
    return {**visit(admin_client, NEW).fields(), "name": "Winter sale", "advertiser_id": "101"}


def created(sandbox):
    return [entry for entry in sandbox.journal("createOffer") if entry["effect"]]


def test_what_was_typed_is_created_and_its_page_opens(admin_client, filled, store, sent):
    data = {
        **filled,
        "default_payout.payout": "4.50",
        "default_payout.payout_type": "CPA",
        "description": "a\r\nb",
    }
    response = admin_client.post(NEW, data)
    [offer] = store.named("Winter sale")
    assert (response.status_code, response["Location"]) == (302, f"{LIST}{offer['id']}/")
    assert offer["default_payout"] == {"payout": 4.5, "payout_type": "CPA"}
    assert offer["description"] == "a\nb"
    assert offer["advertiser_id"] == 101
    assert offer["active"] is False
    assert [operation for operation, _ in sent] == ["createOffer"]
    assert f"Offer {offer['id']} was created." in visit(admin_client, response["Location"]).text


def test_account_managers_may_create(manager_client, store):
    data = {**visit(manager_client, NEW).fields(), "name": "By a manager", "advertiser_id": "101"}
    assert manager_client.post(NEW, data).status_code == 302
    assert len(store.named("By a manager")) == 1


def test_what_is_required_is_asked_for_and_nothing_typed_is_lost(admin_client, filled, sandbox):
    data = {**filled, "advertiser_id": "", "description": "<kept> & 'well'"}
    page = visit(admin_client, NEW, data=data, status=422)
    assert page.one("div", class_="error-summary").text.startswith("There is a problem")
    assert "Advertiser: This field is required." in page.text
    assert page.one("input", name="advertiser_id")["aria-invalid"] == "true"
    assert page.fields() == {**data, "nonce": filled["nonce"]}
    assert sandbox.journal("createOffer") == []


def test_the_apis_refusal_lands_at_its_field(admin_client, filled, sandbox, provokes_violations):
    page = visit(admin_client, NEW, data={**filled, "advertiser_id": "999"}, status=422)
    assert "Advertiser: there is no advertiser 999" in page.one("div", class_="error-summary").text
    assert page.one("input", name="advertiser_id")["aria-invalid"] == "true"
    assert page.fields()["name"] == "Winter sale"
    again = page.fields() | {"advertiser_id": "102"}
    assert admin_client.post(NEW, again).status_code == 302
    assert len(created(sandbox)) == 1


@pytest.mark.parametrize(
    ("rule", "status", "words"),
    [
        ({"kind": "status", "status": 401}, 403, "Your API key was refused"),
        ({"kind": "status", "status": 403}, 403, "Your API key may not do this"),
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "30"}}, 429, "wait 30 seconds"),
        ({"kind": "status", "status": 422, "body": {"message": "Not today."}}, 422, "Not today."),
        ({"kind": "status", "status": 409, "body": {"message": "Exists."}}, 422, "Exists."),
    ],
)
def test_a_refusal_keeps_the_form_and_the_same_form_can_be_sent_again(
    admin_client, filled, sandbox, store, rule, status, words
):
    sandbox.faults({**rule, "operation": "createOffer"})
    page = visit(admin_client, NEW, data=filled, status=status)
    assert words in page.text
    assert page.fields() == filled
    sandbox.faults()
    cache.clear()  # as if the time that the API asked for had passed
    assert admin_client.post(NEW, page.fields()).status_code == 302
    assert len(store.named("Winter sale")) == 1


def test_the_same_form_sent_twice_creates_one_offer(admin_client, filled, sandbox):
    first, second = admin_client.post(NEW, filled), admin_client.post(NEW, filled)
    assert first.status_code == second.status_code == 302
    assert first["Location"] == second["Location"]
    assert len(sandbox.journal("createOffer")) == 1


def test_two_opened_forms_create_two_offers(admin_client, filled, sandbox):
    admin_client.post(NEW, filled)
    admin_client.post(NEW, {**filled, "nonce": str(uuid4())})
    assert len(created(sandbox)) == 2


@pytest.mark.parametrize("nonce", ["", "nonsense", "0" * 500])
def test_a_form_without_its_number_is_a_form_of_its_own(admin_client, filled, sandbox, nonce):
    assert admin_client.post(NEW, {**filled, "nonce": nonce}).status_code == 302
    assert len(created(sandbox)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_sending_waits_for_the_first_and_goes_where_it_went(admin, admin_client, filled, sandbox):
    sandbox.faults({"kind": "stall", "operation": "createOffer", "seconds": 0.5})
    answers = []

    def send_first():
        try:
            answers.append(signed_in(admin).post(NEW, filled))
        finally:
            connections.close_all()

    first = threading.Thread(target=send_first)
    first.start()
    pause = threading.Event()
    while first.is_alive() and not sandbox.journal("createOffer"):
        pause.wait(0.01)
    assert first.is_alive(), "the first sending must still be waiting for the API"
    second = admin_client.post(NEW, filled)
    first.join()
    assert second.status_code == answers[0].status_code == 302
    assert second["Location"] == answers[0]["Location"]
    assert len(sandbox.journal("createOffer")) == 1


@pytest.mark.parametrize("kind", ["reset_after_effect", "bad_json", "empty", "short_body", "wrong_shape"])
def test_when_the_answer_is_lost_after_the_effect_the_offer_is_found(
    admin_client, filled, sandbox, store, kind
):
    sandbox.faults({"kind": kind, "operation": "createOffer"})
    page = visit(admin_client, NEW, data=filled, status=504)
    [offer] = store.named("Winter sale")
    assert "It is not known whether the offer was created" in page.text
    assert page.link(f"Winter sale ({offer['id']})") == f"{LIST}{offer['id']}/"
    assert [button.text for button in page.all("button") if button["class"] == "button primary"] == [
        "Create anyway"
    ]
    assert {**page.fields(), "nonce": ""} == {**filled, "nonce": ""}
    assert len(sandbox.journal("createOffer")) == 1


def test_a_lost_answer_is_not_followed_by_a_second_offer_when_the_same_form_comes_again(
    admin_client, filled, sandbox
):
    sandbox.faults({"kind": "reset_after_effect", "operation": "createOffer"})
    visit(admin_client, NEW, data=filled, status=504)
    page = visit(admin_client, NEW, data=filled, status=504)
    assert "Winter sale" in page.text
    assert len(sandbox.journal("createOffer")) == 1
    # Only who saw what was found, and says so, creates another.
    assert admin_client.post(NEW, page.fields()).status_code == 302
    assert len(created(sandbox)) == 2


def test_a_silent_api_is_looked_through_after_the_time_is_up(admin_client, filled, sandbox, store, settings):
    settings.PAGE_DEADLINE_SECONDS = 0.6
    sandbox.faults({"kind": "stall", "operation": "createOffer", "seconds": 20})
    page = visit(admin_client, NEW, data=filled, status=504)
    assert page.link(f"Winter sale ({store.named('Winter sale')[0]['id']})")


@pytest.mark.parametrize("rule", [{"kind": "reset"}, {"kind": "close"}, {"kind": "status", "status": 503}])
def test_when_it_is_lost_before_the_effect_the_page_says_that_there_is_none(
    admin_client, filled, sandbox, store, rule
):
    sandbox.faults({**rule, "operation": "createOffer"})
    page = visit(admin_client, NEW, data=filled, status=504)
    assert "The API has none of that name, so most likely it was not created." in page.text
    assert store.named("Winter sale") == []
    assert len(sandbox.journal("createOffer")) == 1
    assert admin_client.post(NEW, page.fields()).status_code == 302
    assert len(store.named("Winter sale")) == 1


def test_when_the_api_cannot_be_looked_through_the_page_says_so(admin_client, filled, sandbox):
    sandbox.faults(
        {"kind": "reset", "operation": "createOffer"},
        {"kind": "status", "status": 403, "operation": "listOffers", "times": None},
    )
    page = visit(admin_client, NEW, data=filled, status=504)
    assert "The API does not answer, so we could not look." in page.text


def test_an_api_that_cannot_be_reached_was_asked_for_nothing(admin, admin_client, filled, service):
    service.base_url = "http://127.0.0.1:9/api/v2"
    service.save()
    connect(admin, service, "any-key-will-do-here")
    page = visit(admin_client, NEW, data=filled, status=504)
    assert "The API cannot be reached" in page.text
    assert page.fields() == filled
    assert Submission.objects.count() == 0


def test_the_log_hears_that_a_creation_whose_answer_was_lost_was_found(admin_client, sandbox):
    form = visit(admin_client, LIST + "new/").fields()
    sandbox.faults({"kind": "reset_after_effect", "operation": "createOffer"})
    admin_client.post(LIST + "new/", {**form, "name": "Found again", "advertiser_id": "101"})
    [entry] = Entry.objects.all()
    assert entry.outcome == Outcome.DONE
    made = next(
        offer for offer in sandbox.application.store.records(STORED) if offer["name"] == "Found again"
    )
    assert entry.known_record_id == str(made["id"])


def test_an_older_record_of_that_name_is_not_taken_for_the_new_one(admin_client, sandbox):
    form = visit(admin_client, LIST + "new/").fields()
    data = {**form, "name": "Twice there", "advertiser_id": "101"}
    store = sandbox.application.store
    with store.lock:
        older = {
            "id": 77_001,
            "name": "Twice there",
            "advertiser_id": 101,
            "created_at": "2020-01-01T00:00:00Z",
        }
        store.write([(STORED, "77001", older)])
    sandbox.faults({"kind": "reset", "operation": "createOffer"})
    admin_client.post(LIST + "new/", data)
    [entry] = Entry.objects.all()
    assert entry.outcome == Outcome.UNKNOWN
    assert entry.known_record_id == ""
