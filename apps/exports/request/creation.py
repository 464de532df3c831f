"""A person requests an export: one row for each form, and one for equal requests in flight."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.audit.events import EventKind, acting_person, record
from apps.connections.models import Connection
from apps.exports.events import event_details
from apps.exports.models import ExportRequest
from apps.exports.spec import ExportSpec
from apps.exports.states import IN_FLIGHT
from apps.jobs.failpoints import fp

#: Another one may be made, and finished, between a look and a try, but hardly so often.
_ROUNDS = 4


@dataclass(frozen=True)
class RequestDetails:
    """What goes with a request and does not make it another one."""

    #: The page it came from, as a path of this site.
    requested_from: str = ""
    #: Addresses that get the mail "ready" besides the owner's.
    recipients: tuple[str, ...] = ()
    #: The schedule that requests it.
    schedule_id: uuid.UUID | None = None
    #: The same for the parts of one range.
    group: uuid.UUID | None = None


@dataclass(frozen=True)
class RequestedParts:
    """The rows of the parts of one form, in the order of the parts, and how many of them are new."""

    exports: list[ExportRequest] = field(default_factory=list)
    new_count: int = 0


def request_export(
    owner: User,
    connection: Connection,
    spec: ExportSpec,
    nonce: uuid.UUID,
    details: RequestDetails = RequestDetails(),
) -> tuple[ExportRequest, bool]:
    """The row of this request and whether it is new. It is not when the same form was sent before, or when
    an equal request is still in flight: the person then waits for that one.
    """
    mine = ExportRequest.objects.filter(owner=owner, nonce=nonce)
    for _ in range(_ROUNDS):
        known = mine.first() or _joined(owner, connection, spec, details.recipients)
        if known:
            return known, False
        try:
            return _created(owner, connection, spec, nonce, details), True
        except IntegrityError:
            # Somebody sent the same at the same moment: theirs is found in the next round.
            continue
    return mine.get(), False


def _joined(
    owner: User, connection: Connection, spec: ExportSpec, recipients: Sequence[str]
) -> ExportRequest | None:
    """The equal request in flight, which tells these addresses too; None for one whose mails are being written."""
    equal = _equal_in_flight(owner, connection, spec)
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
    owner: User, connection: Connection, spec: ExportSpec, nonce: uuid.UUID, details: RequestDetails
) -> ExportRequest:
    """A new row, waiting for its turn. Raises `IntegrityError` when there is one of this form or an equal one."""
    service = connection.service
    labels = service.integrations.filter(integration_id=spec.integration_id).values_list("label", flat=True)
    with transaction.atomic():
        export = ExportRequest.objects.create(
            owner=owner,
            service=service,
            connection_id=connection.pk,
            nonce=nonce,
            fingerprint=spec.fingerprint,
            organisation=connection.organisation,
            integration_label=labels.first() or spec.integration_id,
            requested_from=details.requested_from,
            recipients=list(details.recipients),
            schedule_id=details.schedule_id,
            group=details.group,
            **spec.as_json(),
        )
        export.enqueue()
        record(EventKind.EXPORT_REQUESTED, acting_person(), **event_details(export))
        fp("export.created")
    return export


def request_parts(
    owner: User,
    connection: Connection,
    parts: Sequence[ExportSpec],
    nonce: uuid.UUID,
    details: RequestDetails = RequestDetails(),
) -> RequestedParts:
    """One export for each part of a range, all of one group. The same form sent twice requests each part once.

    All parts or none: a form that is sent again after a crash takes the parts that are there for all of them. What the
    daily limit does not allow waits for its turn, as every export does.
    """
    of_group = replace(details, group=uuid.uuid5(nonce, "group"))
    exports, new_count = [], 0
    with transaction.atomic():
        for part in parts:
            own_nonce = uuid.uuid5(nonce, f"{part.start_time}/{part.end_time}")
            export, is_new = request_export(owner, connection, part, own_nonce, of_group)
            exports.append(export)
            new_count += is_new
    return RequestedParts(exports, new_count)


def request_of_form(owner: User, nonce: uuid.UUID) -> ExportRequest | None:
    """The first export that the form of this nonce requested before; None for a form that is sent first."""
    mine = ExportRequest.objects.filter(owner=owner)
    parts = mine.filter(group=uuid.uuid5(nonce, "group")).order_by("start_time")
    return mine.filter(nonce=nonce).first() or parts.first()


def is_equal_in_flight(owner: User, connection: Connection, spec: ExportSpec) -> bool:
    """Whether the person waits for an equal export already."""
    return _equal_in_flight(owner, connection, spec).exists()


def _equal_in_flight(owner: User, connection: Connection, spec: ExportSpec) -> QuerySet[ExportRequest]:
    return ExportRequest.objects.filter(
        owner=owner,
        service=connection.service,
        fingerprint=spec.fingerprint,
        state__in=IN_FLIGHT,
        cancel_requested_at__isnull=True,
    )
