"""The sandbox's API keys: fixed, worthless elsewhere, and meant to be printed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from apps.sandbox.data.organisations import MAIN, OTHER, Organisation, user_id
from apps.sandbox.errors import Refused

ADMIN_KEY = "sandbox-admin-key-7c1f4e92ab"
MANAGER_KEY = "sandbox-manager-key-3d8b60f5ce"
REVOKED_KEY = "sandbox-revoked-key-91e2a7d4b0"
OTHER_ORGANISATION_KEY = "sandbox-other-organisation-key-58c3f1e6aa"


#: A key followed by a dot and a number is as good as the key: many people of one organisation.
_ONE_OF_MANY = re.compile(r"(.+)(\.[0-9]{1,6})")


@dataclass(frozen=True)
class Caller:
    """Whose key a request carried."""

    key_name: str
    organisation: Organisation
    user: str
    is_admin: bool


CALLERS = {
    ADMIN_KEY: Caller("admin", MAIN, user_id(MAIN, 1), is_admin=True),
    MANAGER_KEY: Caller("manager", MAIN, user_id(MAIN, 2), is_admin=False),
    OTHER_ORGANISATION_KEY: Caller("other-organisation", OTHER, user_id(OTHER, 1), is_admin=True),
}


def key_of(headers: Mapping[str, str], query: list[tuple[str, str]]) -> str | None:
    """The key a request carries: API-KEY header, bearer token or `access_token`; None without any."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if headers.get("api-key"):
        return headers["api-key"]
    if scheme.lower() == "bearer" and token:
        return token.strip()
    return dict(query).get("access_token") or None


def key_name(key: str | None) -> str:
    """What the journal calls a key."""
    if key is None:
        return "none"
    if key == REVOKED_KEY:
        return "revoked"
    known, number = _split(key)
    return CALLERS[known].key_name + number if known in CALLERS else "unknown"


def caller_of(key: str | None) -> Caller:
    """Whose key it is. Raises `Refused` 401 for a missing, unknown or revoked one."""
    if key is None:
        raise Refused(HTTPStatus.UNAUTHORIZED, "No API key was provided.")
    known, _ = _split(key)
    if known not in CALLERS:
        raise Refused(HTTPStatus.UNAUTHORIZED, "The API key is not valid.")
    return CALLERS[known]


def organisation_of_key(key: str) -> Organisation | None:
    """The organisation a key is of; None for one that is not known."""
    known, _ = _split(key)
    return CALLERS[known].organisation if known in CALLERS else None


def _split(key: str) -> tuple[str, str]:
    """A key and its number; the number is empty without one."""
    many = _ONE_OF_MANY.fullmatch(key)
    return (many[1], many[2]) if many else (key, "")
