"""Typed readers of environment variables; a wrong value stops the start and names its variable."""

import base64
import binascii
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
KEY_BYTES = 32


class Environment:
    """Reads one mapping of variables. Every reader raises `ImproperlyConfigured` naming the variable."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        """The variable, or the content of the file that `NAME_FILE` points to, or the default."""
        path = self._variables.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ImproperlyConfigured(f"{name}_FILE: cannot read {path}: {error.strerror}") from error
        return self._variables.get(name, "").strip() or default

    def boolean(self, name: str, default: bool) -> bool:
        """True or False from 1/0, true/false, yes/no, on/off."""
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name}: {word!r} is neither true nor false")

    def integer(self, name: str, default: int, minimum: int, maximum: int) -> int:
        """A whole number within its bounds."""
        word = self.text(name)
        if not word:
            return default
        try:
            number = int(word)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: {word!r} is not a whole number") from error
        if not minimum <= number <= maximum:
            raise ImproperlyConfigured(f"{name}: {number} is not between {minimum} and {maximum}")
        return number

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list, without empty entries."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        word = self.text(name, default)
        if word not in allowed:
            raise ImproperlyConfigured(f"{name}: {word!r} is not one of {', '.join(allowed)}")
        return word

    def url(self, name: str, default: str, schemes: tuple[str, ...]) -> str:
        """An absolute URL of one of the schemes, without a slash at its end."""
        word = self.text(name, default)
        try:
            parts = urlsplit(word)
            _ = parts.port
        except ValueError as error:
            raise ImproperlyConfigured(f"{name}: not an address: {error}") from error
        if parts.scheme not in schemes:
            raise ImproperlyConfigured(f"{name}: must start with {' or '.join(s + '://' for s in schemes)}")
        if not parts.hostname and parts.scheme not in ("file", "sqlite", "mailbox", "console"):
            raise ImproperlyConfigured(f"{name}: has no host")
        return word.rstrip("/")

    def site_url(self, name: str, default: str) -> str:
        """The address people type: https anywhere, http only on this machine."""
        word = self.url(name, default, ("http", "https"))
        parts = urlsplit(word)
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
            raise ImproperlyConfigured(
                f"{name}: http is for this machine alone; use https for {parts.hostname}"
            )
        if parts.path or parts.query or parts.fragment:
            raise ImproperlyConfigured(f"{name}: only scheme, host and port, without a path")
        return word

    def key_ring(self, name: str, generated_in: Path | None) -> dict[str, bytes]:
        """Keys by id, the encrypting one first, from `id:base64-key,…`; each key has 32 bytes.

        With the variable unset the ring is made once and kept in `generated_in`; None refuses that.
        """
        text = self.text(name)
        if not text:
            text = self.generated(name, generated_in, lambda: f"local:{_new_key()}")
        ring: dict[str, bytes] = {}
        for entry in text.split(","):
            key_id, separator, encoded = entry.strip().partition(":")
            if not separator or not key_id:
                raise ImproperlyConfigured(f"{name}: each entry is id:base64-key")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError) as error:
                raise ImproperlyConfigured(f"{name}: the key {key_id!r} is not base64") from error
            if len(key) != KEY_BYTES:
                raise ImproperlyConfigured(
                    f"{name}: the key {key_id!r} has {len(key)} bytes, not {KEY_BYTES}"
                )
            if key_id in ring:
                raise ImproperlyConfigured(f"{name}: the id {key_id!r} stands twice")
            ring[key_id] = key
        return ring

    def secret(self, name: str, generated_in: Path | None) -> str:
        """A secret text; with the variable unset it is made once and kept in `generated_in`."""
        return self.text(name) or self.generated(name, generated_in, lambda: secrets.token_urlsafe(48))

    @staticmethod
    def generated(name: str, path: Path | None, make: Callable[[], str]) -> str:
        """The text in `path`, written there readable by its owner alone when it is not there yet."""
        if path is None:
            raise ImproperlyConfigured(f"{name}: must be set when SITE_URL is not on this machine")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
        except FileExistsError:
            pass
        except OSError as error:
            raise ImproperlyConfigured(f"{name}: is not set and cannot be made in {path}") from error
        return path.read_text(encoding="utf-8").strip()


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
