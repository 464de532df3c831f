"""API keys in memory: a `Secret` that never shows itself, and the way it is sent (header, bearer, query)."""

import hmac
import threading
import weakref
from dataclasses import dataclass
from enum import StrEnum
from typing import NoReturn

MASK = "********"

# Texts of the secrets alive in this process, so that the log can cut them out (apps.api.redaction).
_live: "weakref.WeakValueDictionary[int, Secret]" = weakref.WeakValueDictionary()
_live_lock = threading.Lock()


class Authentication(StrEnum):
    """How the key is sent."""

    API_KEY = "api-key"
    BEARER = "bearer"
    QUERY = "query"


class Secret:
    """A text that shows itself only through `reveal()`; it is masked elsewhere and refuses to be pickled."""

    __slots__ = ("__weakref__", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        with _live_lock:
            _live[id(self)] = self

    def reveal(self) -> str:
        """The text itself; for the moment of sending or encrypting only."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, specification: str) -> str:
        return format(MASK, specification)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._text.encode(), other._text.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __bool__(self) -> bool:
        return bool(self._text)

    def __copy__(self) -> "Secret":
        return self

    def __deepcopy__(self, memory: object) -> "Secret":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is not pickled")


@dataclass(frozen=True)
class Credential:
    """A key and the way it is sent."""

    authentication: Authentication
    secret: Secret


def live_secrets() -> list[str]:
    """The texts of all secrets now in memory."""
    with _live_lock:
        return [secret.reveal() for secret in list(_live.values())]
