"""Refuses to start a public site with unsafe settings: debug, weak secrets, any host."""

import base64
import binascii
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from django.core.exceptions import ImproperlyConfigured

from apps.accounts.passwords.strength import estimate_guesses

SHORTEST_SECRET = 32
FEWEST_CHARACTERS = 8
FEWEST_KEY_BYTES = 16
FEWEST_GUESSES = 10**16
#: Words of placeholders; in a random text of 64 characters one of them stands by chance once in millions.
_PLACEHOLDERS = (
    "change",
    "default",
    "django",
    "example",
    "insecure",
    "password",
    "placeholder",
    "replace",
    "secret",
    "your-",
    "your_",
)


@dataclass(frozen=True)
class CheckedSettings:
    """The settings that may be unsafe, as they were read."""

    debug: bool
    failpoints: str
    secret_key: str
    secret_key_fallbacks: list[str]
    api_key_ring: Mapping[str, bytes]
    allowed_hosts: list[str]
    mail_scheme: str


def refuse_unsafe(chosen: CheckedSettings) -> None:
    """Raise `ImproperlyConfigured` that names every variable with a value unfit for a site that people reach."""
    problems = list(problems_of(chosen))
    if problems:
        raise ImproperlyConfigured(
            "SITE_URL is not on this machine, so these must be mended before anything starts. "
            + " ".join(problems)
        )


def problems_of(chosen: CheckedSettings) -> Iterable[str]:
    """A sentence for each variable that is unfit; none holds a secret."""
    if chosen.debug:
        yield "DEBUG: must be off: error pages would show settings and data."
    if chosen.failpoints:
        yield "FAILPOINTS: must be unset: it kills processes on purpose."
    if chosen.mail_scheme in ("mailbox", "console"):
        yield (
            f"EMAIL_URL: {chosen.mail_scheme}: is for this machine alone; "
            "others could read password resets. Name a mail server."
        )
    if any(is_any_host(host) for host in chosen.allowed_hosts):
        yield "ALLOWED_HOSTS: must name the site's own hosts; * lets anybody choose the host."
    weakness = weakness_of(chosen.secret_key)
    if weakness:
        yield f"SECRET_KEY: {weakness}; make one with `openssl rand -base64 48`."
    for number, fallback in enumerate(chosen.secret_key_fallbacks, start=1):
        weakness = weakness_of(fallback)
        if weakness:
            yield f"SECRET_KEY_FALLBACKS: entry {number} {weakness}; whoever guesses it signs in as anybody."
    yield from _problems_of_ring(chosen)


def _problems_of_ring(chosen: CheckedSettings) -> Iterable[str]:
    keys = list(chosen.api_key_ring.values())
    for number, key in enumerate(keys, start=1):
        if is_guessable_key(key):
            yield f"API_KEY_RING: the key of entry {number} is not random; make one with `openssl rand -base64 32`."
        if key in keys[: number - 1]:
            yield f"API_KEY_RING: the key of entry {number} stands twice."
        if key in (chosen.secret_key.encode(), *_decoded(chosen.secret_key)):
            yield f"API_KEY_RING: the key of entry {number} is SECRET_KEY; they must differ."


def weakness_of(secret: str) -> str:
    """Why a secret text can be guessed, in words that follow its name; "" when nothing is seen."""
    if len(secret) < SHORTEST_SECRET:
        return f"has fewer than {SHORTEST_SECRET} characters"
    if len(set(secret)) < FEWEST_CHARACTERS or _is_regular(secret.encode()):
        return "is not random"
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        return "looks like a placeholder"
    return "" if estimate_guesses(secret) >= FEWEST_GUESSES else "can be guessed"


def is_guessable_key(key: bytes) -> bool:
    """Whether the bytes are none that chance makes: few different ones, a row, or a repetition."""
    return len(set(key)) < FEWEST_KEY_BYTES or _is_regular(key)


def is_any_host(entry: str) -> bool:
    """Whether an entry of ALLOWED_HOSTS lets a stranger choose the host: `*`, or a whole top-level domain."""
    return entry.strip() in ("*", ".") or (entry.startswith(".") and "." not in entry.strip("."))


def _is_regular(text: bytes) -> bool:
    """Whether at least half of it follows from what stands before: counting up or down, or repeating."""
    steps = [after - before for before, after in pairwise(text)]
    even = sum(first == second for first, second in pairwise(steps))
    return even * 2 >= len(text) or len(zlib.compress(text, 9)) - 8 <= len(text) // 2


def _decoded(secret: str) -> list[bytes]:
    try:
        return [base64.b64decode(secret, validate=True)]
    except (binascii.Error, ValueError):
        return []
