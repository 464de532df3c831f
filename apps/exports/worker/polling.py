"""An export in the making: how far it is, whether its file is there, and what to tell when there will be none."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now

from apps.api import export_records as api_exports
from apps.api.answers.records import Record
from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited, RecordNotFound
from apps.api.export_records import GET_EXPORT
from apps.api.redaction import without_keys
from apps.audit.models import Outcome
from apps.connections.organisations import learn_user
from apps.exports import mails
from apps.exports.limits import KEPT
from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.record_query import RecordQuery
from apps.exports.states import State
from apps.exports.worker.lane_session import LaneSession, delay_lane, refresh_lane, session_of
from apps.exports.worker.reconciliation import note_of_duplicates
from apps.exports.worker.request_log import close_request
from apps.exports.worker.transitions import (
    MAIL_CHECKS,
    OTHER_ORGANISATION,
    KeyIsMissing,
    backoff,
    block,
    fail,
    is_older,
    needs_attention,
    note_canceled_at_api,
    poll_interval,
)
from apps.jobs.failpoints import fp

#: After so long without a file a person has to look.
LONGEST_MAKING = timedelta(hours=24)
#: The same when it is said to be finished, but no file is named.
LONGEST_UNNAMED = timedelta(minutes=30)
#: An export that is gone so many times over ten minutes was removed.
LOOKS_WHEN_GONE = 3
GONE_WAIT = timedelta(minutes=5)
_LONGEST_NAME = 500
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
    elif is_older(export, made_at=LONGEST_MAKING):
        needs_attention(export, "The API has not finished the export within 24 hours.")
    elif is_older(export, finished_at=LONGEST_UNNAMED):
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
    if is_older(export, made_at=LONGEST_MAKING):
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
