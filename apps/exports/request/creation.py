"""A person asks for an export: once per form, and once for equal requests in flight."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.connections.models import Connection, Integration
from apps.exports.models import ExportRequest, fingerprint_of
from apps.exports.states import CANCELABLE, IN_FLIGHT
from apps.jobs.failpoints import fp

#: Another one may be made, and finished, between a look and a try, but hardly so often.
_ROUNDS = 4


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


@dataclass(frozen=True)
class Asked:
    """What became of the parts of one form: their rows in the order of the parts, and how many are new."""

    exports: list[ExportRequest] = field(default_factory=list)
    new: int = 0


@dataclass(frozen=True)
class Circumstances:
    """What goes with a request and makes it no other one."""

    #: The page it was asked from.
    asked_from: str = ""
    #: Who gets the mail too.
    recipients: tuple[str, ...] = ()
    #: The schedule that asks.
    schedule_id: uuid.UUID | None = None
    #: The same for the parts of one range.
    group: uuid.UUID | None = None


def ask_for(
    owner: User,
    connection: Connection,
    wanted: Wanted,
    nonce: uuid.UUID,
    circumstances: Circumstances = Circumstances(),
) -> tuple[ExportRequest, bool]:
    """The row of this request and whether it is new. It is not when the same form was sent before, or when
    an equal request is still in flight: the person then waits for that one.
    """
    mine = ExportRequest.objects.filter(owner=owner, nonce=nonce)
    for _ in range(_ROUNDS):
        known = mine.first() or _joined(owner, connection, wanted, circumstances.recipients)
        if known:
            return known, False
        try:
            return _created(owner, connection, wanted, nonce, circumstances), True
        except IntegrityError:
            # Somebody sent the same at the same moment: theirs is found in the next round.
            continue
    return mine.get(), False


def _joined(
    owner: User, connection: Connection, wanted: Wanted, recipients: Sequence[str]
) -> ExportRequest | None:
    """The equal request in flight, which tells these addresses too; None for one whose mails are being written."""
    equal = _equal_in_flight(owner, connection, wanted)
    if not recipients:
        return equal.first()
    with transaction.atomic():
        # Once its row is locked it is still in flight, and its mails are written after this.
        known = equal.select_for_update().first()
        if known:
            known.recipients = list(dict.fromkeys([*known.recipients, *recipients]))
            ExportRequest.objects.filter(pk=known.pk).update(recipients=known.recipients)
    return known


def _created(
    owner: User, connection: Connection, wanted: Wanted, nonce: uuid.UUID, circumstances: Circumstances
) -> ExportRequest:
    """A new row, waiting for its turn. Raises `IntegrityError` when there is one of this form or an equal one."""
    values = wanted.values()
    with transaction.atomic():
        export = ExportRequest.objects.create(
            owner=owner,
            service=connection.service,
            connection_id=connection.pk,
            nonce=nonce,
            fingerprint=fingerprint_of(**values),
            organisation=connection.organisation,
            integration_label=wanted.integration.label,
            asked_from=circumstances.asked_from,
            recipients=list(circumstances.recipients),
            schedule_id=circumstances.schedule_id,
            group=circumstances.group,
            **values,
        )
        export.enqueue()
        fp("export.created")
    return export


def ask_for_parts(
    owner: User,
    connection: Connection,
    parts: Sequence[Wanted],
    nonce: uuid.UUID,
    circumstances: Circumstances = Circumstances(),
) -> Asked:
    """One export for each part of a range, all of one group. The same form sent twice asks once for each part.

    All parts or none: a form that is sent again after a crash takes the parts that are there for all of them. What the
    daily limit does not allow waits for its turn, as every export does.
    """
    of_group = replace(circumstances, group=uuid.uuid5(nonce, "group"))
    exports, new = [], 0
    with transaction.atomic():
        for part in parts:
            own_nonce = uuid.uuid5(nonce, f"{part.start_time}/{part.end_time}")
            export, is_new = ask_for(owner, connection, part, own_nonce, of_group)
            exports.append(export)
            new += is_new
    return Asked(exports, new)


def asked_with(owner: User, nonce: uuid.UUID) -> ExportRequest | None:
    """The first export that the form of this name asked for before; None for a form that is sent first."""
    mine = ExportRequest.objects.filter(owner=owner)
    parts = mine.filter(group=uuid.uuid5(nonce, "group")).order_by("start_time")
    return mine.filter(nonce=nonce).first() or parts.first()


def is_equal_in_flight(owner: User, connection: Connection, wanted: Wanted) -> bool:
    """Whether the person waits for an equal export already."""
    return _equal_in_flight(owner, connection, wanted).exists()


def _equal_in_flight(owner: User, connection: Connection, wanted: Wanted) -> QuerySet[ExportRequest]:
    return ExportRequest.objects.filter(
        owner=owner,
        service=connection.service,
        fingerprint=fingerprint_of(**wanted.values()),
        state__in=IN_FLIGHT,
        cancel_requested_at__isnull=True,
    )


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
