"""Submitting a request to the API. What became of a lost answer is found out by reconciliation.py."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from apps.api import export_records as api_exports
from apps.api.contract.contract import Operation
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    Unreachable,
)
from apps.audit.models import Outcome
from apps.connections.models import Connection
from apps.exports.daily_limit import DailyLimitReached, attempts_of_day, reserve_attempt
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.spec import ExportSpec
from apps.exports.states import State
from apps.exports.worker.lane_session import LaneSession, delay_lane, end_session, refresh_lane, session_of
from apps.exports.worker.request_log import open_request
from apps.exports.worker.transitions import (
    AT_ONCE,
    KeyIsMissing,
    adopt,
    backoff,
    block,
    fail,
)
from apps.jobs.failpoints import fp
from apps.jobs.locks import LockWasLost
from apps.jobs.models import LeaseLost
from apps.resources.writes.sending import outcome_after

#: A longer wait than this is shown as the daily limit.
LONGEST_RATE_WAIT = 15 * 60
#: "402: the parameters were valid but the request failed" (reference): it may have had an effect.
REQUEST_FAILED = 402
#: Refusals of the moment: a timeout of the server, a conflict with something under way, a lock, too early.
FOR_THE_MOMENT = frozenset({408, 409, 423, 425})
#: Tries after such a refusal, and after pages of a firewall or proxy: half an hour, and a day.
MOST_CONFLICTS, MOST_PAGES = 10, 290


def submit(export: ExportRequest) -> None:
    """QUEUED: note the newest exports, write the attempt down, then request the export at the API."""
    if export.attempts.filter(is_absent=False).exists():
        export.advance(State.UNKNOWN, after=AT_ONCE)
        return
    try:
        session = session_of(export)
        if session.limit:
            _wait_for_rate_limit(export, session.limit, session.connection)
            return
        if not session.was_refreshed:
            # What waits goes before what is requested later.
            refresh_lane(export, session)
        attempt = reserve_attempt(export, session.connection, session.mark())
    except KeyIsMissing as error:
        block(export, str(error))
    except Connection.DoesNotExist:
        # The key was replaced or removed, or its owner deactivated, since the turn began.
        end_session(export)
        export.advance(State.QUEUED, after=AT_ONCE)
    except DailyLimitReached as limit:
        export.advance(
            State.DEFERRED,
            after=limit.free_at,
            message=f"{settings.EXPORTS_PER_DAY} of {settings.EXPORTS_PER_DAY} exports were requested today.",
        )
    except ApiError as error:
        # The list could not be read: nothing was sent yet.
        _nothing_made(export, error, session.connection)
    else:
        fp("export.attempted")
        _send(export, session, attempt)


def _request_parameters(spec: ExportSpec, operation: Operation) -> list[tuple[str, str]]:
    """The query of the export's operation. Only names the contract knows are sent."""
    values = {
        "start_time": spec.start_time,
        "end_time": spec.end_time,
        "timezone": spec.time_zone,
        "delimiter": spec.delimiter,
        "fields": ",".join(spec.columns),
        "extra_parameters": ",".join(spec.extra_parameters),
    }
    return [(name, value) for name, value in values.items() if name in operation.query_parameters]


def _send(export: ExportRequest, session: LaneSession, attempt: ExportAttempt) -> None:
    operation = session.client.endpoint.contract.operation(export.report_type.operation_id)
    path = {"integrationID": export.integration_id}
    parameters = _request_parameters(export.spec, operation)
    write = open_request(export, session.connection, operation, path, parameters)
    try:
        if export.turn:
            export.turn.check()
        if not export.is_still_mine():
            raise LeaseLost(str(export.pk))
    except (LockWasLost, LeaseLost):
        # Certain: this attempt was not sent, and never will be.
        write.close(Outcome.NOT_SENT, "Another process had taken over before it was sent.")
        attempt.delete()
        raise
    fp("export.sending")
    try:
        made = write.start_export(session.client, operation.id, path, parameters)
    except ApiError as error:
        session.forget_list()
        if isinstance(error, RateLimited):
            session.limit = error
        is_certain = _had_no_effect(error)
        if is_certain:
            write.close(outcome_after(error))
        _no_export(export, attempt, error, session.connection, is_certain=is_certain)
        return
    fp("export.answered")
    remote_id = made.record_id
    # A fact whatever became of the lease, written while the turn is ours.
    ExportAttempt.objects.filter(pk=attempt.pk).update(remote_id=remote_id)
    session.made.append(remote_id)
    fp("export.noted")
    write.close(Outcome.DONE, record_id=remote_id)
    adopt(export, remote_id, api_exports.status(made.record), note=export.note)
    fp("export.adopted")


def _had_no_effect(error: ApiError) -> bool:
    """Whether it is certain that the API made no export."""
    if isinstance(error, RequestRefused):
        return error.status != REQUEST_FAILED
    return isinstance(error, Unreachable | RateLimited | KeyRejected | NotPermitted | RecordNotFound)


def _no_export(
    export: ExportRequest,
    attempt: ExportAttempt,
    error: ApiError,
    connection: Connection,
    *,
    is_certain: bool,
) -> None:
    """The API did not answer with an export: nothing was made, or that is to be found out."""
    with transaction.atomic():
        if is_certain:
            attempt.delete()
            _nothing_made(export, error, connection)
        else:
            refusal = error.user_message if isinstance(error, RequestRefused) else ""
            ExportAttempt.objects.filter(pk=attempt.pk).update(unknown_since=Now(), refusal=refusal)
            export.advance(State.UNKNOWN, after=AT_ONCE, failures=0, message=error.user_message)


def _nothing_made(export: ExportRequest, error: ApiError, connection: Connection) -> None:
    """Nothing was made: try later, wait for a key, or tell why it cannot be made.

    Only what the API itself says of this request ends it. A refusal of the key, of this address, or of the moment, and
    the page of a firewall, say nothing of the request: it waits and goes on.
    """
    match error:
        case KeyRejected() | NotPermitted(address_refused=True):
            block(export, error.user_message)
        case RateLimited():
            _wait_for_rate_limit(export, error, connection)
        case NotPermitted() | RecordNotFound() | RequestRefused() if _is_final(export, error):
            fail(export, _error_text(error))
        case _:
            wait = backoff(export.failures)
            delay_lane(export, wait)
            export.advance(State.QUEUED, after=wait, failures=export.failures + 1, message=error.user_message)


def _is_final(export: ExportRequest, error: ApiError) -> bool:
    """Whether trying again cannot help, or was tried long enough."""
    if error.is_page:
        return export.failures >= MOST_PAGES
    return error.status not in FOR_THE_MOMENT or export.failures >= MOST_CONFLICTS


def _wait_for_rate_limit(export: ExportRequest, error: RateLimited, connection: Connection) -> None:
    """429: a short wait, or the daily limit when ours is used up too or the wait is long."""
    wait = error.retry_after or min(60.0, 2.0 ** min(export.failures, 6))
    asked = attempts_of_day(connection).count()
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
