"""The state machine of an export: one function a state, each a short step that can be cut off anywhere.

What must not happen twice is written down before it is done: an attempt before the API is asked, the message
together with READY. What was cut off is found out afterwards, in the API's list of exports.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from apps.accounts.policy import Capability, why_ended
from apps.api import export_records as api_exports
from apps.api.answers.records import Record
from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited, RecordNotFound
from apps.api.export_records import GET_EXPORT
from apps.api.redaction import without_keys
from apps.audit.models import Outcome
from apps.connections.clients import NoConnection, connection_for_service
from apps.connections.keys.observed_state import with_observed_state
from apps.connections.models import Connection
from apps.connections.organisations import learn_user
from apps.exports import mails
from apps.exports.limits import KEPT
from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.record_query import RecordQuery
from apps.exports.states import CANCELED_AT_ONCE, State
from apps.exports.worker.lane_session import LaneSession, delay_lane, refresh_lane, session_of
from apps.exports.worker.reconciliation import note_of_duplicates, reconcile
from apps.exports.worker.request_log import close_request
from apps.exports.worker.submitting import submit
from apps.exports.worker.transitions import (
    AT_ONCE,
    KEY_CHECK,
    OTHER_ORGANISATION,
    KeyIsMissing,
    backoff,
    block,
    fail,
    needs_attention,
    note_canceled_at_api,
    poll_interval,
)
from apps.jobs.failpoints import fp
from apps.jobs.models import not_leased

#: After so long without a file a person has to look.
LONGEST_MAKING = timedelta(hours=24)
#: The same when it is said to be finished, but no file is named.
LONGEST_UNNAMED = timedelta(minutes=30)
LONGEST_WITHOUT_KEY = timedelta(days=30)
#: How often it is tried whether this site's address is allowed by now.
ADDRESS_CHECK = timedelta(minutes=10)
#: An export that is gone so many times over ten minutes was removed.
LOOKS_WHEN_GONE = 3
GONE_WAIT = timedelta(minutes=5)
_LONGEST_NAME = 500
MAIL_CHECKS = (2, 5, 10, 30, 60, 300)


def step(export: ExportRequest) -> None:
    """Do the next step of the export and say when the one after it is due."""
    if ended := why_ended(export.owner, Capability.EXPORT):
        close_request(export, Outcome.UNKNOWN, ended)
        export.advance(State.CANCELED, after=None, message=ended)
    elif export.cancel_requested_at and _can_cancel_now(export):
        note = _note_of_open_outcome(export)
        if note:
            close_request(export, Outcome.UNKNOWN, note)
        export.advance(State.CANCELED, after=None, message="", note=export.note or note)
    else:
        STEPS[State(export.state)](export)


def _can_cancel_now(export: ExportRequest) -> bool:
    """Whether no request is on its way whose outcome can still be found out."""
    return export.state in CANCELED_AT_ONCE


def _note_of_open_outcome(export: ExportRequest) -> str:
    """What to tell of an export that is canceled while it cannot be found out what the API made of it."""
    is_open = export.state == State.BLOCKED_AUTH and resumed_state(export) == State.UNKNOWN
    return "The API's answer was lost, so it may hold an export like this one." if is_open else ""


FILE_UNNAMED = "The API says that the export is finished, but names no file yet. We keep asking."


def poll(export: ExportRequest) -> None:
    """WAITING: see how far the export is; where several wait, in the API's list that is read once for all."""
    try:
        session = session_of(export)
        record = refresh_lane(export, session) or session.client.get(
            GET_EXPORT, {"exportID": export.remote_id}
        )
    except KeyIsMissing as missing:
        block(export, str(missing))
    except ApiError as error:
        _poll_failed(export, error)
    else:
        fp("export.polled")
        _handle_record(export, session, record)


