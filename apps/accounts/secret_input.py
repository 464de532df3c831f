"""Reads a password or key for a management command: from a file or standard input, never an argument."""

import sys
from pathlib import Path

from django.core.management.base import CommandError

from apps.api.secret_decoding import decode_secret, has_control_characters
from apps.text.typed import trimmed


def read_secret(what: str, path: str | None, option: str) -> str:
    """The first line of the file, or of standard input without one; blanks and marks at its ends do not count.

    `what` names the secret in messages ("password"), `option` the argument that takes the file.
    Raises `CommandError` when there is none, or when standard input is a terminal: it would show the secret.
    """
    if path is None and sys.stdin.isatty():
        raise CommandError(f"Send the {what} on standard input, or name a file with {option}.")
    try:
        # Standard input as bytes: read as text its encoding would be the terminal's.
        text = decode_secret(Path(path).read_bytes() if path is not None else _standard_input())
    except OSError as error:
        raise CommandError(f"The {what} file {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise CommandError(f"The {what} cannot be read: {error}.") from None
    secret = trimmed(trimmed(text).partition("\n")[0])
    if not secret:
        raise CommandError(f"The {what} is empty. Send it on standard input, or name a file with {option}.")
    if has_control_characters(secret):
        raise CommandError(f"The {what} has control characters.")
    return secret


def _standard_input() -> bytes:
    buffer = getattr(sys.stdin, "buffer", None)
    return buffer.read() if buffer is not None else sys.stdin.read().encode()
