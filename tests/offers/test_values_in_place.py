"""Payout, status, visibility and name edited beside the facts of an offer's page."""

import pytest

from apps.audit.models import Entry
from tests.offers.conftest import LIST
from tests.resources.pages import Page
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db

OFFER = f"{LIST}1001/"
IN_PLACE = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{OFFER}"}


def field(name):
    return f"{OFFER}field/?name={name}&on=page"


def opened(client, name):
    response = client.get(field(name), headers=IN_PLACE)
    assert response.status_code == 200
    return Page(response)


def save(client, page, name, value, *, status=200, **more):
    sent = {**page.fields(), name: value, **more}
    if value is None:
        del sent[name]
    response = client.post(field(name), sent, headers=IN_PLACE, follow=True)
    assert response.status_code == status, response.content.decode()[:1000]
    assert b"<html" not in response.content
    return Page(response)


def pay(store, amount):
    store.change(1001, default_payout={**store[1001]["default_payout"], "payout": amount})


def test_a_payout_is_saved_and_its_fact_comes_back_with_a_way_to_undo_it(admin_client, store, sent):
    pay(store, 4)
    page = opened(admin_client, "default_payout.payout")
    assert page.fields()["default_payout.payout"] == "4"
    answer = save(admin_client, page, "default_payout.payout", "11,50")
    fact = answer.one("div", id="fact-default_payout-payout")
    assert "11.50" in fact.text
    assert answer.response["HX-Retarget"] == "#fact-default_payout-payout"
    toast = answer.one("div", id="toast")
    assert "4 → 11.50. Undo" in toast.text
    assert str(store[1001]["default_payout"]["payout"]) == "11.5"
    [(operation, body)] = sent
    assert operation == "updateOffer"
    assert body["default_payout"]["revenue"] == store[1001]["default_payout"]["revenue"]
    [entry] = Entry.objects.all()
    assert f"/changes/{entry.pk}/undo/" in {form["action"] for form in toast.inner}


def test_what_else_the_page_says_of_the_value_changes_with_it(admin_client, store):
    store.change(1001, active=True, name="Verdant Bank")
    page = visit(admin_client, OFFER)
    assert "Deactivate" in page.one("div", id="page-heading").text
    answer = save(admin_client, opened(admin_client, "active"), "active", None)
    assert "Status of Verdant Bank: Active → Inactive." in answer.one("div", id="toast").text
    heading = answer.one("div", id="page-heading")
    assert heading["hx-swap-oob"] == "true"
    assert "Inactive" in heading.text
    assert "Activate" in [button.text for button in heading.inner if button.tag == "button"]
    assert "This offer is not active" in answer.one("p", id="link-warnings").text
    assert answer.one("div", id="setup")["hx-swap-oob"] == "true"
    assert "by you" in answer.one("div", id="last-change").text
    assert answer.one("div", id="fact-updated_at")["hx-swap-oob"] == "true"
    answer = save(admin_client, opened(admin_client, "name"), "name", "Verdant Credit")
    assert answer.one("h1").text == "Verdant Credit"
    assert "Verdant Credit" in answer.one("title").text
    assert answer.one("div", id="fact-name").text.startswith("Name")


def test_what_somebody_else_changed_meanwhile_is_asked_about(admin_client, store):
    store.change(1001, visibility="Public")
    page = opened(admin_client, "visibility")
    store.change(1001, visibility="Private")
    asked = save(admin_client, page, "visibility", "Requires_Approval", status=409)
    assert "it was Public, and is Private now" in asked.text
    assert store[1001]["visibility"] == "Private"
    mine = next(one for one in asked.all("button") if one["value"] == "mine")
    saved = save(admin_client, asked, "visibility", "Requires_Approval", **{mine["name"]: "mine"})
    assert "Private → Requires approval" in saved.one("div", id="toast").text
    assert store[1001]["visibility"] == "Requires_Approval"


def test_what_is_no_amount_is_refused_there_and_stays_typed(admin_client, store):
    pay(store, 4)
    page = save(
        admin_client, opened(admin_client, "default_payout.payout"), "default_payout.payout", "x", status=422
    )
    assert "Enter a number" in page.text
    assert page.fields()["default_payout.payout"] == "x"
    assert store[1001]["default_payout"]["payout"] == 4


def test_an_api_that_fails_on_saving_is_told_there_and_what_was_typed_stays(admin_client, store, sandbox):
    pay(store, 4)
    page = opened(admin_client, "default_payout.payout")
    sandbox.faults({"kind": "status", "operation": "updateOffer", "times": None, "status": 500})
    failed = save(admin_client, page, "default_payout.payout", "7", status=504)
    assert failed.fields()["default_payout.payout"] == "7"
    [told] = [one for one in failed.all("p", class_="field-error") if one["role"] == "alert"]
    assert "not known" in told.text


def test_a_page_that_cannot_be_read_again_stays_and_the_toast_says_so(admin_client, store, sandbox):
    page = opened(admin_client, "name")
    response = admin_client.post(field("name"), {**page.fields(), "name": "New name"}, headers=IN_PLACE)
    assert response["Location"] == f"{OFFER}?changed=name"
    sandbox.faults({"kind": "status", "operation": "getOffer", "times": None, "status": 503})
    response = admin_client.get(response["Location"], headers=IN_PLACE)
    assert (response.status_code, response["HX-Reswap"]) == (502, "none")
    toast = Page(response).one("div", id="toast").text
    assert "→ New name" in toast
    assert "Reload it" in toast


def test_without_javascript_the_pencil_leads_to_a_page_and_back_to_the_record(admin_client, store):
    address = visit(admin_client, OFFER).link("Edit payout")
    page = visit(admin_client, address)
    assert page.one("h1").text == "Payout of offer 1001"
    assert page.link("Cancel") == OFFER
    response = admin_client.post(address, {**page.fields(), "default_payout.payout": "7"})
    assert response["Location"] == OFFER
    assert "→ 7" in visit(admin_client, OFFER).text
    assert store[1001]["default_payout"]["payout"] == 7


def test_a_key_that_was_refused_changes_of_the_offer_leaves_no_pencil(admin_client, store, sandbox):
    sandbox.faults({"kind": "status", "operation": "updateOffer", "times": None, "status": 403})
    save(admin_client, opened(admin_client, "name"), "name", "Refused", status=403)
    assert not [link for link in visit(admin_client, OFFER).all("a") if "/field/" in link["href"]]


def test_the_address_of_an_edited_value_is_the_page_for_a_browser(admin_client, store):
    assert visit(admin_client, f"{OFFER}?changed=name").one("h1").text == store[1001]["name"]
    response = admin_client.get(f"{OFFER}?changed=colour", headers=IN_PLACE)
    assert b"<html" in response.content
