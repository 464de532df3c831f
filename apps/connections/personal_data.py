"""Who may read what identifies people in the API's rows, and what stands in its place for all others.

`MASK_PERSONAL_DATA` says for whom it is hidden. Rows are masked where they are read, before any page, drawer, file or
link is made of them.
"""

import ipaddress
import re
from collections.abc import Mapping, Set
from typing import Any
from uuid import UUID

from django.conf import settings

from apps.accounts.models import Role, User

HIDDEN = "hidden"
#: The values of `MASK_PERSONAL_DATA`, and the roles that read all the same.
READERS: Mapping[str, Set[str]] = {
    "nobody": frozenset(Role.values),
    "viewers": frozenset({Role.MANAGER, Role.ADMIN}),
    "all-but-admins": frozenset({Role.ADMIN}),
}
#: Words of a column's name that say it identifies a person.
_WORDS = frozenset({"ip", "ips", "ipv4", "ipv6", "email", "emails", "mail", "phone", "skype", "telegram"})
_NAMES = frozenset({"device_id", "idfa", "gaid", "advertising_id", "conversion_ip", "click_ip", "user_ip"})
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
#: What an address of mail looks like within a text; also as DuckDB's engine reads it.
EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
_EMAIL = re.compile(EMAIL)


def sees_personal_data(person: User, service: UUID | str | None = None) -> bool:
    """Whether the person reads it, in the service's rows or, without one, in those of all."""
    readers = READERS[settings.MASK_PERSONAL_DATA]
    if readers == READERS["nobody"]:
        return True
    own = person.service_roles.get(str(service)) if service is not None else None
    return person.is_active and (person.role in readers or own in readers)


def is_personal(name: str) -> bool:
    """Whether a column of that name holds what identifies a person."""
    words = [word.lower() for word in _WORD.findall(name)]
    return bool(_WORDS.intersection(words)) or "_".join(words) in _NAMES


def masked(value: Any) -> Any:
    """A record, or what is in one: fields of telling names are hidden, addresses of mail in every other text too."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if is_personal(str(name)) and part not in (None, "") else masked(part)
            for name, part in value.items()
        }
    if isinstance(value, list | tuple):
        return [masked(part) for part in value]
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """A text without addresses of mail; an IP address alone is hidden as a whole."""
    if _is_address(text):
        return HIDDEN
    return _EMAIL.sub(HIDDEN, text) if "@" in text else text


def _is_address(text: str) -> bool:
    if not (2 < len(text) <= 45 and ("." in text or ":" in text)):
        return False
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    # 1.2.3.4 may be a version; it is hidden all the same.
    return True
