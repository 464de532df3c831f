"""How commands are given a password or a key: in a file or on standard input, never as an argument."""

import sys
from pathlib import Path

from django.core.management.base import CommandError


def read_secret(what: str, path: str | None, option: str) -> str:
    """The first line of the file, or of standard input without one.

    `what` names the secret in messages ("password"), `option` the argument that takes the file.
    Raises `CommandError` when there is none, or when standard input is a terminal: it would show the secret.
    """
    if path is not None:
        try:
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The {what} file {path} cannot be read.") from error
    elif sys.stdin.isatty():
        raise CommandError(f"Send the {what} on standard input, or name a file with {option}.")
    else:
        text = sys.stdin.read()
    secret = text.strip().partition("\n")[0].rstrip("\r")
    if not secret:
        raise CommandError(f"The {what} is empty. Send it on standard input, or name a file with {option}.")
    return secret
