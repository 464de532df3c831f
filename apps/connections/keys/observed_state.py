"""The state of a key as observed by the calls made with it, in any process: the state shown on pages.

Calls run in threads that may not touch the database, so the last answer is kept in the cache, and written to the
connection when its state is shown.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from django.core.cache import cache
from django.db.models import Q

from apps.api.contract.contract import Operation
from apps.api.errors import ApiError, KeyRejected, NotPermitted, Unreachable
from apps.audit.events import EventKind, record
from apps.connections.keys.check_result import KeyCheckResult, result_of_error
from apps.connections.keys.storage import event_details
from apps.connections.models import Connection
from apps.connections.refused_operations import forget, path_values_of, remember

KEPT_SECONDS = 30 * 24 * 3600
#: A success is written down again after this time, so that a busy key costs no write a call.
SUCCESS_SECONDS = 60
#: In one process a success after a success is not even looked up for so long.
UNSEEN_SECONDS = 10
WORKS = KeyCheckResult(Connection.State.WORKS, "The key works.")

#: One process notes the use of a key once in so long.
USE_SECONDS = 180

#: Identity → when this process last saw it work.
_seen_working: dict[str, float] = {}
#: Identity → when this process last noted that it was used.
_noted_use: dict[str, float] = {}


class KeyStateObserver:
    """`apps.api.call_observers.CallObserver` over Django's cache."""

    def call_finished(
        self, identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
    ) -> None:
        """Keep what the answer says about the key itself, and which calls that change something were refused to it."""
        if operation.is_write or operation.effect != "safe":
            _note_refusal(identity, operation, path, error)
        now = time.time()
        _note_use(identity, now)
        if error is None:
            if 0 <= now - _seen_working.get(identity, 0.0) < UNSEEN_SECONDS:
                return
            if len(_seen_working) > 1000:
                _seen_working.clear()
            _seen_working[identity] = now
            state, _, moment = cache.get(_name(identity), ("", "", 0.0))
            if state != WORKS.state or not 0 <= now - moment < SUCCESS_SECONDS:
                _keep(identity, WORKS, now)
        elif _is_about_key(error):
            _seen_working.pop(identity, None)
            _keep(identity, result_of_error(error), now)


def with_observed_state(connection: Connection) -> Connection:
    """The connection with the state that the last call with its key observed, and its last use; stored when changed."""
    known = cache.get_many([_name(connection.key_name), _use_name(connection.key_name)])
    state, message, moment = known.get(_name(connection.key_name), ("", "", 0.0))
    changes: dict[str, object] = {}
    told_at = datetime.fromtimestamp(moment, UTC)
    if state and (connection.checked_at is None or told_at > connection.checked_at):
        changes = {
            "state": connection.state,
            "state_message": connection.state_message,
            "checked_at": told_at,
        }
        if state != connection.state:
            changes |= {"state": state, "state_message": message}
    used_at = datetime.fromtimestamp(known.get(_use_name(connection.key_name), 0.0), UTC)
    if used_at > (connection.last_used_at or datetime.fromtimestamp(0, UTC)):
        changes["last_used_at"] = used_at
    is_newly_refused = changes.get("state") == Connection.State.KEY_REFUSED != connection.state
    if changes and _write(connection, changes) and is_newly_refused:
        record(EventKind.KEY_REFUSED, None, **event_details(connection))
    return connection


def _write(connection: Connection, changes: Mapping[str, object]) -> bool:
    """Write what was observed, unless another process wrote something newer, or the key is another by now."""
    row = Connection.objects.filter(pk=connection.pk, version=connection.version)
    if "checked_at" in changes:
        row = row.filter(Q(checked_at=None) | Q(checked_at__lt=changes["checked_at"]))
    for name, value in changes.items():
        setattr(connection, name, value)
    return bool(row.update(**changes))


def _note_use(identity: str, now: float) -> None:
    if not 0 <= now - _noted_use.get(identity, 0.0) < USE_SECONDS:
        if len(_noted_use) > 1000:
            _noted_use.clear()
        _noted_use[identity] = now
        cache.set(_use_name(identity), now, KEPT_SECONDS)


def _use_name(identity: str) -> str:
    return f"key-use:{identity}"


def _note_refusal(
    identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
) -> None:
    if error is None:
        forget(identity, operation.id)
    elif isinstance(error, NotPermitted) and not error.address_refused:
        remember(identity, operation.id, path_values_of(path), error.user_message)


def _is_about_key(error: ApiError) -> bool:
    return isinstance(error, KeyRejected | Unreachable) or (
        isinstance(error, NotPermitted) and error.address_refused
    )


def _keep(identity: str, result: KeyCheckResult, moment: float) -> None:
    message = result.message[: Connection._meta.get_field("state_message").max_length]
    cache.set(_name(identity), (str(result.state), message, moment), KEPT_SECONDS)


def _name(identity: str) -> str:
    return f"key-answer:{identity}"
