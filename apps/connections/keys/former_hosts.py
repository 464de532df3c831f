"""Keys of a service that changes its host: set aside for the old host, and restored when it changes back."""

from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from apps.api.credentials import Secret
from apps.connections.keys.storage import binding, forget_key, origin_of, write_key
from apps.connections.models import Connection, Service, SetAsideKey
from apps.encryption.ring import DecryptionFailed, Sealed, decrypt, encrypt, encrypting_key_id

State = Connection.State
SET_ASIDE = (
    "The service moved to another host, so your key for the old one is not used any more. "
    "It is kept sealed in case the service moves back."
)
NOT_READABLE = "The service moved back to this host, but your key for it cannot be read any more."


class HostChange(NamedTuple):
    """What a change of host does to keys: how many stop being used, and how many come back into use."""

    set_aside: int
    restored: int


def preview_host_change(service: Service, base_url: str) -> HostChange:
    """What happens to keys when the stored service moves to `base_url`; nothing within the same host."""
    origin = origin_of(base_url)
    if origin == origin_of(service.base_url):
        return HostChange(0, 0)
    return HostChange(_with_key(service).count(), _kept_for(service, origin).count())


def apply_host_change(service: Service, old_base_url: str) -> HostChange:
    """Set the keys for the old host aside and put those for the new one back; the service is saved already."""
    old_origin, origin = origin_of(old_base_url), origin_of(service.base_url)
    if old_origin == origin:
        return HostChange(0, 0)
    with transaction.atomic():
        rows = list(_with_key(service).select_for_update())
        for connection in rows:
            _set_aside(connection, old_origin)
            forget_key(connection, State.KEY_NEEDED, SET_ASIDE)
        restored = sum(_put_back(kept, service) for kept in _kept_for(service, origin))
    return HostChange(len(rows), restored)


def move_set_aside_key_to_first_ring_key(kept: SetAsideKey) -> bool:
    """Encrypt the same key under the first ring key; False when the row changed meanwhile.

    Raises `DecryptionFailed`.
    """
    bound_to = binding(kept.connection, kept.version, kept.origin)
    sealed = encrypt(_opened(kept).reveal(), bound_to=bound_to)
    unchanged = SetAsideKey.objects.filter(pk=kept.pk, version=kept.version, ring_key_id=kept.ring_key_id)
    return bool(unchanged.update(ring_key_id=sealed.ring_key_id, encrypted_key=sealed.content))


def set_aside_outside_first_ring_key() -> QuerySet[SetAsideKey]:
    """The keys that a rotation has to move."""
    return SetAsideKey.objects.exclude(ring_key_id=encrypting_key_id()).select_related("connection")


def _with_key(service: Service) -> QuerySet[Connection]:
    return service.connections.exclude(ring_key_id="")


def _kept_for(service: Service, origin: str) -> QuerySet[SetAsideKey]:
    return SetAsideKey.objects.filter(connection__service=service, origin=origin).select_related("connection")


def _set_aside(connection: Connection, origin: str) -> None:
    """Keep the ciphertext as it is: it opens for the old host alone."""
    SetAsideKey.objects.update_or_create(
        connection=connection,
        origin=origin,
        defaults={
            "authentication": connection.authentication,
            "encrypted_key": connection.encrypted_key,
            "ring_key_id": connection.ring_key_id,
            "version": connection.version,
            "last_four": connection.last_four,
            "stored_at": connection.stored_at,
        },
    )


def _put_back(kept: SetAsideKey, service: Service) -> bool:
    """Whether the key is in use again; one that cannot be read is dropped."""
    connection = Connection.objects.select_for_update().get(pk=kept.connection_id)
    connection.service = service
    try:
        key = _opened(kept)
    except DecryptionFailed:
        forget_key(connection, State.KEY_NEEDED, NOT_READABLE)
        return False
    else:
        write_key(connection, kept.authentication, key)
        # It is as old as it was.
        connection.stored_at = kept.stored_at
        connection.save(update_fields=["stored_at"])
        return True
    finally:
        kept.delete()


def _opened(kept: SetAsideKey) -> Secret:
    sealed = Sealed(kept.ring_key_id, bytes(kept.encrypted_key))
    return Secret(decrypt(sealed, bound_to=binding(kept.connection, kept.version, kept.origin)))
