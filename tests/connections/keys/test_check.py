"""What a person is told about their key."""

import socket

import pytest

from apps.connections.keys.check import check_key
from apps.connections.keys.storage import read_key, save_key
from apps.connections.models import Connection, Service
from tests.support.people import connect, connect_unproved

State = Connection.State

pytestmark = pytest.mark.django_db


@pytest.fixture
def state_of(service, admin):
    def check(key: str) -> tuple[str, str]:
        connection = connect_unproved(admin, service, key)
        verdict = check_key(connection)
        stored = Connection.objects.get(pk=connection.pk)
        assert (stored.state, stored.state_message) == (verdict.state, verdict.message)
        assert stored.checked_at is not None
        return stored.state, stored.state_message

    return check


@pytest.mark.parametrize("key", ["admin_key", "manager_key"])
def test_one_call_says_that_a_right_key_works_and_one_whose_it_is(state_of, sandbox, key):
    assert state_of(getattr(sandbox, key)) == (State.WORKS, "The key works.")
    assert [entry["operation"] for entry in sandbox.journal()] == ["listUsers", "listExports"]
    assert Connection.objects.get().organisation == "org-main"


def test_an_organisation_without_an_export_proves_nothing_and_stays_unknown(state_of, sandbox):
    assert state_of(sandbox.other_organisation_key)[0] == State.WORKS
    assert Connection.objects.get().organisation == ""


def test_a_new_key_has_to_prove_its_organisation_anew(state_of, service, sandbox):
    state_of(sandbox.admin_key)
    saved = connect_unproved(Connection.objects.get().owner, service, sandbox.other_organisation_key)
    assert (saved.organisation, saved.api_user) == ("", "")


@pytest.mark.parametrize("authentication", Connection.Authentication.values)
def test_a_key_works_in_each_way_of_sending_it(service, admin, sandbox, authentication):
    connection = save_key(
        admin, service, authentication, read_key(connect(admin, service, sandbox.admin_key))
    )
    assert check_key(connection).state == State.WORKS


@pytest.mark.parametrize("key", ["sandbox-revoked-key-91e2a7d4b0", "no-such-key-at-all"])
def test_a_key_the_service_does_not_know_is_refused(state_of, key):
    state, message = state_of(key)
    assert state == State.KEY_REFUSED
    assert message.startswith("The service refused the key: ")
    assert key not in message


def test_a_key_that_may_not_list_users_still_works(state_of, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": "listUsers", "times": None})
    assert state_of(sandbox.manager_key) == (State.WORKS, "The key works. It may read offers, but not users.")


def test_a_key_that_may_read_nothing_is_not_called_refused(state_of, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "times": None, "body": {"message": "No permission."}})
    state, message = state_of(sandbox.manager_key)
    assert state == State.NO_PERMISSION
    assert message == "The key is known, but may read nothing here: No permission."
    assert len(sandbox.journal()) == 3


def test_an_address_that_is_not_whitelisted_is_said_so(state_of, sandbox):
    body = {"message": "IP address not whitelisted"}
    sandbox.faults({"kind": "status", "status": 403, "body": body, "times": None})
    state, message = state_of(sandbox.admin_key)
    assert state == State.ADDRESS_REFUSED
    assert "not whitelisted" in message
    assert len(sandbox.journal()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "html", "status": 503},
        {"kind": "bad_json"},
        {"kind": "reset"},
        {"kind": "status", "status": 404},
    ],
)
def test_a_service_that_does_not_answer_rightly_cannot_be_reached(state_of, sandbox, fault):
    sandbox.faults({**fault, "times": None})
    state, message = state_of(sandbox.admin_key)
    assert state == State.UNREACHABLE
    assert "<" not in message


@pytest.mark.parametrize("status", [422, 429])
def test_a_test_that_says_nothing_of_the_key_leaves_what_is_known(service, admin, sandbox, status):
    connection = connect(admin, service, sandbox.admin_key)
    check_key(connection)
    before = Connection.objects.values().get()
    assert before["state"] == State.WORKS
    sandbox.faults({"kind": "status", "status": status, "times": None})
    assert check_key(connection).state == State.UNTESTED
    assert Connection.objects.values().get() == before
    assert connection.state == State.WORKS


def test_a_busy_service_leaves_the_key_untested(state_of, sandbox):
    sandbox.faults({"kind": "status", "status": 429, "headers": {"Retry-After": "60"}, "times": None})
    assert state_of(sandbox.admin_key)[0] == State.UNTESTED


def test_a_port_where_nothing_listens_cannot_be_reached(admin):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    service = Service.objects.create(name="Dead", base_url=f"http://127.0.0.1:{port}")
    verdict = check_key(connect(admin, service, "any-key-at-all"))
    assert verdict.state == State.UNREACHABLE
    assert verdict.message.startswith("The service cannot be reached: ")


def test_a_key_that_cannot_be_decrypted_asks_for_itself_again(service, admin, sandbox):
    connection = connect(admin, service, sandbox.admin_key)
    connection.encrypted_key = b"x" * 40
    assert check_key(connection).message == "The stored key cannot be read any more. Enter it again."
    assert sandbox.journal() == []


def test_the_verdict_on_an_old_key_is_not_written_to_a_newer_one(service, admin, sandbox):
    old = connect(admin, service, sandbox.revoked_key)
    connect(admin, service, sandbox.admin_key)
    check_key(old)
    assert Connection.objects.get().state == State.UNTESTED