def _handle_record(export: ExportRequest, session: LaneSession, record: Record) -> None:
    # A process that ended right after it took the export as ours did not come to this.
    close_request(export, Outcome.DONE, remote_id=export.remote_id)
    _learn_user(export, session, record)
    is_finished = api_exports.is_finished(record)
    if api_exports.was_canceled(record):
        note_canceled_at_api(export, canceled_words(record))
    elif api_exports.has_failed(record):
        fail(export, error_words(record))
    elif is_finished and api_exports.artifact_name(record):
        make_ready(export, record, note=export.note or note_of_duplicates(export, session))
    elif _is_older(export, made_at=LONGEST_MAKING):
        needs_attention(export, "The API has not finished the export within 24 hours.")
    elif _is_older(export, finished_at=LONGEST_UNNAMED):
        needs_attention(
            export,
            "The API says that the export is finished, but named no file within 30 minutes. "
            "The vendor's download center may have it.",
        )
    else:
        export.advance(
            State.WAITING,
            after=poll_interval(export.polls),
            polls=export.polls + 1,
            failures=0,
            empty_looks=0,
            message=FILE_UNNAMED if is_finished else "",
            remote_status=api_exports.status(record)[:64],
            known_to=session.key,
            finished_at=Coalesce(F("finished_at"), Now()) if is_finished else None,
        )


def _learn_user(export: ExportRequest, session: LaneSession, record: Record) -> None:
    """Keep how the API calls the key's user: the answer itself has named this export, so no other key requested it."""
    is_still_the_key = session.key == export.known_to and not session.connection.api_user
    if is_still_the_key and export.attempts.filter(remote_id=export.remote_id).exists():
        learn_user(session.connection, RecordQuery(record).creator)


def make_ready(export: ExportRequest, record: Record, note: str = "") -> None:
    """The file is there: that, and the message about it, in one transaction."""
    made = RemoteExport(export.service_id, record)
    with transaction.atomic():
        export.advance(
            State.READY,
            after=timedelta(seconds=MAIL_CHECKS[0]),
            polls=0,
            failures=0,
            message="",
            note=note,
            remote_status=made.status[:64],
            # A longer one is requested anew at each download.
            artifact_name=made.artifact_name if len(made.artifact_name) <= _LONGEST_NAME else "",
            rows=made.rows,
            size_bytes=made.size_bytes,
            duration_seconds=made.duration_seconds,
            ready_at=Now(),
            kept_until=Now() + KEPT,
        )
        export.refresh_from_db()
        if export.cancel_requested_at:
            # It was canceled while the API was asked.
            ExportRequest.objects.filter(pk=export.pk).update(state=State.CANCELED, due_at=None)
            return
        mails.ready(export)
        fp("export.ready")


def wait_for_mail(export: ExportRequest) -> None:
    """READY: see whether every message left; then nothing happens until the file is removed.

    All of the lane at once, in one statement under the condition of a claim; the export itself by its own.
    """
    lane = ExportRequest.objects.filter(not_leased(), state=State.READY, **export.lane).exclude(pk=export.pk)
    sent = mails.ready_about([export, *lane])
    done = [pk for pk, own in sent.items() if all(message.due_at is None for message in own)]
    lane.filter(pk__in=done).update(
        state=State.DONE, state_since=Now(), due_at=Now() + KEPT, fence=F("fence") + 1
    )
    if export.pk in done:
        export.advance(State.DONE, after=KEPT)
    else:
        wait = timedelta(seconds=MAIL_CHECKS[min(export.polls, len(MAIL_CHECKS) - 1)])
        export.advance(State.READY, after=wait, polls=export.polls + 1)


def expire(export: ExportRequest) -> None:
    """DONE: the vendor's time of keeping files is over."""
    export.advance(State.EXPIRED, after=None)


def wait_for_key(export: ExportRequest) -> None:
    """BLOCKED_AUTH: go on when a key was stored since, or the same one works again. Costs no call.

    Only where the address was refused it is tried from time to time: nobody stores a key when it is allowed at last.
    """
    try:
        connection = with_observed_state(connection_for_service(export.owner, export.service))
        may_go_on = _may_work(connection, export) or _may_retry_address(connection, export)
    except NoConnection:
        may_go_on = False
    if may_go_on:
        export.advance(resumed_state(export), after=AT_ONCE, message="", failures=0)
    elif _is_older(export, state_since=LONGEST_WITHOUT_KEY) or _is_older(
        export, created_at=2 * LONGEST_WITHOUT_KEY
    ):
        fail(export, "No working key was stored within 30 days.")
    else:
        export.postpone(KEY_CHECK)


