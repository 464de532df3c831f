"""What a key was refused is not offered again for an hour, and said before somebody works for it in vain."""

import time

import pytest

from apps.connections import refused_operations
from apps.connections.refused_operations import PLACES_FOR_ALL, RefusedOperations, forget, remember
from apps.resources import registry
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk

pytestmark = pytest.mark.django_db
BULK = "bulkUpdateOffersStatus"
OFFERS = "/integrations/int-eu/offers/"
OFFER = f"{OFFERS}1001/"


def refuse(sandbox, *operations):
    sandbox.faults(
        *(
            {
                "kind": "status",
                "status": 403,
                "operation": name,
                "times": None,
                "body": {"message": "Not you."},
            }
            for name in operations
        )
    )


def labels(page: Page) -> list[str]:
    """What can be pressed on the page itself; tools of the rows in it have names of their own."""
    return [
        element.text
        for element in page.elements
        if element.tag in ("a", "button") and not element["aria-label"]
    ]


def test_deactivate_is_an_edit_for_a_key_that_may_not_use_the_bulk_call(manager_client, sandbox):
    manager_client.post(f"{OFFER}act/", {"action": "activate"})
    page = Page(manager_client.post(f"{OFFER}act/", {"action": "deactivate"}, follow=True))
    assert "was deactivated" in page.text
    # The second time the bulk call is not even tried.
    assert (len(sandbox.journal(BULK)), len(sandbox.journal("updateOffer"))) == (1, 2)


def test_a_selection_is_changed_one_by_one_where_the_bulk_call_is_refused(admin_client, sandbox):
    refuse(sandbox, BULK)
    bulk = Bulk(admin_client, registry.named("offers"), {"integrationID": "int-eu"})
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert "may not" not in carried.page.text
    assert set(carried.states.values()) <= {"Done", "No change"}
    assert len(sandbox.journal("updateOffer")) == list(carried.states.values()).count("Done")
    assert len(sandbox.journal("updateOffer")) > 0


def test_what_was_refused_is_not_offered_and_says_so_before_the_form_is_filled(admin_client, sandbox):
    refuse(sandbox, "createOffer", "updateOffer", BULK)
    assert "New offer" in labels(visit(admin_client, OFFERS))
    form = visit(admin_client, f"{OFFERS}new/")
    assert "probably be refused" not in form.text
    visit(
        admin_client, f"{OFFERS}new/", data={**form.fields(), "name": "A", "advertiser_id": "101"}, status=403
    )
    page = visit(admin_client, OFFERS)
    assert "New offer" not in labels(page) and "Try it all the same" in labels(page)
    assert "The API refused your key to create offers within the last hour. It said: “Not you.”" in page.text
    assert "probably be refused" in visit(admin_client, f"{OFFERS}new/").text
    assert "Duplicate" not in labels(visit(admin_client, OFFER))

    for action in ("activate", "deactivate"):
        admin_client.post(f"{OFFER}act/", {"action": action})
    page = visit(admin_client, OFFER)
    assert not {"Edit", "Deactivate", "Activate"} & set(labels(page))
    assert "Edit" in labels(visit(admin_client, f"{OFFERS}1002/"))


def test_a_success_ends_it(admin_client, sandbox):
    refuse(sandbox, "updateOffer")
    form = visit(admin_client, f"{OFFER}edit/").fields()
    admin_client.post(f"{OFFER}edit/", {**form, "name": "Renamed"})
    assert "Edit" not in labels(visit(admin_client, OFFER))
    sandbox.faults()
    admin_client.post(f"{OFFER}edit/", {**form, "name": "Renamed"})
    assert "Edit" in labels(visit(admin_client, OFFER))


def test_an_account_manager_is_told_before_a_user_is_typed(manager_client, admin_client):
    page = visit(manager_client, "/users/new/")
    assert "An admin's key alone may create users" in page.text
    assert "New user" not in labels(visit(manager_client, "/users/"))
    assert "An admin's key alone" not in visit(admin_client, "/users/new/").text
    assert "New user" in labels(visit(admin_client, "/users/"))


def test_a_user_who_is_an_admin_at_the_api_may(manager, manager_client, sandbox):
    store = sandbox.application.store
    place = ("org-main", "users", "")
    user = store.get(place, "usr-main-001")
    with store.lock:
        store.write([(place, "usr-main-001", {**user, "email": manager.email, "role": "admin"})])
    assert "An admin's key alone" not in visit(manager_client, "/users/new/").text


def test_a_refusal_counts_where_it_was_made_and_for_all_after_several(monkeypatch):
    remember("key:1", "updateOffer", "int-eu/1", "No.")
    assert RefusedOperations.of("key:1").said("updateOffer", "int-eu/1") == "No."
    assert RefusedOperations.of("key:1").said("updateOffer", "int-eu/2") is None
    assert RefusedOperations.of("key:2").said("updateOffer", "int-eu/1") is None
    for number in range(PLACES_FOR_ALL):
        remember("key:1", "updateOffer", f"int-eu/{number}", "No.")
    assert RefusedOperations.of("key:1").said("updateOffer", "int-eu/99") == "No."
    later = time.time() + 2 * refused_operations.REMEMBERED_SECONDS
    monkeypatch.setattr("apps.connections.refused_operations.time.time", lambda: later)
    assert RefusedOperations.of("key:1").said("updateOffer", "int-eu/1") is None
    monkeypatch.undo()
    forget("key:1", "updateOffer")
    assert RefusedOperations.of("key:1").said("updateOffer", "int-eu/1") is None
