"""An export ready to be stepped through, and the steps done in this process."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.spec import ExportSpec
from apps.jobs.runner import take_turn


@pytest.fixture(autouse=True)
def _short_settling(settings):
    settings.EXPORT_SETTLE_SECONDS = 0


def spec_of(**changes) -> ExportSpec:
    """Two days of conversions; `changes` are in the form in which a spec is stored."""
    values: dict[str, Any] = {
        "report": "conversions",
        "integration_id": "int-eu",
        "start_time": "2026-11-01 00:00:00",
        "end_time": "2026-11-02 23:59:59",
        "time_zone": "Europe/Berlin",
        "columns": ("conversion_time", "offer", "payout"),
        "extra_parameters": "",
        "delimiter": ";",
    }
    return ExportSpec.from_json(values | changes)


@pytest.fixture
def export(admin, admin_connection):
    """A conversions export that was just asked for."""
    return request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]


def advance(export: ExportRequest) -> ExportRequest:
    """Do the next step now, whenever it is due; the row after it."""
    ExportRequest.objects.filter(pk=export.pk).update(due_at=Now(), lease_until=None)
    take_turn("exports.ExportRequest", str(export.pk), most_steps=1)
    export.refresh_from_db()
    return export


def advance_until(export: ExportRequest, *states: str, most: int = 20) -> ExportRequest:
    """Do steps until the export is in one of the states."""
    for _ in range(most):
        if export.state in states:
            return export
        advance(export)
    raise AssertionError(f"still {export.state}: {export.message}")


def due_in(row) -> timedelta:
    """How long until the next step is due."""
    assert row.due_at is not None
    return row.due_at - timezone.now()
