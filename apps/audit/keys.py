"""The key of the digests: random, kept encrypted (RFC 3394 key wrap) under a key of `API_KEY_RING`.

So whoever can write to the database alone cannot make digests, and a change of SECRET_KEY or of the ring leaves
older entries verifiable.
"""

import logging
import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db.models import QuerySet

from apps.audit.models import ChainKey
from apps.encryption.ring import DecryptionFailed, encrypting_key_id

logger = logging.getLogger(__name__)

KEY_BYTES = 32
UNREADABLE = (
    "No key of API_KEY_RING opens the change log's key %s: what was written with it cannot be verified"
)


class ChainKeyUnreadable(Exception):
    """The ring has no key that opens the log's key, or the log's key was changed or removed."""


def usable_key() -> ChainKey:
    """The newest key that the ring opens; a new one where there is none, so that the log goes on."""
    for key in ChainKey.objects.order_by("-created_at"):
        try:
            unwrapped(key.ring_key_id, key.wrapped)
        except ChainKeyUnreadable:
            logger.error(UNREADABLE, key.pk)
        else:
            return key
    ring_key_id, wrapped = _wrap(secrets.token_bytes(KEY_BYTES))
    return ChainKey.objects.create(ring_key_id=ring_key_id, wrapped=wrapped)


def unwrapped(ring_key_id: str, wrapped: bytes | memoryview) -> bytes:
    """The key itself. Raises `ChainKeyUnreadable`."""
    ring_key = settings.API_KEY_RING.get(ring_key_id)
    if ring_key is None:
        raise ChainKeyUnreadable(f"API_KEY_RING has no key {ring_key_id}")
    return _unwrapped(ring_key, bytes(wrapped))


def outside_first_ring_key() -> QuerySet[ChainKey]:
    """The keys that a rotation has to move."""
    return ChainKey.objects.exclude(ring_key_id=encrypting_key_id())


def move_to_first_ring_key(key: ChainKey) -> bool:
    """Encrypt the same key under the first ring key; False when the row changed meanwhile.

    Raises `DecryptionFailed` for one that no ring key opens, which stays as it is and is named in the process's log.
    """
    try:
        ring_key_id, wrapped = _wrap(unwrapped(key.ring_key_id, key.wrapped))
    except ChainKeyUnreadable as error:
        logger.error(UNREADABLE, key.pk)
        raise DecryptionFailed(str(error)) from error
    unchanged = ChainKey.objects.filter(pk=key.pk, ring_key_id=key.ring_key_id)
    return bool(unchanged.update(ring_key_id=ring_key_id, wrapped=wrapped))


def _wrap(key: bytes) -> tuple[str, bytes]:
    ring_key_id = encrypting_key_id()
    return ring_key_id, aes_key_wrap(settings.API_KEY_RING[ring_key_id], key)


@lru_cache(maxsize=16)
def _unwrapped(ring_key: bytes, wrapped: bytes | memoryview) -> bytes:
    try:
        return aes_key_unwrap(ring_key, wrapped)
    except (InvalidUnwrap, ValueError) as error:
        raise ChainKeyUnreadable("The key was changed") from error
