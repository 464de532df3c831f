"""Stores keys: saves, reads and removes the encrypted key of a connection, and re-encrypts it."""

from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.audit.events import EventKind, acting_person, record
from apps.connections.exceptions import KeyUnreadable
from apps.connections.models import Connection, Service
from apps.encryption.ring import DecryptionFailed, Sealed, decrypt, encrypt, encrypting_key_id

SHOWN_CHARACTERS = 4


def origin_of(base_url: str) -> str:
    """Scheme, host and port of an address, in one spelling: "https://api.example.com:443"."""
    parts = urlsplit(base_url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def save_key(owner: User, service: Service, authentication: str, key: Secret) -> Connection:
    """Store the person's key for the service in place of any other; the row counts as untested."""
    with transaction.atomic():
        connection, _ = Connection.objects.select_for_update().get_or_create(owner=owner, service=service)
        connection.service = service
        had_key = connection.has_key
        write_key(connection, authentication, key)
        record(
            EventKind.KEY_REPLACED if had_key else EventKind.KEY_STORED,
            acting_person() or owner,
            **event_details(connection),
        )
    return connection


def write_key(connection: Connection, authentication: str, key: Secret) -> None:
    """Write a key into a row that is locked; it counts as untested."""
    connection.version += 1
    connection.authentication = authentication
    connection.ring_key_id, connection.encrypted_key = encrypt(key.reveal(), bound_to=_bound_to(connection))
    connection.last_four = _shown_part(key)
    connection.organisation, connection.api_user = "", ""
    connection.state, connection.state_message = Connection.State.UNTESTED, ""
    connection.checked_at, connection.stored_at, connection.last_used_at = None, timezone.now(), None
    connection.save()


def read_key(connection: Connection) -> Secret:
    """The key in clear, for one call; Raises `KeyUnreadable` when it cannot be decrypted."""
    try:
        return _opened(connection)
    except DecryptionFailed as error:
        raise KeyUnreadable(connection) from error


def is_readable(connection: Connection) -> bool:
    """Whether the stored key can be decrypted here and now."""
    try:
        return bool(read_key(connection))
    except KeyUnreadable:
        return False


def remove_key(connection: Connection) -> None:
    """Forget the key, and those for hosts the service left. The row stays: exports made with the key point to it."""
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        forget_key(row, Connection.State.REMOVED, "")
        row.set_aside_keys.all().delete()
        record(EventKind.KEY_REMOVED, acting_person() or row.owner, **event_details(row))


def event_details(connection: Connection) -> dict[str, Any]:
    """What an event of the log tells of a person's key: for which service, never the key."""
    return {
        "subject": connection.owner,
        "about": "key",
        "about_id": str(connection.pk),
        "title": connection.service.name,
        "service_id": connection.service_id,
    }


def forget_key(connection: Connection, state: Connection.State, message: str) -> None:
    """Empty a row that is locked of its key, and say why."""
    connection.encrypted_key, connection.ring_key_id, connection.last_four = b"", "", ""
    connection.organisation, connection.api_user = "", ""
    connection.version += 1
    connection.state, connection.state_message, connection.checked_at = state, message, None
    connection.stored_at, connection.last_used_at = None, None
    connection.save()


def move_to_first_ring_key(connection: Connection) -> bool:
    """Encrypt the same key under the first ring key; False when the row changed meanwhile.

    Raises `DecryptionFailed`.
    """
    sealed = encrypt(_opened(connection).reveal(), bound_to=_bound_to(connection))
    unchanged = Connection.objects.filter(
        pk=connection.pk, version=connection.version, ring_key_id=connection.ring_key_id
    )
    return bool(unchanged.update(ring_key_id=sealed.ring_key_id, encrypted_key=sealed.content))


def outside_first_ring_key() -> QuerySet[Connection]:
    """The connections whose key a rotation has to move."""
    rows = Connection.objects.exclude(ring_key_id__in=["", encrypting_key_id()])
    return rows.select_related("service").defer("service__contract")


def _opened(connection: Connection) -> Secret:
    sealed = Sealed(connection.ring_key_id, bytes(connection.encrypted_key))
    return Secret(decrypt(sealed, bound_to=_bound_to(connection)))


@sensitive_variables("text")
def _shown_part(key: Secret) -> str:
    text = key.reveal()
    # Of a short key the last characters would be too much of it.
    return text[-SHOWN_CHARACTERS:] if len(text) >= 3 * SHOWN_CHARACTERS else ""


def _bound_to(connection: Connection) -> bytes:
    return binding(connection, connection.version, origin_of(connection.service.base_url))


def binding(connection: Connection, version: int, origin: str) -> bytes:
    """What a ciphertext belongs to: copied to another row, person, version or host it cannot be read."""
    parts = (Connection._meta.db_table, connection.pk, connection.owner_id, version, origin)
    return "\n".join(map(str, parts)).encode()