def _may_retry_address(connection: Connection, export: ExportRequest) -> bool:
    """Whether the key was refused for this site's address, long enough ago to try once more."""
    is_about_address = connection.state == Connection.State.ADDRESS_REFUSED
    return is_about_address and _is_older(export, state_since=ADDRESS_CHECK)


def _may_work(connection: Connection, export: ExportRequest) -> bool:
    """Whether it is another key than the one refused, or the same one was tested since and works."""
    if (connection.pk, connection.version) != (export.connection_id, export.connection_version):
        return True
    return (
        connection.state == Connection.State.WORKS
        and connection.checked_at is not None
        and connection.checked_at > export.state_since
    )


def resumed_state(export: ExportRequest) -> State:
    """Where a blocked export goes on: what is written down says how far it came."""
    if export.remote_id:
        return State.WAITING
    return State.UNKNOWN if export.attempts.filter(is_absent=False).exists() else State.QUEUED


def canceled_words(record: Record) -> str:
    """What to tell of an export that was canceled at the API."""
    error = record.get("error")
    reason = f" {without_keys(error.strip())}" if isinstance(error, str) and error.strip() else ""
    return f"The export was canceled at the API, not here.{reason}"


def error_words(record: Record) -> str:
    """Why the API did not finish an export: its own words in full, else its status."""
    error = record.get("error")
    if isinstance(error, str) and error.strip():
        return without_keys(error.strip())
    return f"The API ended the export with the status {api_exports.status(record)} and gave no reason."


def _poll_failed(export: ExportRequest, error: ApiError) -> None:
    failures, looks = export.failures + 1, export.empty_looks
    match error:
        case KeyRejected() | NotPermitted() if not _is_from_a_proxy(error):
            block(export, error.user_message)
            return
        case RecordNotFound() if (
            not error.is_page and export.known_to != f"{export.connection_id}:{export.connection_version}"
        ):
            block(export, OTHER_ORGANISATION)
            return
        case RateLimited():
            wait = timedelta(seconds=error.retry_after) if error.retry_after else backoff(export.failures)
        case RecordNotFound() if not error.is_page:
            # Counted by themselves: a service that was away says nothing about whether the export is there.
            wait, looks = GONE_WAIT, looks + 1
            if looks >= LOOKS_WHEN_GONE:
                fail(export, "The export was removed at the API.")
                return
        case _:
            wait = backoff(export.failures)
            delay_lane(export, wait)
    if _is_older(export, made_at=LONGEST_MAKING):
        needs_attention(
            export, f"The API could not be asked about the export for 24 hours. {error.user_message}"
        )
    else:
        export.advance(
            State.WAITING, after=wait, failures=failures, empty_looks=looks, message=error.user_message
        )


def _is_from_a_proxy(error: ApiError) -> bool:
    """Whether a refusal is a firewall's or a proxy's page, which no other key would change."""
    return error.is_page and isinstance(error, NotPermitted) and not error.address_refused


def _is_older(export: ExportRequest, **ages: timedelta) -> bool:
    """Whether a moment of the export lies longer ago than that, by the database's clock."""
    past = {f"{name}__lt": Now() - age for name, age in ages.items()}
    return ExportRequest.objects.filter(pk=export.pk, **past).exists()


STEPS: dict[State, Callable[[ExportRequest], None]] = {
    State.QUEUED: submit,
    State.DEFERRED: submit,
    State.WAITING_RATE: submit,
    State.CREATING: reconcile,
    State.UNKNOWN: reconcile,
    State.WAITING: poll,
    State.READY: wait_for_mail,
    State.DONE: expire,
    State.BLOCKED_AUTH: wait_for_key,
}
