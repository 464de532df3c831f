"""What the steps of an export share: the client of its owner, and the changes of its state."""

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from apps.api.client import JOB, Client
from apps.api.deadline import Deadline
from apps.connections.clients import KeyUnreadable, NoConnection, client_for, connection_for_service
from apps.connections.exceptions import NO_KEY
from apps.connections.models import Connection
from apps.exports import mails
from apps.exports.models import ExportRequest
from apps.exports.states import State

AT_ONCE = timedelta()
#: All calls of one step together; shorter than the lease.
STEP_SECONDS = 30
#: Waits between looks at an export in the making, about a tenth of the time it took so far; the last one repeats.
POLLS = (2, 2, 2, 3, 3, 4, 4, 5, 5, 5, 5, 5, 6, 6, 7, 8, 9, 10, 11, 12, 14, 16, 18, 20, 25, 30, 40, 60)
#: Seconds between looks whether the mails of a file left; the last one repeats.
MAIL_CHECKS = (2, 5, 10, 30, 60, 300)
OTHER_ORGANISATION = (
    "This key does not see the export that was requested with the key before it. "
    "Store a key of the same organisation."
)
KEY_CHECK = timedelta(seconds=10)

_random = random.SystemRandom()


class KeyIsMissing(Exception):
    """The person has no key for the service, or it cannot be read."""


def connection_of(export: ExportRequest) -> Connection:
    """The owner's connection to the export's service. Raises `KeyIsMissing` when there is none."""
    try:
        return connection_for_service(export.owner, export.service)
    except NoConnection as error:
        raise KeyIsMissing(NO_KEY) from error


def client_of(export: ExportRequest, connection: Connection | None = None) -> Client:
    """A client with the owner's key as it is now. Raises `KeyIsMissing` when there is none, or it cannot be read."""
    connection = connection or connection_of(export)
    export.connection_id, export.connection_version = connection.pk, connection.version
    try:
        return client_for(connection, profile=JOB, deadline=Deadline(STEP_SECONDS))
    except KeyUnreadable as error:
        raise KeyIsMissing("The stored key cannot be read. Enter it again.") from error


def block(export: ExportRequest, message: str) -> None:
    """Wait for a working key, and mail the owner once for each key."""
    with transaction.atomic():
        export.advance(
            State.BLOCKED_AUTH,
            after=KEY_CHECK,
            message=message,
            connection_id=export.connection_id,
            connection_version=export.connection_version,
        )
        mails.needs_key(export)


def fail(export: ExportRequest, message: str) -> None:
    """Nothing more can be done; tell the person why, unless they canceled it."""
    if export.cancel_requested_at:
        export.advance(State.CANCELED, after=None, message=message)
        return
    with transaction.atomic():
        export.advance(State.FAILED, after=None, message=message)
        _notify_owner(export)


def note_canceled_at_api(export: ExportRequest, message: str) -> None:
    """Somebody canceled it at the API: that is no failure, but the person waits for a file; tell them."""
    with transaction.atomic():
        export.advance(State.CANCELED, after=None, message=message)
        _notify_owner(export)


def needs_attention(
    export: ExportRequest, message: str, candidates: Sequence[Mapping[str, str]] = ()
) -> None:
    """A person has to decide; nothing happens by itself any more. Of `candidates` they may choose one."""
    if export.cancel_requested_at:
        export.advance(State.CANCELED, after=None, message=message)
        return
    with transaction.atomic():
        export.advance(
            State.NEEDS_ATTENTION, after=None, message=message, candidates=[dict(one) for one in candidates]
        )
        _notify_owner(export)


def _notify_owner(export: ExportRequest) -> None:
    """Mail that it stopped, unless it was canceled while the step ran."""
    export.refresh_from_db(fields=["cancel_requested_at"])
    if not export.cancel_requested_at:
        mails.stopped(export)


def adopt(
    export: ExportRequest,
    remote_id: str,
    status: str,
    note: str = "",
    known_to: str = "",
    *,
    is_found: bool = False,
    organisation: str = "",
) -> None:
    """The API's export of this id is ours: wait for its file.

    `is_found` says that it was found in the list: where another request has taken it meanwhile, the next look will
    find ours.
    """
    try:
        export.advance(
            State.WAITING,
            after=timedelta(seconds=POLLS[0]),
            remote_id=remote_id,
            remote_status=status[:64],
            made_at=Now(),
            polls=1,
            failures=0,
            empty_looks=0,
            message="",
            candidates=[],
            note=note,
            **({"known_to": known_to} if known_to else {}),
            **({"organisation": organisation} if organisation else {}),
        )
    except IntegrityError:
        if is_found:
            export.advance(State.UNKNOWN, after=timedelta(seconds=1))
            return
        needs_attention(
            export, f"The API answered with the export {remote_id}, which belongs to another request."
        )


def poll_interval(polls: int) -> timedelta:
    """How long to wait after so many polls until the next one."""
    return timedelta(seconds=POLLS[min(polls, len(POLLS) - 1)])


def backoff(failures: int) -> timedelta:
    """Wait after so many failed calls in a row: 5 s doubled to 5 minutes, with jitter."""
    longest = min(5.0 * 2 ** min(failures, 10), 300.0)
    return timedelta(seconds=_random.uniform(longest / 2, longest))


def is_older(export: ExportRequest, **ages: timedelta) -> bool:
    """Whether a moment of the export lies longer ago than that, by the database's clock."""
    past = {f"{name}__lt": Now() - age for name, age in ages.items()}
    return ExportRequest.objects.filter(pk=export.pk, **past).exists()
