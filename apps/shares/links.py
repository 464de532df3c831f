"""The link of a share: what stands in the address, and what of it is kept.

The address holds a random key of 256 bits. We keep its digest, to find the share, and the API's guest token sealed
under it: neither a copy of the database nor an operator can open a share, only whoever has the link.
"""

import hashlib
import secrets
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.views.decorators.debug import sensitive_variables

KEY_BYTES = 32
_NONCE_BYTES = 12


class NotThisLink(Exception):
    """The key of an address opens nothing here."""


@sensitive_variables()
def new_key() -> str:
    """The secret part of a new link, fit for an address."""
    return secrets.token_urlsafe(KEY_BYTES)


@sensitive_variables()
def digest_of(key: str) -> str:
    """What is kept of a key, to find its share."""
    return hashlib.sha256(key.encode()).hexdigest()


@sensitive_variables()
def seal(guest_token: str, key: str, share_id: UUID) -> bytes:
    """The guest token as only this link opens it: nonce and ciphertext."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return nonce + _cipher(key, share_id).encrypt(nonce, guest_token.encode(), None)


@sensitive_variables()
def unseal(sealed: bytes, key: str, share_id: UUID) -> str:
    """The guest token, for one call. Raises `NotThisLink` when the key of the address does not open it."""
    try:
        return _cipher(key, share_id).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], None).decode()
    except (InvalidTag, ValueError) as error:
        raise NotThisLink from error


@sensitive_variables()
def _cipher(key: str, share_id: UUID) -> AESGCM:
    derived = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=b"share " + share_id.bytes)
    return AESGCM(derived.derive(key.encode()))
