"""What may stand in a field for a web address or an email address: one rule for forms and for the set-up check."""

import re
from typing import Any
from urllib.parse import SplitResult

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from apps.api.contract.contract import Field
from apps.text.urls import LONGEST_ADDRESS, url_parts

_ADDRESS_FORMATS = ("uri", "url", "uri-template", "iri")
_ADDRESS_NAMES = ("url", "uri", "website", "homepage")
# A macro may stand anywhere behind the host, and in it: https://{domain}/?c={transaction_id}
_BEGINNING = re.compile(r"https?://[^/?#]", re.IGNORECASE)
_NOT_IN_HOST = re.compile(r"[<>\"'`^|]")


def is_for_address(field: Field) -> bool:
    """Whether the contract's field holds a web address: by its format, or by its name where it has none."""
    last = field.name.rsplit(".", 1)[-1].lower()
    by_name = last in _ADDRESS_NAMES or last.endswith(("_url", "_uri"))
    return field.type == "string" and (field.format in _ADDRESS_FORMATS or (not field.format and by_name))


def is_for_email(field: Field) -> bool:
    """Whether the contract's field holds an email address."""
    last = field.name.rsplit(".", 1)[-1].lower()
    return field.type == "string" and (field.format == "email" or last == "email" or last.endswith("_email"))


def problem_with_address(text: str) -> str:
    """Why a text is no web address that a browser may be sent to, in a sentence; "" when it is one."""
    if not _BEGINNING.match(text.strip()):
        return "Begin the address with https:// and the name of its host."
    if any(not sign.isprintable() or sign.isspace() or sign == "\\" for sign in text):
        return "A web address holds no blanks, line breaks or backslashes."
    if len(text) > LONGEST_ADDRESS:
        return f"A web address has at most {LONGEST_ADDRESS:,} characters."
    parts = url_parts(text)
    if parts is None or not _has_readable_port(parts):
        return "This is no web address: its host or port cannot be read."
    if "@" in parts.netloc:
        return "Leave out the user name and password: everybody who sees the address sees them."
    if not parts.hostname or _NOT_IN_HOST.search(parts.netloc):
        return "This is no web address: its host cannot be read."
    return ""


def _has_readable_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port >= 0
    except ValueError:
        return False


def problem_with_email(text: str) -> str:
    """Why a text is no email address, in a sentence; "" when it is one."""
    try:
        validate_email(text)
    except ValidationError:
        return "Enter one email address, like name@example.com."
    return ""


def check_address(text: Any) -> None:
    """Validate a form field for a web address. Raises `ValidationError` when the text is none."""
    if isinstance(text, str) and text and (problem := problem_with_address(text)):
        raise ValidationError(problem)


def check_email(text: Any) -> None:
    """Validate a form field for an email address. Raises `ValidationError` when the text is none."""
    if isinstance(text, str) and text and (problem := problem_with_email(text)):
        raise ValidationError(problem)
