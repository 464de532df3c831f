"""Run by `manage.py shell` on a database of its own: an export gets ready while a person cancels or deletes it."""

import json
import sys
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models.functions import Now

from apps.exports import cancellation
from apps.exports.center import deletion
from apps.exports.models import ExportRequest
from apps.exports.worker import polling
from apps.mail.models import Message
from tests.services.meanwhile import before_commit

FINISHED = {"id": "exp-1", "status": "COMPLETED", "artifact": {"name": "file.csv"}, "row_count": 5}


def waiting_export() -> ExportRequest:
    """An export whose step has just seen that it is finished."""
    Message.objects.all().delete()
    export = ExportRequest.objects.get(report="conversions")
    ExportRequest.objects.filter(pk=export.pk).update(
        state="waiting", remote_id="exp-1", cancel_requested_at=None, removed_at=None, due_at=Now(),
        lease_until=None, recipients=["more@example.com"], nonce=uuid.uuid4(),
    )  # fmt: skip
    export.refresh_from_db()
    assert export.claim()
    return export


def get_ready(export: ExportRequest) -> None:
    """The rest of the step."""
    polling.make_ready(export, FINISHED)


def cancel(export: ExportRequest) -> None:
    """As the page does."""
    cancellation.cancel(ExportRequest.objects.get(pk=export.pk))


def delete(export: ExportRequest) -> None:
    """As the page does once the API has deleted it."""
    deletion.note_removed(ExportRequest.objects.filter(pk=export.pk, removed_at=None))


def found(first: Callable[[ExportRequest], None], second: Callable[[ExportRequest], None]) -> dict[str, Any]:
    """What is there after both."""
    export = waiting_export()
    stale = ExportRequest.objects.get(pk=export.pk)
    stale.turn = None
    faults = before_commit(lambda: first(export), lambda: second(stale))
    export.refresh_from_db()
    return {
        "faults": faults,
        "state": export.state,
        "is_removed": export.removed_at is not None,
        "mails": sorted(Message.objects.values_list("state", flat=True)),
    }


json.dump(
    {
        "canceled_late": found(get_ready, cancel),
        "canceled_first": found(cancel, get_ready),
        "deleted_late": found(get_ready, delete),
        "deleted_first": found(delete, get_ready),
    },
    sys.stdout,
)
