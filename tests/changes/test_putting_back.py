"""*Undo* and *Put back*: our values alone are set back, once, by whom and where it may be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.audit.models import Entry
from tests.changes.conftest import CHANGES, OFFER
from tests.offers.conftest import LIST
from tests.resources.rules import visit
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def undo_of(entry) -> str:
    return reverse("changes:undo", args=[entry.pk])


def newest() -> Entry:
    return Entry.objects.order_by("-number")[0]


def offered(page) -> str:
    """Where the button *Undo* of the page's message sends."""
    [form] = [
        form for form in page.all("form", method="post") if "/undo/" in form["action"] and "Undo" in form.text
    ]
    return form["action"]


def test_a_save_is_undone_from_its_message_and_the_undo_too(admin_client, edit, store):
    before = store[1001]["default_payout"]["payout"]
    edit(default_payout__payout="7.25")
    action = offered(visit(admin_client, OFFER))
    response = admin_client.post(action, {"next": OFFER})
    assert (response.status_code, response["Location"]) == (302, OFFER)
    assert store[1001]["default_payout"]["payout"] == before
    page = visit(admin_client, OFFER)
    assert "Payout is as before." in page.text
    assert newest().kind == "put_back"
    admin_client.post(offered(page), {"next": "/somewhere/"})
    assert float(store[1001]["default_payout"]["payout"]) == 7.25
    assert Entry.objects.count() == 3


def test_an_action_on_one_record_is_undone_from_its_message(admin_client, store):
    store.change(1001, active=True)
    admin_client.post(f"{OFFER}act/", {"action": "deactivate"})
    admin_client.post(offered(visit(admin_client, OFFER)))
    assert store[1001]["active"] is True


def test_what_somebody_changed_since_is_told_and_left(admin_client, edit, store, sent):
    edit(name="Ours", restriction_note="Our note")
    store.change(1001, name="Theirs")
    sent.clear()
    admin_client.post(undo_of(newest()))
    assert sent == []
    assert store[1001]["name"] == "Theirs"
    assert store[1001]["restriction_note"] == "Our note"
    text = visit(admin_client, OFFER).text
    assert "Nothing was put back. Theirs was changed since: Name is Theirs, not Ours any more." in text


def test_one_field_of_several_is_put_back_by_itself(admin_client, edit, store):
    old = store[1001]
    edit(name="Ours", restriction_note="Our note")
    store.change(1001, name="Theirs")
    admin_client.post(undo_of(newest()), {"field": "restriction_note"})
    assert store[1001]["name"] == "Theirs"
    assert (store[1001].get("restriction_note") or "") == (old.get("restriction_note") or "")
    admin_client.post(undo_of(Entry.objects.order_by("number")[0]), {"field": ["name", "odd"]})
    assert store[1001]["name"] == "Theirs"


def test_values_that_stand_there_already_are_not_sent(admin_client, edit, store, sent):
    old = store[1001]["name"]
    edit(name="Ours")
    store.change(1001, name=old)
    sent.clear()
    admin_client.post(undo_of(newest()))
    assert sent == []
    assert "has the values before already" in visit(admin_client, OFFER).text


def test_a_record_that_is_gone_is_said(admin_client, edit, store):
    edit(name="Ours")
    store.put(1001, None)
    admin_client.post(undo_of(newest()))
    assert "Nothing was put back: Offer 1001 no longer exists." in visit(admin_client, CHANGES).text


def test_what_the_api_refuses_is_said(admin_client, edit, store, sandbox):
    edit(name="Ours")
    sandbox.faults({"kind": "status", "operation": "updateOffer", "status": 422, "times": None})
    admin_client.post(undo_of(newest()))
    sandbox.faults()
    assert "was not put back" in visit(admin_client, OFFER).text
    assert store[1001]["name"] == "Ours"


@pytest.mark.parametrize("kind", ["create", "archive", "masked", "old", "failed"])
def test_what_has_no_way_back_offers_none(admin_client, edit, store, sandbox, kind):
    if kind == "create":
        fields = visit(admin_client, f"{LIST}new/").fields()
        admin_client.post(f"{LIST}new/", {**fields, "name": "New", "advertiser_id": "101"})
    elif kind == "archive":
        admin_client.post(f"{OFFER}archive/")
    elif kind == "masked":
        edit(offer="/users/usr-main-003/", password="Correct-horse-battery-7")
    elif kind == "failed":
        sandbox.faults({"kind": "status", "operation": "updateOffer", "status": 422, "times": None})
        fields = visit(admin_client, f"{OFFER}edit/").fields()
        admin_client.post(f"{OFFER}edit/", {**fields, "name": "Refused"})
    else:
        edit(name="Ours")
    if kind == "old":
        with connection.cursor() as cursor:
            cursor.execute("UPDATE audit_entry SET at = %s", [timezone.now() - timedelta(days=31)])
    sandbox.faults()
    entry = newest()
    visit(admin_client, CHANGES)
    before = sandbox.journal()
    page = visit(admin_client, reverse("changes:entry", args=[entry.pk]))
    assert [form for form in page.all("form") if form["action"] == undo_of(entry)] == []
    admin_client.post(undo_of(entry))
    assert sandbox.journal() == before
    assert "Nothing was put back." in visit(admin_client, CHANGES).text


def test_opened_by_its_address_it_only_leads_to_the_entry(admin_client, edit, store):
    edit(name="Ours")
    response = admin_client.get(undo_of(newest()))
    assert response["Location"] == reverse("changes:entry", args=[newest().pk])
    assert store[1001]["name"] == "Ours"


def test_what_concerns_the_own_key_is_confirmed_first(admin_client, sandbox):
    """The key used here belongs to usr-main-001, who was activated by somebody: to undo that would end the key."""
    store, place = sandbox.application.store, ("org-main", "users", "")
    record = store.get(place, "usr-main-001")
    with store.lock:
        store.write([(place, "usr-main-001", {**record, "status": "Deactivated"})])
    admin_client.post("/users/usr-main-001/act/", {"action": "activate", "confirmed": "yes"})
    entry = newest()
    page = visit(admin_client, undo_of(entry), data={}, status=409)
    assert Entry.objects.count() == 1
    fields = {field["name"]: field["value"] for field in page.all("input", name="confirmed")}
    admin_client.post(undo_of(entry), fields)
    assert Entry.objects.count() == 2


def test_another_organisations_record_of_the_same_id_is_not_touched(
    admin, admin_client, edit, service, sandbox
):
    edit(name="Ours")
    connect(admin, service, sandbox.other_organisation_key)
    seen = len(sandbox.journal())
    admin_client.post(undo_of(newest()))
    assert len(sandbox.journal()) == seen
    assert "no key of yours is known to be of" in visit(admin_client, CHANGES).text


def test_a_colleague_undoes_and_a_viewer_is_offered_nothing(edit, manager_client, service, sandbox, store):
    edit(name="Ours")
    viewer = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(viewer, service, f"{sandbox.manager_key}.2")
    client = signed_in(viewer)
    address = reverse("changes:entry", args=[newest().pk])
    assert "Put back" not in visit(client, address).text
    assert client.post(undo_of(newest())).status_code == 403
    assert "Put back" in visit(manager_client, address).text
    manager_client.post(undo_of(newest()))
    assert store[1001]["name"] != "Ours"
    assert newest().email == "manager@example.com"
