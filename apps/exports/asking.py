"""A person asks for an export: once per form, and once for equal requests in flight."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.connections.models import Connection, Integration
from apps.exports.models import ExportRequest, fingerprint_of
from apps.exports.states import CANCELABLE, IN_FLIGHT
from apps.jobs.failpoints import fp


@dataclass(frozen=True)
class Wanted:
    """What a person wants exported. Times are wall clock times in `time_zone`, in the API's format."""

    report: str
    integration: Integration
    start_time: str
    end_time: str
    time_zone: str
    columns: tuple[str, ...]
    extra_parameters: str
    delimiter: str

    def values(self) -> dict[str, Any]:
        """The fields of the row that make requests equal."""
        return {
            "report": self.report,
            "integration_id": self.integration.integration_id,
            "start_time": self.start_time,
            "end_time": self.end_time,
            "time_zone": self.time_zone,
            "columns": list(self.columns),
            "extra_parameters": self.extra_parameters,
            "delimiter": self.delimiter,
        }


def ask_for(
    owner: User,
    connection: Connection,
    wanted: Wanted,
    nonce: uuid.UUID,
    *,
    recipients: Sequence[str] = (),
    schedule_id: uuid.UUID | None = None,
) -> tuple[ExportRequest, bool]:
    """The row of this request and whether it is new. It is not when the same form was sent before, or when
    an equal request is still in flight: the person then waits for that one.

    `recipients` get the mail too; `schedule_id` names the schedule that asks.
    """
    values = wanted.values()
    fingerprint = fingerprint_of(**values)
    mine = ExportRequest.objects.filter(owner=owner)
    equal = mine.filter(
        service=connection.service,
        fingerprint=fingerprint,
        state__in=IN_FLIGHT,
        cancel_requested_at__isnull=True,
    )
    for _ in range(2):
        known = mine.filter(nonce=nonce).first() or equal.first()
        if known:
            return known, False
        try:
            with transaction.atomic():
                export = ExportRequest.objects.create(
                    owner=owner,
                    service=connection.service,
                    connection_id=connection.pk,
                    nonce=nonce,
                    fingerprint=fingerprint,
                    integration_label=wanted.integration.label,
                    recipients=list(recipients),
                    schedule_id=schedule_id,
                    **values,
                )
                export.enqueue()
                fp("export.created")
            return export, True
        except IntegrityError:
            # Somebody sent the same at the same moment: theirs is found in the second round.
            continue
    return mine.get(nonce=nonce), False


def cancel(export: ExportRequest) -> bool:
    """Ask the worker to cancel the export; False when there is nothing to cancel any more."""
    with transaction.atomic():
        rows = ExportRequest.objects.filter(
            pk=export.pk, state__in=CANCELABLE, cancel_requested_at__isnull=True
        )
        if not rows.update(cancel_requested_at=Now(), due_at=Now()):
            return False
        export.enqueue()
    return True
