"""The token API beside the contract: one call, tokens of its own, errors as `{status, code, message}`."""

import threading
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from apps.sandbox.errors import Refused
from apps.sandbox.http_messages import Answer, JournalNote, Request
from apps.sandbox.token.conversions import conversions

BASE_PATH = "/token/v1"
OPERATION = "listConversions"

ADMIN = "sandbox-token-admin-38e896f5a1"
MANAGER = "sandbox-token-manager-56703119c4"
REVOKED = "sandbox-token-revoked-82434e92d7"
#: Bound to an address that is not this machine's.
BOUND = "sandbox-token-bound-9e55d2c0b8"
#: Answered 202 twice, then 200.
SLOW = "sandbox-token-slow-4b7a61f3e0"

_NAMES = {
    ADMIN: "token-admin",
    MANAGER: "token-manager",
    REVOKED: "token-revoked",
    BOUND: "token-bound",
    SLOW: "token-slow",
}
_WHITELISTS = {BOUND: frozenset({"203.0.113.7"})}
_LOOKS_BEFORE_READY = 2


class TokenRefused(Refused):
    """An error answer in the token API's form."""

    @property
    def body(self) -> dict[str, Any]:
        """The error type as `status`, the HTTP code, and a sentence."""
        word = HTTPStatus(self.status).name.lower()
        return {"status": word, "code": int(self.status), "message": self.message}


class TokenApi:
    """Answers requests under `BASE_PATH`; remembers how often the slow token has asked."""

    def __init__(self) -> None:
        self._rows = conversions()
        self._looks: Counter[str] = Counter()
        self._lock = threading.Lock()

    def reset(self) -> None:
        """The slow token waits again."""
        with self._lock:
            self._looks.clear()

    def answer(self, request: Request) -> Answer:
        """The answer to a request; Raises `TokenRefused` for all but the one call with a valid token."""
        if request.path != f"{BASE_PATH}/conversions":
            raise TokenRefused(HTTPStatus.NOT_FOUND, "The resource cannot be found.")
        if request.method != "GET":
            raise TokenRefused(
                HTTPStatus.METHOD_NOT_ALLOWED, "Conversions are only read.", headers={"Allow": "GET"}
            )
        token = token_of(request.headers, request.query)
        if token is None:
            raise TokenRefused(HTTPStatus.UNAUTHORIZED, "No access token was provided.")
        if token not in _NAMES or token == REVOKED:
            raise TokenRefused(HTTPStatus.UNAUTHORIZED, "The access token is not valid.")
        if request.address not in _WHITELISTS.get(token, {request.address}):
            raise TokenRefused(
                HTTPStatus.FORBIDDEN, f"The IP address {request.address} is not whitelisted for this token."
            )
        unknown = [name for name, _value in request.query if name != "access_token"]
        if unknown:
            raise TokenRefused(HTTPStatus.BAD_REQUEST, f"Unknown parameter: {unknown[0]}")
        if self._is_being_prepared(token):
            accepted = {"status": "accepted", "code": 202, "message": "The conversions are being prepared."}
            return Answer.of_json(accepted, HTTPStatus.ACCEPTED)
        return Answer.of_json({"status": "OK", "code": 200, "data": self._rows})

    def _is_being_prepared(self, token: str) -> bool:
        if token != SLOW:
            return False
        with self._lock:
            self._looks[token] += 1
            return self._looks[token] <= _LOOKS_BEFORE_READY


def is_token_path(path: str) -> bool:
    """Whether an address belongs to the token API."""
    return path.startswith(f"{BASE_PATH}/")


def token_of(headers: Mapping[str, str], query: list[tuple[str, str]]) -> str | None:
    """The token of a request: the bearer token, else `access_token`; None without either."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return dict(query).get("access_token") or None


def note_request(request: Request, note: JournalNote) -> None:
    """Write into the journal's note which operation and whose token this is."""
    note.operation = OPERATION
    token = token_of(request.headers, request.query)
    note.key = _NAMES.get(token, "unknown") if token else "none"
