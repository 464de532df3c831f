"""Which hosts may be called: base URLs by an allow-list, signed URLs only at public IP addresses."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from urllib.parse import SplitResult, urlsplit

from apps.api.http.public_ips import is_public

_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9-]{1,63}(?<!-))*")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\uffff\U00010000-\U0010ffff\\%]")
_DOT_SEGMENT = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")

#: Signed addresses are long; none is longer than this.
LONGEST_ADDRESS = 16_000

Resolve = Callable[[str, int], Sequence[str]]


class HostRefused(ValueError):
    """The address may not be called. The text is a plain sentence for the person who typed it."""


def check_base_url(url: str, allowed: Sequence[str], unencrypted: Sequence[str] = ()) -> str:
    """The normalised base URL, without a slash at its end. Raises `HostRefused`.

    An entry `host` of `allowed` permits that host on 80 and 443, a loopback host on any port; `host:port`
    permits exactly that. http is for loopback, and for hosts of `unencrypted` that stand in `allowed` with their port.
    """
    text = url.strip()
    if _UNFIT.search(text):
        raise HostRefused("The address has characters an address of a service does not have.")
    parts, host, port = split_address(text)
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise HostRefused("The address must end with its path, without ? and #.")
    if _DOT_SEGMENT.search(parts.path) or "//" in parts.path:
        raise HostRefused("The path of the address must be a plain one.")
    by_port = is_listed(host, port, allowed, with_port=True)
    by_host = is_listed(host, port, allowed, with_port=False)
    if not by_port and not (by_host and (port in (80, 443) or is_loopback(host))):
        raise HostRefused(f"{host} is not one of the hosts this installation may call on that port.")
    if parts.scheme == "http" and not (is_loopback(host) or (by_port and host in unencrypted)):
        raise HostRefused("Use https: a key would travel unprotected.")
    return f"{parts.scheme}://{_authority(parts.scheme, host, port)}{parts.path.rstrip('/')}"


def is_listed(host: str, port: int, allowed: Sequence[str], *, with_port: bool) -> bool:
    """True when `host:port` (with_port) or `host` stands on the list."""
    for entry in allowed:
        entry_host, entry_port = _entry(entry)
        if entry_host == host and (entry_port == port if with_port else entry_port is None):
            return True
    return False


def is_list_entry(entry: str) -> bool:
    """Whether an entry of such a list names a host, alone or with a port: else it would match nothing, silently."""
    host, port = _entry(entry)
    return _is_host(host) and port != 0 and not set(entry) & set("/\\@?#%*")


def is_host(text: str) -> bool:
    """Whether a text in lower case is the name of a host or an address as everybody writes it, without a port."""
    if not _is_host(text):
        return False
    if ":" in text or not text.rpartition(".")[2].isdigit():
        return True
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """True for this machine's own names and addresses."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def public_address(host: str, port: int, resolve: Resolve) -> str:
    """An address of the host, when every one of them is public. Raises `HostRefused`, also for none.

    The connection must go to this very address: resolving again could give another one.
    """
    try:
        addresses = list(resolve(host, port))
    except OSError:
        addresses = []
    if not addresses:
        raise HostRefused("The host of the file cannot be found.")
    if not all(is_public(address) for address in addresses):
        raise HostRefused("The file is in a private network.")
    return addresses[0]


def system_resolve(host: str, port: int) -> list[str]:
    """The addresses of a host name, by the system's resolver. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def split_address(url: str) -> tuple[SplitResult, str, int]:
    """The parts, host and port of an http or https URL without user information. Raises `HostRefused`."""
    # Python normalises what is no ASCII in a host, in more than linear time.
    if len(url) > LONGEST_ADDRESS or not url.isascii():
        raise HostRefused("That is not an address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise HostRefused("That is not an address.") from None
    if parts.scheme not in _DEFAULT_PORTS or not parts.netloc:
        raise HostRefused("The address must start with https:// or http://.")
    if "@" in parts.netloc:
        raise HostRefused("The address must not contain a user name or password.")
    host = (parts.hostname or "").lower()
    if not _is_host(host) or port == 0:
        raise HostRefused("The address has no valid host.")
    return parts, host, port or _DEFAULT_PORTS[parts.scheme]


def _is_host(host: str) -> bool:
    if ":" in host:
        try:
            ipaddress.IPv6Address(host)
        except ValueError:
            return False
        return True
    return len(host) <= 253 and _HOST_NAME.fullmatch(host) is not None


def _entry(entry: str) -> tuple[str, int | None]:
    name = entry.strip().lower()
    if name.count(":") > 1 and _is_host(name):
        return name, None
    try:
        parts = urlsplit(f"//{name}")
        return (parts.hostname or "").lower(), parts.port
    except ValueError:
        return "", None


def _authority(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == _DEFAULT_PORTS[scheme] else f"{name}:{port}"
