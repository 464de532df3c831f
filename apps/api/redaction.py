"""Keys, tokens and signed addresses are cut out of every text that is logged, keys out of every word of a service."""

import base64
import logging
import re
from urllib.parse import quote

from apps.api.credentials import MASK, live_secrets

# Shorter texts are too likely to be part of an ordinary word.
MINIMUM_SECRET_LENGTH = 6

_NAMES = (
    r"access[_-]?token|guest[_-]?token|refresh[_-]?token|api[_-]?key|apikey|token|password|passwd|secret|"
    r"csrfmiddlewaretoken|sessionid|signature|sig|x-amz-[a-z-]{1,60}|x-goog-[a-z-]{1,60}|awsaccesskeyid|key-pair-id|policy"
)
# An opening quote may be escaped, as in JSON inside a repr.
_ASSIGNED = re.compile(
    rf"(?P<name>(?<![a-z0-9])(?:{_NAMES})(?:\]|%5D)?\\?[\"']?\s*+(?:=|:|%3D)\s*+)"
    r"(?P<value>b?\\?\"(?:[^\"\\]|\\.)*\\?\"|b?\\?'(?:[^'\\]|\\.)*\\?'|[^\s&,;'\"<>)\]}]+)",
    re.IGNORECASE,
)
_AUTHORIZATION = re.compile(
    r"(authorization\\?[\"']?\s*+[:=]\s*+\\?[\"']?\s*+(?:(?:bearer|basic|token)\s*+)?)[^\s,;'\"\\]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer\s++)[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_USER_INFORMATION = re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:]{0,200}:[^\s/@]{1,500}@", re.IGNORECASE)
# The key of a link for guests stands in its address.
_GUEST_LINK = re.compile(r"(/shared/)[A-Za-z0-9_-]{16,}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def without_keys(text: str) -> str:
    """The text with the secrets masked that are in memory now: for words of a service that a person reads."""
    for secret in live_secrets():
        if len(secret) >= MINIMUM_SECRET_LENGTH:
            for form in _forms(secret):
                if form in text:
                    text = text.replace(form, MASK)
    return text


def redact(text: str) -> str:
    """The text with secrets masked: those in memory now, and whatever follows a telling name."""
    text = without_keys(text)
    text = _AUTHORIZATION.sub(rf"\g<1>{MASK}", text)
    text = _BEARER.sub(rf"\g<1>{MASK}", text)
    text = _GUEST_LINK.sub(rf"\g<1>{MASK}", text)
    text = _ASSIGNED.sub(rf"\g<name>{MASK}", text)
    return _USER_INFORMATION.sub(rf"\g<1>{MASK}@", text)


def _forms(secret: str) -> tuple[str, ...]:
    encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
    return secret, quote(secret, safe=""), encoded


class RedactingFormatter(logging.Formatter):
    """A formatter whose lines hold no secret, and whose messages cannot start a line of their own."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the base class's name)
        """The line without its traceback, control characters escaped."""
        line = super().formatMessage(record)
        return _CONTROL.sub(lambda match: match[0].encode("unicode_escape").decode(), line)

    def format(self, record: logging.LogRecord) -> str:
        """The whole entry, traceback included, redacted."""
        return redact(super().format(record))
