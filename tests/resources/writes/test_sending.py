"""What is sent stands in the change log before, and is closed with what came of it, whatever comes of it."""

import pytest
from django.db import DatabaseError

from apps.api.deadline import Deadline
from apps.api.errors import NotPermitted, OutcomeUnknown, Unreachable
from apps.audit import log
from apps.audit.descriptions import Closing, Kind, Origin
from apps.audit.models import Entry, Outcome
from apps.connections.clients import client_for
from apps.resources.writes.sending import describe_write, logged

pytestmark = pytest.mark.django_db
UNKNOWN = "It is not known whether the change was made. Check before trying again."
ORIGIN = Origin.page("advertisers:edit", "/advertisers/101/edit/")
PATH = {"advertiserID": "101"}


@pytest.fixture
def client(admin_connection):
    return client_for(admin_connection)


@pytest.fixture
def facts(admin, admin_connection, client):
    operation = client.endpoint.contract.operation("updateAdvertiser")
    return describe_write(
        admin_connection,
        admin,
        ORIGIN,
        operation,
        resource="advertisers",
        kind=Kind.UPDATE,
        record_id="101",
        body={"name": "Renamed"},
    )


def renamed(write, client):
    write.update(client, "updateAdvertiser", PATH, {"name": "Renamed"})


def ended():
    """Outcome, words and status of the one entry."""
    [entry] = Entry.objects.all()
    closing = entry.known_closing
    return closing.outcome, closing.words, closing.api_status, closing.tries


def test_the_entry_is_there_when_the_api_is_asked(facts, client, sandbox, monkeypatch, admin_connection):
    seen = []
    update = client.update

    def looking(*sent):
        seen.append(Entry.objects.get().outcome)
        return update(*sent)

    monkeypatch.setattr(client, "update", looking)
    with logged(facts) as write:
        renamed(write, client)
    assert seen == [Outcome.SENDING]
    assert ended() == (Outcome.DONE, "", 200, 1)
    entry = Entry.objects.get()
    assert (entry.email, entry.connection_key) == ("admin@example.com", admin_connection.key_name)
    assert entry.known_closing.request_id


@pytest.mark.parametrize(
    ("rule", "error", "ending"),
    [
        (
            {"kind": "status", "status": 403, "body": {"message": "No."}},
            NotPermitted,
            (Outcome.FAILED, "No.", 403, 1),
        ),
        (
            {"kind": "status", "status": 500, "body": {"message": "Oh."}},
            OutcomeUnknown,
            (Outcome.UNKNOWN, UNKNOWN, 500, 1),
        ),
    ],
)
def test_what_the_api_said_closes_the_entry_and_is_raised(facts, client, sandbox, rule, error, ending):
    sandbox.faults({**rule, "operation": "updateAdvertiser", "times": None})
    with pytest.raises(error), logged(facts) as write:
        renamed(write, client)
    assert ended() == ending


def test_what_there_was_no_time_for_was_not_sent(facts, admin_connection):
    with pytest.raises(Unreachable), logged(facts) as write:
        renamed(write, client_for(admin_connection, deadline=Deadline(0)))
    assert ended()[0] == Outcome.NOT_SENT


def test_a_fault_of_ours_leaves_what_was_sent_unknown_and_what_was_not_unsent(facts, client, sandbox):
    with pytest.raises(ZeroDivisionError), logged(facts) as write:
        renamed(write, client)
        raise ZeroDivisionError
    with pytest.raises(ZeroDivisionError), logged(facts):
        raise ZeroDivisionError
    assert [entry.outcome for entry in Entry.objects.order_by("number")] == [
        Outcome.UNKNOWN,
        Outcome.NOT_SENT,
    ]


def test_who_looked_closes_it_with_what_was_found(facts, client, sandbox):
    sandbox.faults({"kind": "reset_after_effect", "operation": "updateAdvertiser", "times": None})
    with logged(facts) as write:
        with pytest.raises(OutcomeUnknown):
            renamed(write, client)
        write.close(Outcome.DONE, "It was read back.")
    assert ended()[:2] == (Outcome.DONE, "It was read back.")


def test_nothing_is_sent_where_the_log_cannot_take_it(facts, client, sandbox, monkeypatch):
    def refuse(_facts):
        raise DatabaseError("no space")

    monkeypatch.setattr(log, "open_entries", refuse)
    with pytest.raises(DatabaseError), logged(facts) as write:
        renamed(write, client)
    assert sandbox.journal("updateAdvertiser") == []


def test_what_was_sent_is_told_also_where_its_entry_was_closed_meanwhile(facts, client, sandbox, caplog):
    with logged(facts) as write:
        renamed(write, client)
        log.close(write.entry, Closing(Outcome.UNKNOWN, "Nobody closed it."))
    assert ended()[0] == Outcome.UNKNOWN
    assert "could not take" in caplog.text


def test_secrets_by_the_contract_are_masked(admin, admin_connection, client, sandbox):
    operation = client.endpoint.contract.operation("createUser")
    body = {"email": "new@example.com", "password": "correct horse"}
    facts = describe_write(
        admin_connection, admin, ORIGIN, operation, resource="users", kind=Kind.CREATE, body=body
    )
    with logged(facts):
        pass
    assert "correct horse" not in str(Entry.objects.get().body)
