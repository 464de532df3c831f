"""The state shown of a key is what the last call made with it was told, whichever page made the call."""

import pytest
from django.utils import timezone

from apps.api.contract.contract import builtin_contract
from apps.api.errors import KeyRejected, RequestRefused, Unreachable
from apps.connections.keys.observed_state import KeyStateObserver, with_observed_state
from apps.connections.models import Connection

pytestmark = pytest.mark.django_db
State = Connection.State
LIST = builtin_contract().operation("listOffers")
OFFERS = "/integrations/int-eu/offers/"


def shown(client):
    return client.get("/connections/").content.decode()


def test_a_key_that_a_page_was_refused_is_not_said_to_work(admin_client, admin_connection, sandbox):
    admin_client.post(f"/connections/{admin_connection.pk}/test/")
    assert "Works" in shown(admin_client)
    sandbox.faults({"kind": "status", "status": 401, "body": {"message": "Revoked."}, "times": None})
    admin_client.get(OFFERS)
    assert "Key refused" in shown(admin_client)
    assert "The service refused the key: Revoked." in shown(admin_client)
    stored = Connection.objects.get(pk=admin_connection.pk)
    assert stored.state == State.KEY_REFUSED
    assert stored.checked_at and abs((timezone.now() - stored.checked_at).total_seconds()) < 60
    assert "Key refused" in admin_client.get(f"/connections/{admin_connection.pk}/").content.decode()

    sandbox.faults()
    admin_client.get(OFFERS)
    assert "Works" in shown(admin_client)


@pytest.mark.parametrize("body", [{"message": "IP not whitelisted"}, {"error": "your ip is not allowed"}])
def test_an_address_refused_on_a_page_is_shown_at_the_key(admin_client, sandbox, body):
    sandbox.faults({"kind": "status", "status": 403, "body": body, "times": None})
    admin_client.get(OFFERS)
    assert "Address not whitelisted" in shown(admin_client)


@pytest.mark.parametrize("status", [403, 404, 422, 500])
def test_a_refusal_of_one_call_says_nothing_about_the_key(admin_client, admin_connection, sandbox, status):
    admin_client.post(f"/connections/{admin_connection.pk}/test/")
    sandbox.faults({"kind": "status", "status": status, "operation": "listOffers", "times": None})
    admin_client.get(OFFERS)
    assert "Works" in shown(admin_client)


def test_an_answer_to_an_older_key_is_not_told_of_the_new_one(admin_connection):
    KeyStateObserver().call_finished(admin_connection.key_name, LIST, {}, KeyRejected("x", "No.", status=401))
    admin_connection.version += 1
    admin_connection.save()
    assert with_observed_state(admin_connection).state != State.KEY_REFUSED


def test_the_last_of_several_answers_counts(admin_connection):
    observer, name = KeyStateObserver(), admin_connection.key_name
    for error, state in [
        (None, State.WORKS),
        (KeyRejected("x", "No."), State.KEY_REFUSED),
        (RequestRefused("x", "No."), State.KEY_REFUSED),
        (None, State.WORKS),
        (Unreachable("x", "No."), State.UNREACHABLE),
    ]:
        observer.call_finished(name, LIST, {}, error)
        assert with_observed_state(admin_connection).state == state
