"""Canceling works in every state there is something to cancel in; when it is too late it says so."""

import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from apps.api.client import Client
from apps.api.credentials import Secret
from apps.api.export_records import GET_EXPORT
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection
from apps.exports.cancellation import cancel
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.states import CANCELABLE, State
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, spec_of
from tests.exports.worker.test_steps import CREATE, exports_made


def refused_key(admin, service, sandbox):
    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.revoked_key))


def bring_to(state, export, sandbox, admin, service) -> ExportRequest:
    """The export in that state, by what leads there."""
    lost = {"kind": "reset_after_effect", "operation": CREATE}
    limited = {"kind": "status", "status": 429, "operation": CREATE, "headers": {"Retry-After": "42"}}
    if state == State.QUEUED:
        return export
    if state == State.CREATING:
        # As a killed worker leaves it: the attempt is written down, the answer was lost with the process.
        sandbox.faults(lost)
        advance(export)
        ExportRequest.objects.update(state=State.CREATING)
        export.attempts.update(unknown_since=None)
        return export
    if state == State.UNKNOWN:
        sandbox.faults(lost)
    elif state == State.WAITING_RATE:
        sandbox.faults(limited)
    elif state == State.DEFERRED:
        sandbox.settings(exports_per_day=0)
    elif state == State.BLOCKED_AUTH:
        refused_key(admin, service, sandbox)
    elif state == State.NEEDS_ATTENTION:
        sandbox.faults({"kind": "status", "status": 500, "operation": CREATE, "times": None})
        return advance_until(export, state, most=30)
    elif state == State.WAITING:
        sandbox.settings(export_running_seconds=3600)
    advance(export)
    assert export.state == state
    return export


@pytest.mark.parametrize("state", sorted(CANCELABLE))
def test_an_export_is_canceled_in_every_state_and_never_mailed(
    export, sandbox, admin, service, settings, state
):
    bring_to(state, export, sandbox, admin, service)
    Message.objects.all().delete()
    made = exports_made(sandbox)
    assert cancel(export)
    advance_until(export, "canceled")
    assert not cancel(export)
    assert exports_made(sandbox) == made
    # What the API made is known, so that it can be deleted there.
    assert bool(export.remote_id) == bool(made)
    assert not Message.objects.exists()
    assert export.due_at is None


@pytest.mark.parametrize("state", ["ready", "done", "failed", "canceled", "expired"])
def test_it_is_too_late_once_the_export_has_come_to_its_end(export, admin_client, state):
    ExportRequest.objects.update(state=state)
    export.refresh_from_db()
    assert not cancel(export)
    page = admin_client.post(f"/exports/{export.pk}/cancel/", follow=True)
    assert "nothing to cancel" in page.content.decode()
    export.refresh_from_db()
    assert export.state == state


def test_a_lost_answer_that_nobody_can_look_up_any_more_is_said_when_the_export_is_canceled(
    export, sandbox, admin, service
):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance(export)
    refused_key(admin, service, sandbox)
    assert advance(export).state == "blocked_auth"
    cancel(export)
    assert advance(export).state == "canceled"
    assert "may hold an export like this one" in export.note


def test_canceling_while_the_finished_export_is_read_sends_no_mail(export, sandbox, monkeypatch):
    advance(export)
    get = Client.get

    def canceled_meanwhile(client, operation_id, *arguments, **options):
        record = get(client, operation_id, *arguments, **options)
        assert operation_id == GET_EXPORT
        assert cancel(ExportRequest.objects.get(pk=export.pk))
        return record

    monkeypatch.setattr(Client, "get", canceled_meanwhile)
    assert advance(export).state == "canceled"
    assert not Message.objects.exists()
    assert export.due_at is None


@pytest.mark.parametrize(
    "end_step",
    [
        lambda stale: stale.gave_up("It failed again and again."),
        lambda stale: stale.advance(State.DEFERRED, after=timedelta(hours=20)),
    ],
)
def test_canceling_while_a_step_comes_to_a_long_wait_is_carried_out_at_once(export, end_step):
    assert export.claim()
    cancel(ExportRequest.objects.get(pk=export.pk))
    end_step(export)
    take_turn("exports.ExportRequest", str(export.pk))
    export.refresh_from_db()
    assert export.state == "canceled"
    assert not Message.objects.exists()


def test_a_canceled_export_keeps_its_turn_while_others_are_looked_after(
    export, sandbox, admin, admin_connection
):
    sandbox.settings(export_running_seconds=3600)
    other = request_export(admin, admin_connection, spec_of(delimiter=","), uuid.uuid4())[0]
    advance(export)
    advance(other)
    cancel(export)
    take_turn("exports.ExportRequest", str(advance(other).pk))
    take_turn("exports.ExportRequest", str(export.pk))
    export.refresh_from_db()
    assert export.state == "canceled"


def test_another_export_of_the_person_goes_on(export, sandbox, admin, admin_connection):
    sandbox.settings(export_running_seconds=3600)
    other = request_export(admin, admin_connection, spec_of(delimiter=","), uuid.uuid4())[0]
    advance(export)
    advance(other)
    cancel(export)
    advance(export)
    sandbox.settings(export_running_seconds=0)
    ExportRequest.objects.filter(pk=other.pk).update(made_at=Now() - timedelta(hours=1))
    assert export.state == "canceled"
    assert advance(other).state == "waiting"
