"""One entry of a cache as bytes: a signature, when it ends, and the pickled value.

Django's caches unpickle whatever lies there, so whoever can write to the Redis or the directory runs code here. The
signature is over the entry's name and end too: an entry put under another name, or kept for longer, is none.
"""

import hashlib
import hmac
import logging
import pickle  # nosec B403: only what is signed is read
import struct
import time
from functools import lru_cache
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

SIGNATURE_BYTES = 32
_END = struct.Struct(">d")
_HEAD_BYTES = SIGNATURE_BYTES + _END.size
_NEVER = float("inf")


class NoEntry(Exception):
    """These bytes are no entry of this name that is still valid."""


def pack(name: str, value: object, end: float | None) -> bytes:
    """The bytes to keep under a name until `end`, in seconds of the epoch; None for no end."""
    content = _END.pack(_NEVER if end is None else end) + pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _signature(name, content) + content


def unpack(name: str, entry: bytes) -> Any:
    """The value that was kept under this name. Raises `NoEntry` where it is over or was not written by this site."""
    check(name, entry)
    try:
        return pickle.loads(entry[_HEAD_BYTES:])  # noqa: S301  # nosec B301: signed
    except Exception as error:
        # Another version of the site wrote it, with classes that are gone.
        logger.info("An entry of the cache cannot be read any more: %s", type(error).__name__)
        raise NoEntry from error


def check(name: str, entry: bytes) -> None:
    """Raises `NoEntry` where the entry is over or was not written by this site under this name."""
    signature, content = entry[:SIGNATURE_BYTES], entry[SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(name, content)):
        # Without its name, which may hold what somebody typed.
        logger.warning("An entry of the cache has no signature of this site and was not used")
        raise NoEntry
    if _END.unpack_from(content)[0] < time.time():
        raise NoEntry


def _signature(name: str, content: bytes) -> bytes:
    encoded = name.encode()
    return hmac.digest(
        _key(settings.SECRET_KEY), len(encoded).to_bytes(4) + encoded + content, hashlib.sha256
    )


@lru_cache(maxsize=4)
def _key(secret_key: str) -> bytes:
    """A key for this purpose alone, of the site's secret."""
    return hmac.digest(secret_key.encode(), b"integr8admin.signed_cache", "sha256")
