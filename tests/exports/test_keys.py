"""A key that stops working, is replaced by another organisation's, or belongs to a person who left."""

import uuid

import pytest

from apps.api.credentials import Secret
from apps.connections.keys.storage import remove_key, save_key
from apps.connections.models import Connection
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, spec_of
from tests.exports.worker.test_steps import CREATE, exports_made


@pytest.fixture
def store_key(admin, service):
    """Replaces the person's key."""
    return lambda key: save_key(admin, service, Connection.Authentication.API_KEY, Secret(key))


def test_a_key_of_another_organisation_does_not_make_a_running_export_a_removed_one(
    export, sandbox, store_key
):
    sandbox.settings(export_running_seconds=0, export_pending_seconds=3600)
    advance(export)
    store_key(sandbox.other_organisation_key)
    assert advance(export).state == "blocked_auth"
    assert "same organisation" in export.message
    for _ in range(5):
        assert advance(export).state == "blocked_auth"
    assert Message.objects.exclude(key__startswith="security:").count() == 1
    sandbox.settings(export_pending_seconds=0)
    store_key(sandbox.manager_key)
    assert advance(export).state == "waiting"
    assert exports_made(sandbox) == 1


def test_a_lost_answer_is_not_taken_for_no_export_by_a_key_of_another_organisation(
    export, sandbox, store_key
):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    assert advance(export).state == "unknown"
    store_key(sandbox.other_organisation_key)
    assert advance(export).state == "blocked_auth"
    assert advance(export).state == "blocked_auth"
    store_key(sandbox.manager_key)
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


def test_a_new_key_of_the_same_organisation_finds_a_lost_answer(export, sandbox, store_key):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance(export)
    store_key(sandbox.manager_key)
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


def test_the_owner_is_told_once_of_a_key_that_stopped_working_however_many_exports_wait(
    admin, admin_connection, sandbox, store_key
):
    exports = [
        request_export(admin, admin_connection, spec_of(delimiter=delimiter), uuid.uuid4())[0]
        for delimiter in ",;|"
    ]
    for export in exports:
        advance(export)
    store_key(sandbox.revoked_key)
    for export in exports:
        assert advance(export).state == "blocked_auth"
    assert Message.objects.exclude(key__startswith="security:").count() == 1
    store_key(sandbox.admin_key)
    for export in exports:
        advance_until(export, "ready")
    assert exports_made(sandbox) == 3


def test_a_key_that_is_removed_between_reading_it_and_asking_stops_the_export(
    export, sandbox, admin_connection, monkeypatch
):
    from apps.exports.worker.lane_session import LaneSession

    newest = LaneSession.newest

    def removed_meanwhile(session):
        found = newest(session)
        remove_key(Connection.objects.get())
        return found

    monkeypatch.setattr(LaneSession, "newest", removed_meanwhile)
    advance_until(export, "blocked_auth")
    assert sandbox.journal(CREATE) == []


@pytest.mark.parametrize("state", ["queued", "waiting", "unknown", "blocked_auth"])
def test_an_export_of_a_person_who_left_stops_before_the_next_call_and_is_not_mailed(
    export, sandbox, admin, store_key, state
):
    if state == "unknown":
        sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    if state == "blocked_auth":
        store_key(sandbox.revoked_key)
    if state != "queued":
        advance(export)
    assert export.state == state
    Message.objects.all().delete()
    calls = len(sandbox.journal())
    admin.is_active = False
    admin.save()
    assert advance(export).state == "canceled"
    assert len(sandbox.journal()) == calls
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"role": "viewer"}], ids=["leaves", "becomes viewer"]
)
def test_somebody_who_leaves_while_the_list_is_read_is_not_asked_for(
    export, sandbox, admin, monkeypatch, change
):
    from apps.exports.worker.lane_session import LaneSession

    newest = LaneSession.newest

    def left_meanwhile(session):
        found = newest(session)
        type(admin).objects.update(**change)
        return found

    monkeypatch.setattr(LaneSession, "newest", left_meanwhile)
    advance_until(export, "canceled")
    assert sandbox.journal(CREATE) == []
    assert ExportRequest.objects.get().attempts.count() == 0


def test_a_refusal_that_repeats_the_key_is_kept_and_mailed_without_it(export, sandbox):
    words = f"The key {sandbox.admin_key} has expired."
    sandbox.faults({"kind": "status", "status": 401, "operation": CREATE, "body": {"message": words}})
    assert advance(export).state == "blocked_auth"
    [mail] = Message.objects.all()
    assert "has expired" in export.message
    assert sandbox.admin_key not in export.message + mail.text + mail.html
