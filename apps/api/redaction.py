"""Masks secrets (keys, tokens, signed URLs) in texts that are logged or shown."""

import base64
import logging
import re
from functools import lru_cache
from urllib.parse import quote

from apps.api.credentials import MASK, live_secrets

# Shorter texts are too likely to be part of an ordinary word.
MINIMUM_SECRET_LENGTH = 6

_NAMES = (
    r"access[_-]?token|guest[_-]?token|refresh[_-]?token|api[_-]?key|apikey|token|password|passwd|secret|"
    r"id[_-]?token|auth[_-]?token|client[_-]?secret|private[_-]?key|credentials?|hmac|jwt|passcode|otp|"
    r"csrfmiddlewaretoken|csrftoken|sessionid|session[_-]?key|signature|sig|x-amz-[a-z-]{1,60}|x-goog-[a-z-]{1,60}|"
    r"awsaccesskeyid|key-pair-id|policy"
)
# An opening quote may be escaped, as in JSON inside a repr.
_ASSIGNED = re.compile(
    rf"(?P<name>(?<![a-z0-9])(?:{_NAMES})(?:\]|%5D)?\\?[\"']?\s*+(?:=|:|%3D)\s*+)"
    r"(?P<value>b?\\?\"(?:[^\"\\]|\\.)*\\?\"|b?\\?'(?:[^'\\]|\\.)*\\?'|[^\s&,;'\"<>)\]}]+)",
    re.IGNORECASE,
)
_SECRET_NAME = re.compile(_NAMES, re.IGNORECASE)
#: One of these is in every text that looks like a credential; looking for them first takes a tenth of the time.
_HINTS = (
    "token",
    "key",
    "pass",
    "secret",
    "credential",
    "hmac",
    "jwt",
    "otp",
    "csrf",
    "session",
    "sig",
    "x-amz",
    "x-goog",
    "policy",
    "authorization",
    "bearer",
    "@",
)
_PLACEHOLDER = re.compile(r"\{[A-Za-z0-9_.:-]+\}(?=$|[\s&#\"'<>])")
_AUTHORIZATION = re.compile(
    r"(authorization\\?[\"']?\s*+[:=]\s*+\\?[\"']?\s*+(?:(?:bearer|basic|token)\s*+)?)[^\s,;'\"\\]+",
    re.IGNORECASE,
)
_BEARER = re.compile(r"\b(bearer\s++)[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_USER_INFORMATION = re.compile(r"(\b[a-z][a-z0-9+.-]{0,20}://)[^\s/@:]{0,200}:[^\s/@]{1,500}@", re.IGNORECASE)
# A link with a secret in it, of ours or of anybody: a part of the path behind a word that says that what follows opens
# something, or one of the form of a token; and what an address on the web has behind its "?" or "#".
_SLASH = r"(?:\\{0,4}/|%(?:25){0,3}2F)"
_OPENS = (
    r"(?:shared?|guest|key|token|reset|invit(?:e|ation)s?|confirm|verify|activate|unsubscribe|magic|signed)"
)
_PART = r"(?:[A-Za-z0-9_~.+=:@-]|%(?!2F)[0-9A-F]{2})"
_SECRET_PART = re.compile(
    rf"(?P<before>{_SLASH}{_OPENS}{_SLASH}++){_PART}{{12,}}"
    rf"|(?P<slash>{_SLASH})(?=[^/\s]{{0,200}}[0-9])(?=[^/\s]{{0,200}}(?-i:[A-Z]))(?=[^/\s]{{0,200}}(?-i:[a-z]))"
    r"[A-Za-z0-9_~-]{24,}",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"\bhttps?(?::|%3A)(?:/|\\/|%2F){2}[^\s\"'<>]+", re.IGNORECASE)
_BEHIND_PATH = re.compile(r"(\?|#|%3F|%23).+", re.IGNORECASE | re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def without_keys(text: str) -> str:
    """The text with the secrets masked that are in memory now: for words of a service that a person reads."""
    for secret in live_secrets():
        if len(secret) >= MINIMUM_SECRET_LENGTH:
            for form in _forms(secret):
                if form in text:
                    text = text.replace(form, MASK)
    return text


@lru_cache(maxsize=2000)
def is_secret_name(name: str) -> bool:
    """Whether a field of this name holds a secret, whatever the contract says of it."""
    return _SECRET_NAME.fullmatch(name) is not None


def without_credentials(text: str) -> str:
    """The text with keys, tokens and passwords masked, and its links left as they are: for what is stored.

    What follows a telling name stays where it is a placeholder, as `token={click_id}` in a tracking link.
    """
    text = without_keys(text)
    folded = text.casefold()
    if not any(hint in folded for hint in _HINTS):
        return text
    text = _AUTHORIZATION.sub(rf"\g<1>{MASK}", text)
    text = _BEARER.sub(rf"\g<1>{MASK}", text)
    text = _ASSIGNED.sub(_masked_unless_placeholder, text)
    return _USER_INFORMATION.sub(rf"\g<1>{MASK}@", text)


def _masked_unless_placeholder(match: re.Match[str]) -> str:
    is_placeholder = _PLACEHOLDER.match(match.string, match.start("value"))
    return match[0] if is_placeholder else f"{match['name']}{MASK}"


def redact(text: str) -> str:
    """The text with secrets masked: those in memory now, and whatever follows a telling name."""
    text = without_keys(text)
    text = _AUTHORIZATION.sub(rf"\g<1>{MASK}", text)
    text = _BEARER.sub(rf"\g<1>{MASK}", text)
    text = _SECRET_PART.sub(lambda match: f"{match['before'] or match['slash']}{MASK}", text)
    text = _WEB_ADDRESS.sub(lambda match: _BEHIND_PATH.sub(rf"\g<1>{MASK}", match[0], count=1), text)
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
