"""Asking the API to make an export, again only when nothing came of it; and what became of a lost answer."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.api import exports as api_exports
from apps.api.answers import Record
from apps.api.client import Client
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    Unreachable,
)
from apps.connections.models import Connection
from apps.exports.desk import Desk, desk_of, hold_back, leave_desk, look_after_all
from apps.exports.ledger import LimitReached, asked_of, reserve
from apps.exports.matching import matches, remote_id_of
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.states import State
from apps.exports.transitions import (
    AT_ONCE,
    OTHER_ORGANISATION,
    KeyIsMissing,
    adopt,
    backoff,
    block,
    fail,
    needs_attention,
)
from apps.jobs.failpoints import fp
from apps.jobs.locks import LockWasLost
from apps.jobs.models import LeaseLost

#: An attempt is followed by another only when it is certain that nothing was made; each is waited for longer than the
#: one before. Workers are killed and answers lost for many reasons, so a few in a row say nothing about the export.
MAXIMUM_ATTEMPTS = 4
#: After so long a person has to look.
LONGEST_SEARCH = timedelta(hours=24)
#: A longer wait than this is shown as the daily limit.
LONGEST_RATE_WAIT = 15 * 60
#: Parts of the settling time to wait before the second and third look that finds nothing.
LOOK_AGAIN = (1 / 6, 1 / 3)
#: "402: the parameters were valid but the request failed" (reference): it may have had an effect.
REQUEST_FAILED = 402


def ask(export: ExportRequest) -> None:
    """QUEUED: note the newest exports, write the attempt down, then ask the API to make the export."""
    if export.attempts.filter(is_absent=False).exists():
        export.advance(State.UNKNOWN, after=AT_ONCE)
        return
    try:
        desk = desk_of(export)
        if desk.limit:
            _asked_to_wait(export, desk.limit)
            return
        if not desk.has_looked:
            # What waits goes before what is asked for later.
            look_after_all(export, desk)
        attempt = reserve(export, desk.connection, desk.mark())
    except KeyIsMissing as error:
        block(export, str(error))
    except Connection.DoesNotExist:
        # The key was replaced or removed, or its owner deactivated, since the turn began.
        leave_desk(export)
        export.advance(State.QUEUED, after=AT_ONCE)
    except LimitReached as limit:
        export.advance(
            State.DEFERRED,
            after=limit.free_at,
            message=f"{settings.EXPORTS_PER_DAY} of {settings.EXPORTS_PER_DAY} exports were asked for today.",
        )
    except ApiError as error:
        # The list could not be read: nothing was sent yet.
        _not_sent(export, error)
    else:
        fp("export.attempted")
        _send(export, desk, attempt)


def find(export: ExportRequest) -> None:
    """CREATING after a crash, and UNKNOWN: look for our export before anything is sent again."""
    # Nobody is sending, as this turn is ours: what was sent before is written down, or its answer is lost.
    attempt = export.attempts.filter(is_absent=False).order_by("number").last()
    if attempt is None:
        export.advance(State.QUEUED, after=AT_ONCE)
        return
    if attempt.remote_id:
        adopt(export, attempt.remote_id, "")
        return
    try:
        _look(export, attempt, desk_of(export))
    except KeyIsMissing as error:
        block(export, str(error))
    except (KeyRejected, NotPermitted) as error:
        block(export, error.user_message)
    except ApiError as error:
        wait = backoff(export.failures)
        if isinstance(error, RateLimited) and error.retry_after:
            wait = timedelta(seconds=error.retry_after)
        hold_back(export, wait)
        export.advance(State.UNKNOWN, after=wait, failures=export.failures + 1, message=error.user_message)


def _request_parameters(export: ExportRequest, client: Client) -> list[tuple[str, str]]:
    """The query of the export's operation. Only names the contract knows are sent."""
    values = {
        "start_time": export.start_time,
        "end_time": export.end_time,
        "timezone": export.time_zone,
        "delimiter": export.delimiter,
        "fields": ",".join(export.columns),
        "extra_parameters": export.extra_parameters,
    }
    known = client.endpoint.contract.operation(export.report_type.operation_id).query_parameters
    return [(name, value) for name, value in values.items() if name in known]


def _send(export: ExportRequest, desk: Desk, attempt: ExportAttempt) -> None:
    try:
        if export.turn:
            export.turn.check()
        if not export.is_still_mine():
            raise LeaseLost(str(export.pk))
    except (LockWasLost, LeaseLost):
        # Certain: this attempt was not sent, and never will be.
        attempt.delete()
        raise
    fp("export.sending")
    try:
        made = desk.client.start_export(
            export.report_type.operation_id,
            {"integrationID": export.integration_id},
            _request_parameters(export, desk.client),
        )
    except ApiError as error:
        desk.forget()
        if isinstance(error, RateLimited):
            desk.limit = error
        _not_made(export, attempt, error)
        return
    fp("export.answered")
    remote_id = str(made["id"])
    # A fact whatever became of the lease, written while the turn is ours.
    ExportAttempt.objects.filter(pk=attempt.pk).update(remote_id=remote_id)
    desk.made.append(remote_id)
    fp("export.noted")
    adopt(export, remote_id, api_exports.status(made), note=export.note)
    fp("export.adopted")


def _not_made(export: ExportRequest, attempt: ExportAttempt, error: ApiError) -> None:
    """The API did not answer with an export: refused, not sent, or not known."""
    is_certain = isinstance(error, Unreachable | RateLimited | KeyRejected | NotPermitted | RecordNotFound)
    is_certain |= isinstance(error, RequestRefused) and error.status != REQUEST_FAILED
    with transaction.atomic():
        if is_certain:
            attempt.delete()
            _not_sent(export, error)
        else:
            refusal = error.user_message if isinstance(error, RequestRefused) else ""
            ExportAttempt.objects.filter(pk=attempt.pk).update(unknown_since=Now(), refusal=refusal)
            export.advance(State.UNKNOWN, after=AT_ONCE, failures=0, message=error.user_message)


