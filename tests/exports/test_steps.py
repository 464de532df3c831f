"""The state machine, step by step against the sandbox, with its faults."""

import uuid
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from apps.api.credentials import Secret
from apps.connections.keys import save_key
from apps.connections.models import Connection
from apps.exports.asking import ask_for, cancel
from apps.exports.models import ExportAttempt, ExportRequest
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, due_in, wanted

CREATE = "downloadConversions"


def made(sandbox) -> int:
    """How many exports the sandbox holds that were not in it from the start."""
    sandbox.faults()
    return len(sandbox.application.state()["exports"]) if hasattr(sandbox.application, "state") else 0


def test_an_export_goes_from_queued_to_done_and_is_mailed_once(export, sandbox, admin):
    assert advance(export).state == "waiting"
    assert advance(export).state == "ready"
    message = Message.objects.get()
    assert message.recipient == admin
    assert message.subject == "Your conversions export is ready (EU network)"
    assert f"/exports/{export.pk}/" in message.text
    assert export.rows is not None
    assert export.artifact_name
    assert len(sandbox.journal(CREATE)) == 1


def test_the_api_is_asked_for_exactly_what_the_person_chose(export, sandbox):
    advance(export)
    [entry] = sandbox.journal(CREATE)
    assert entry["query"] == {
        "start_time": ["2026-11-01 00:00:00"],
        "end_time": ["2026-11-02 23:59:59"],
        "timezone": ["Europe/Berlin"],
        "delimiter": [";"],
        "fields": ["conversion_time,offer,payout"],
        "extra_parameters": [""],
    }
