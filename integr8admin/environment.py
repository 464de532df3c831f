"""Reads and checks environment variables; a wrong value stops the start with an error that names the variable.

No message holds a value that may be a secret, and none is chained to a library's error, which may.
"""

import base64
import binascii
import ipaddress
import os
import re
import secrets
import ssl
from collections.abc import Callable, Mapping
from email import policy
from email.errors import MessageError, ObsoleteHeaderDefect
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.mail.message import sanitize_address

from apps.api.http.allowed_hosts import is_host, is_list_entry
from apps.api.secret_decoding import decode_secret, has_control_characters
from apps.text.typed import trimmed
from integr8admin.starting.secret_command import output_of

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
KEY_BYTES = 32
#: Schemes of addresses that name a place on this machine instead of a host.
_PLACES = frozenset({"file", "sqlite", "mailbox", "console", "unix"})
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_DOMAIN = re.compile(r"\[[0-9A-Fa-f:.IPv]+\]|(?!-)[\w-]+(?:\.[\w-]+)*")
_ENCODE = 'in a user name or password write "/" as %2F, "#" as %23, "?" as %3F, "@" as %40, "%" as %25'


class Environment:
    """Reads one mapping of variables. Every reader raises `ImproperlyConfigured` naming the variable."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self._variables = os.environ if variables is None else variables

    def text(self, name: str, default: str = "") -> str:
        """The variable, or the content of the file that `NAME_FILE` points to, or the default.

        Raises `ImproperlyConfigured` otherwise.
        """
        path = self._variables.get(f"{name}_FILE")
        text = trimmed(_file_content(name, path) if path else self._variables.get(name, ""))
        if has_control_characters(text):
            raise ImproperlyConfigured(f"{name}: has control characters, or bytes that are no text in UTF-8")
        return text or default

    def line(self, name: str, default: str = "") -> str:
        """A text of one line: what a secret or an address is. Raises `ImproperlyConfigured` otherwise."""
        text = self.text(name, default)
        if len(text.splitlines()) > 1:
            raise ImproperlyConfigured(f"{name}: has more than one line")
        return text

    def boolean(self, name: str, default: bool) -> bool:
        """True or False from 1/0, true/false, yes/no, on/off. Raises `ImproperlyConfigured` otherwise."""
        word = self.text(name).lower()
        if not word:
            return default
        if word in TRUE_WORDS:
            return True
        if word in FALSE_WORDS:
            return False
        raise ImproperlyConfigured(f"{name}: {word!r} is neither true nor false")

    def integer(self, name: str, default: int, minimum: int, maximum: int) -> int:
        """A whole number within its bounds. Raises `ImproperlyConfigured` otherwise."""
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

    def api_hosts(self, name: str, default: str = "") -> list[str]:
        """Hosts that may be called, each `host` or `host:port`. An entry of another form would permit nothing."""
        return self._checked(
            name, default, is_list_entry, "host or host:port, without a scheme, a path or a star"
        )

    def own_hosts(self, name: str, default: str) -> list[str]:
        """Host names of the site, each `host`, or `.host` for all below it too; `*` for any."""
        return self._checked(name, default, _is_own_host, "a host name, without a scheme, a port or a path")

    def hosts(self, name: str) -> list[str]:
        """Single hosts, each by its name or IP address."""
        found = self._checked(
            name, "", lambda entry: is_host(entry.lower()), "a host, without a port or a star"
        )
        return [host.lower() for host in found]

    def ip_addresses(self, name: str) -> list[str]:
        """IP addresses, or networks of them."""
        return self._checked(name, "", _is_ip_address, "an IP address")

    def certificates(self, name: str) -> str:
        """The path of a file of certificates, or "" when none is named. Raises `ImproperlyConfigured` otherwise."""
        path = self.line(name)
        if path:
            try:
                ssl.create_default_context(cafile=path)
            except (OSError, ValueError):
                raise ImproperlyConfigured(
                    f"{name}: is not a file of certificates that can be read"
                ) from None
        return path

    def _checked(self, name: str, default: str, is_fit: Callable[[str], bool], what: str) -> list[str]:
        words = self.words(name, default)
        for number, word in enumerate(words, start=1):
            # Named by its number: somebody may write a whole address there, with a password.
            if not is_fit(word):
                raise ImproperlyConfigured(f"{name}: entry {number} is not {what}")
        return words

    def one_of(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        """One of a few words. Raises `ImproperlyConfigured` otherwise."""
        word = self.text(name, default)
        if word not in allowed:
            raise ImproperlyConfigured(f"{name}: {word!r} is not one of {', '.join(allowed)}")
        return word

    def url(self, name: str, default: str, schemes: tuple[str, ...], *, needs_host: bool = True) -> str:
        """An absolute URL of one of the schemes, without a slash at its end.

        Characters that end a user name or password early are refused: read otherwise they would be part of a host.
        Raises `ImproperlyConfigured` for these, and for no URL of a scheme.
        """
        word = self.line(name, default)
        parts = _split(name, word)
        if parts.scheme not in schemes:
            raise ImproperlyConfigured(f"{name}: must start with {' or '.join(s + '://' for s in schemes)}")
        if parts.scheme not in _PLACES:
            user_information, _, _ = parts.netloc.rpartition("@")
            after = f"{parts.path}{parts.query}{parts.fragment}"
            if "@" in user_information or "@" in after or _BARE_PERCENT.search(user_information):
                raise ImproperlyConfigured(f"{name}: {_ENCODE}")
            if parts.port == 0:
                raise ImproperlyConfigured(f"{name}: nothing listens on port 0")
            if not parts.hostname and needs_host:
                raise ImproperlyConfigured(f"{name}: has no host")
        return word.rstrip("/")

    def site_url(self, name: str, default: str) -> str:
        """The address people type, in lower case: https anywhere, http only on this machine.

        Raises `ImproperlyConfigured` otherwise.
        """
        word = self.url(name, default, ("http", "https"))
        parts = urlsplit(word)
        if "@" in parts.netloc:
            raise ImproperlyConfigured(f"{name}: must not contain a user name or password")
        if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
            raise ImproperlyConfigured(
                f"{name}: http is for this machine alone; use https for {parts.hostname}"
            )
        if parts.path or parts.query or parts.fragment:
            raise ImproperlyConfigured(f"{name}: only scheme, host and port, without a path")
        host = parts.hostname or ""
        if not is_host(host) or (_is_ip_address(host) and ipaddress.ip_address(host).is_unspecified):
            raise ImproperlyConfigured(f"{name}: its host is none that people can type")
        return word.lower()

    def sender(self, name: str, default: str) -> str:
        """The sender of mails: one address, alone or in angle brackets after a name.

        Raises `ImproperlyConfigured` otherwise.
        """
        text = self.line(name, default)
        if not _is_one_address(text):
            raise ImproperlyConfigured(
                f"{name}: is not one email address with or without a name; put a name with a comma into quotes: "
                '"Acme, Inc." <no-reply@example.com>'
            )
        return text

    def key_ring(self, name: str, generated_in: Path | None, command: str = "") -> dict[str, bytes]:
        """Keys by id, the encrypting one first, from `id:base64-key,…`; each key has 32 bytes.

        With the variable unset the ring is what the command prints; without one it is made once and kept in
        `generated_in`; None refuses that. Raises `ImproperlyConfigured` for a ring that cannot be read or is missing.
        """
        text = self.text(name)
        if text and command:
            raise ImproperlyConfigured(f"{name}: is set, and so is {name}_COMMAND; set one of them")
        if command:
            text = trimmed(output_of(f"{name}_COMMAND", command))
        if not text:
            text = self.generated(name, generated_in, new_key_ring)
        ring: dict[str, bytes] = {}
        for number, entry in enumerate(text.split(","), start=1):
            key_id, separator, encoded = entry.strip().partition(":")
            # Named by its number: written the wrong way round, the id would be the key.
            what = f"{name}: entry {number}"
            if not separator or not key_id:
                raise ImproperlyConfigured(f"{what} is not id:base64-key")
            try:
                key = base64.b64decode(encoded, validate=True)
            except (binascii.Error, ValueError):
                raise ImproperlyConfigured(f"{what} is not id:base64-key: its key is not base64") from None
            if len(key) != KEY_BYTES:
                raise ImproperlyConfigured(f"{what} has a key of {len(key)} bytes, not {KEY_BYTES}")
            if key_id in ring:
                raise ImproperlyConfigured(f"{what} has the id of another one")
            ring[key_id] = key
        return ring

    def secret(self, name: str, generated_in: Path | None) -> str:
        """A secret text; with the variable unset it is made once and kept in `generated_in`."""
        return self.line(name) or self.generated(name, generated_in, new_secret)

    @staticmethod
    def generated(name: str, path: Path | None, make: Callable[[], str]) -> str:
        """The text in `path`, written there readable by its owner alone when it is not there yet.

        Raises `ImproperlyConfigured` otherwise.
        """
        if path is None:
            raise ImproperlyConfigured(f"{name}: must be set when SITE_URL is not on this machine")
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(make())
        except FileExistsError:
            pass
        except OSError:
            raise ImproperlyConfigured(f"{name}: is not set and cannot be made in {path}") from None
        return trimmed(_file_content(name, str(path)))


def new_secret() -> str:
    """A random text for SECRET_KEY."""
    return secrets.token_urlsafe(48)


def new_key_ring() -> str:
    """A ring of one random key, as API_KEY_RING is written."""
    return f"local:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _file_content(name: str, path: str) -> str:
    try:
        return decode_secret(Path(path).read_bytes())
    except OSError as error:
        problem = error.strerror or type(error).__name__
    except ValueError as error:
        problem = str(error)
    # Without the path: whoever puts the secret itself there must not find it in a log.
    raise ImproperlyConfigured(f"{name}_FILE: the file cannot be read: {problem}")


def _split(name: str, word: str) -> SplitResult:
    try:
        parts = urlsplit(word)
        if parts.scheme not in _PLACES:
            _ = parts.port
    except ValueError:
        # The library quotes what it could not read, which may be a part of a password.
        raise ImproperlyConfigured(f"{name}: is not an address; {_ENCODE}") from None
    return parts


def _is_own_host(entry: str) -> bool:
    return entry == "*" or is_host(entry.lower().removeprefix(".").strip("[]"))


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _is_one_address(text: str) -> bool:
    try:
        header = policy.SMTP.header_factory("From", text)
        [address] = header.addresses
        sanitize_address(text, "utf-8")
    except (ValueError, TypeError, MessageError, IndexError, AttributeError):
        # The parsers meet some texts with errors of their own.
        return False
    # A dot in a name, "Acme Inc.", is of an older grammar that everybody reads.
    is_read_alike = all(isinstance(defect, ObsoleteHeaderDefect) for defect in header.defects)
    return bool(is_read_alike and address.username.isascii() and _DOMAIN.fullmatch(address.domain))
