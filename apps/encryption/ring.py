"""Authenticated encryption of short secrets under a ring of keys (AES-256-GCM)."""

import secrets
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

# NIST SP 800-38D: 96-bit nonces; random ones are safe for 2**32 encryptions under one key.
NONCE_BYTES = 12


class DecryptionFailed(Exception):
    """The ring has no such key, or the bytes were changed, or they belong to something else."""


class Sealed(NamedTuple):
    """What encryption gives: the id of the ring key it used, and the nonce followed by the ciphertext."""

    ring_key_id: str
    content: bytes


def encrypting_key_id() -> str:
    """The id of the ring key that encrypts: the first of `API_KEY_RING`."""
    return next(iter(settings.API_KEY_RING))


@sensitive_variables("text")
def encrypt(text: str, *, bound_to: bytes) -> Sealed:
    """The text under the first ring key; it can be decrypted only with the same `bound_to`."""
    ring_key_id = encrypting_key_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    ciphertext = AESGCM(settings.API_KEY_RING[ring_key_id]).encrypt(nonce, text.encode(), bound_to)
    return Sealed(ring_key_id, nonce + ciphertext)


@sensitive_variables("key")
def decrypt(sealed: Sealed, *, bound_to: bytes) -> str:
    """The text; Raises `DecryptionFailed` for an unknown ring key or changed bytes."""
    key = settings.API_KEY_RING.get(sealed.ring_key_id)
    if key is None:
        raise DecryptionFailed("the ring has no key of this id")
    nonce, ciphertext = sealed.content[:NONCE_BYTES], sealed.content[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, bound_to).decode()
    except (InvalidTag, ValueError) as error:
        raise DecryptionFailed("the bytes are not what was encrypted here") from error
