"""The state machine of an export: one function a state, each a short step that can be cut off anywhere.

What must not happen twice is written down before it is done: an attempt before the API is asked, the message
together with READY. What was cut off is found out afterwards, in the API's list of exports.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import F
from django.db.models.functions import Now

from apps.accounts.policy import Capability, why_ended
from apps.audit.models import Outcome
from apps.connections.clients import NoConnection, connection_for_service
from apps.connections.keys.observed_state import with_observed_state
from apps.connections.models import Connection
from apps.exports import mails
from apps.exports.limits import KEPT
from apps.exports.models import ExportRequest
from apps.exports.states import CANCELED_AT_ONCE, State
from apps.exports.worker.polling import poll
from apps.exports.worker.reconciliation import reconcile
from apps.exports.worker.request_log import close_request
from apps.exports.worker.submitting import submit
from apps.exports.worker.transitions import (
    AT_ONCE,
    KEY_CHECK,
    MAIL_CHECKS,
    fail,
    is_older,
)
from apps.jobs.models import not_leased

LONGEST_WITHOUT_KEY = timedelta(days=30)
#: How often it is tried whether this site's address is allowed by now.
ADDRESS_CHECK = timedelta(minutes=10)


def step(export: ExportRequest) -> None:
    """Do the next step of the export and say when the one after it is due."""
    if ended := why_ended(export.owner, Capability.EXPORT, export.service_id):
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
    elif is_older(export, state_since=LONGEST_WITHOUT_KEY) or is_older(
        export, created_at=2 * LONGEST_WITHOUT_KEY
    ):
        fail(export, "No working key was stored within 30 days.")
    else:
        export.postpone(KEY_CHECK)


def _may_retry_address(connection: Connection, export: ExportRequest) -> bool:
    """Whether the key was refused for this site's address, long enough ago to try once more."""
    is_about_address = connection.state == Connection.State.ADDRESS_REFUSED
    return is_about_address and is_older(export, state_since=ADDRESS_CHECK)


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
