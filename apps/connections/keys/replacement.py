"""Replaces a key: the new one is checked first, so that a mistyped one does not replace one that works."""

from typing import NamedTuple

from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.audit.events import EventKind, acting_person, record
from apps.connections.keys.check import store_result, try_key
from apps.connections.keys.check_result import KeyCheckResult
from apps.connections.keys.storage import event_details, is_readable, save_key
from apps.connections.models import Connection, Service

State = Connection.State
#: What the last call said of a stored key that is not worth keeping against one just typed.
USELESS = (State.KEY_REFUSED, State.KEY_NEEDED, State.REMOVED)


class KeyReplacement(NamedTuple):
    """What a new key's test found, and the connection that has the key now; None when the old one stayed."""

    result: KeyCheckResult
    connection: Connection | None


@sensitive_variables("key")
def replace_key(
    owner: User, service: Service, authentication: str, key: Secret, *, store_untested: bool = False
) -> KeyReplacement:
    """Test a new key, and store it with the result when it works, when there is none to lose, or when told to."""
    result = try_key(owner, service, authentication, key)
    if result.state != State.WORKS and not store_untested and usable_key(owner, service) is not None:
        if result.state == State.KEY_REFUSED:
            refused = Connection.objects.select_related("service").get(owner=owner, service=service)
            record(
                EventKind.KEY_REFUSED,
                acting_person() or owner,
                facts={"stored": False},
                **event_details(refused),
            )
        return KeyReplacement(result, None)
    connection = save_key(owner, service, authentication, key)
    store_result(connection, result)
    return KeyReplacement(result, connection)


def usable_key(owner: User, service: Service) -> Connection | None:
    """The person's connection when it has a key that may work."""
    connection = Connection.objects.filter(owner=owner, service=service).select_related("service").first()
    if connection is None or not connection.has_key or connection.state in USELESS:
        return None
    return connection if is_readable(connection) else None