def _not_sent(export: ExportRequest, error: ApiError) -> None:
    """Nothing was made: try later, wait for a key, or tell why it cannot be made."""
    match error:
        case KeyRejected():
            block(export, error.user_message)
        case RateLimited():
            _asked_to_wait(export, error)
        case NotPermitted() | RecordNotFound() | RequestRefused():
            fail(export, _error_text(error))
        case _:
            wait = backoff(export.failures)
            hold_back(export, wait)
            export.advance(State.QUEUED, after=wait, failures=export.failures + 1, message=error.user_message)


def _asked_to_wait(export: ExportRequest, error: RateLimited) -> None:
    """429: a short wait, or the daily limit when ours is used up too or the wait is long."""
    wait = error.retry_after or min(60.0, 2.0 ** min(export.failures, 6))
    asked = asked_of(export.owner_id, export.service_id).count()
    is_daily = wait > LONGEST_RATE_WAIT or asked >= settings.EXPORTS_PER_DAY
    export.advance(
        State.DEFERRED if is_daily else State.WAITING_RATE,
        after=timedelta(seconds=max(wait, 1.0)),
        failures=export.failures + 1,
        message=error.user_message,
    )


def _error_text(error: ApiError) -> str:
    """The API's refusal in full, with what it says of single parameters."""
    details = ""
    if isinstance(error, RequestRefused):
        details = " ".join(f"{name}: {' '.join(words)}" for name, words in error.field_errors.items())
    return f"{error.user_message} {details}".strip()


def _look(export: ExportRequest, attempt: ExportAttempt, desk: Desk) -> None:
    """One look into the API's list. Only its silence after the settling time means that nothing was made."""
    same = ExportAttempt.objects.filter(pk=attempt.pk)
    same.filter(unknown_since__isnull=True).update(unknown_since=Now())
    is_whole = desk.back_to(attempt)
    records = desk.newest()
    found = _find_matches(export, attempt, list(records.values()))
    if found:
        identity = str(remote_id_of(found[0]))
        adopt(export, identity, api_exports.status(found[0]), _note(found[1:]), desk.key, is_found=True)
        return
    if desk.key != export.known_to and not any(known in records for known in attempt.mark.get("ids", ())):
        block(export, OTHER_ORGANISATION)
        return
    settle = timedelta(seconds=settings.EXPORT_SETTLE_SECONDS) * attempt.number
    if not is_whole:
        _cannot_be_found(export, same)
    elif not same.filter(unknown_since__lte=Now() - settle - desk.age).exists():
        wait = min(timedelta(seconds=10), max(settle / 6, timedelta(seconds=1)))
        export.advance(State.UNKNOWN, after=wait, failures=0)
    elif export.empty_looks < len(LOOK_AGAIN):
        wait = settle * LOOK_AGAIN[export.empty_looks]
        export.advance(State.UNKNOWN, after=wait, failures=0, empty_looks=export.empty_looks + 1)
    else:
        _was_not_made(export, attempt)


def _cannot_be_found(export: ExportRequest, attempt: QuerySet[ExportAttempt]) -> None:
    """The API lists more exports than are looked through, so its silence about this one means nothing."""
    words = "The API's answer was lost, and its list is too long to find the export in it."
    if attempt.filter(unknown_since__lt=Now() - LONGEST_SEARCH).exists():
        needs_attention(export, words)
    else:
        export.advance(State.UNKNOWN, after=timedelta(minutes=5), message=words)


def _was_not_made(export: ExportRequest, attempt: ExportAttempt) -> None:
    with transaction.atomic():
        ExportAttempt.objects.filter(pk=attempt.pk).update(is_absent=True)
        if attempt.refusal:
            fail(export, attempt.refusal)
        elif export.cancel_requested_at:
            export.advance(State.CANCELED, after=None)
        elif attempt.number >= MAXIMUM_ATTEMPTS:
            needs_attention(
                export,
                f"The API was asked {MAXIMUM_ATTEMPTS} times, did not answer properly, and lists no such export.",
            )
        else:
            export.advance(State.QUEUED, after=AT_ONCE, empty_looks=0, failures=0, message="")


def note_of_duplicates(export: ExportRequest, desk: Desk) -> str:
    """What to tell of an export that was asked for again when an earlier one shows up after all."""
    first = export.attempts.order_by("number").first()
    if first is None or export.attempts.count() == 1:
        return ""
    try:
        desk.back_to(first)
        found = _find_matches(export, first, list(desk.newest().values()))
    except ApiError:
        return ""
    return _note([record for record in found if remote_id_of(record) != export.remote_id])


def _note(others: Sequence[Mapping[str, object]]) -> str:
    ids = ", ".join(str(remote_id_of(record)) for record in others)
    return f"The API holds more exports like this one: {ids}." if ids else ""


def _find_matches(
    export: ExportRequest, attempt: ExportAttempt, records: list[Record]
) -> list[Mapping[str, object]]:
    """The listed exports that can only be this attempt's, oldest first."""
    listed = [identity for record in records if (identity := remote_id_of(record))]
    others = ExportRequest.objects.filter(service=export.service_id, remote_id__in=listed).exclude(
        pk=export.pk
    )
    taken = set(others.values_list("remote_id", flat=True))
    return matches(export, attempt.mark, records, taken)
