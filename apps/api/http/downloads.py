"""Downloads a file from a signed URL as a stream: a connection of its own, no key, no cookie, no redirect."""

import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import certifi

from apps.api.http.allowed_hosts import (
    HostRefused,
    Resolve,
    is_listed,
    is_loopback,
    public_address,
    split_address,
    system_resolve,
)
from apps.api.http.protocol import USER_AGENT
from apps.api.http.transport import network

CHUNK_BYTES = 65_536


class DownloadRefused(Exception):
    """The address may not be fetched; the text says why without the address, which is a secret."""


class DownloadFailed(Exception):
    """The file did not arrive, or not whole; the text never holds the address."""


@dataclass
class Download:
    """An open download; header names in lower case. `chunks` raises `DownloadFailed` when it breaks off.

    The status may be an error's: it is the caller's to check. Close it, or use it in a `with`.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    chunks: Iterator[bytes] = field(repr=False)
    connection: http.client.HTTPConnection = field(repr=False)

    def close(self) -> None:
        """Drop the connection."""
        self.connection.close()

    def __enter__(self) -> "Download":
        return self

    def __exit__(self, *details: object) -> None:
        self.close()


def open_download(
    url: str,
    own_host_url: str,
    allowed_hosts: Sequence[str] = (),
    *,
    connect_timeout: float = 5.0,
    read_timeout: float = 30.0,
    resolve: Resolve = system_resolve,
    from_byte: int = 0,
    validator: str = "",
) -> Download:
    """Ask for the file at a signed address; for the rest of it from `from_byte` on, if it is still the one that
    `validator` (its ETag or Last-Modified) names: the answer is then 206 with the rest, else 200 with all of it.

    Allowed are the service's own host (`own_host_url`, any port, http only if the service itself is on http),
    and a host of `allowed_hosts` (`host` or `host:port`); with an empty list instead, over https, any host all of
    whose addresses are public: the connection then goes to the address that was checked. Raises
    `DownloadRefused` before anything is sent, `DownloadFailed` when there is no answer or a redirect.
    """
    try:
        scheme, host, port, address, target = _checked(url, own_host_url, allowed_hosts, resolve)
    except HostRefused as refusal:
        problem = str(refusal)
        scheme = ""
    if not scheme:
        raise DownloadRefused(problem)
    connection = _Connection(scheme, host, port, address, connect_timeout, read_timeout)
    try:
        headers = {"Accept-Encoding": "identity", "User-Agent": USER_AGENT}
        if from_byte and validator:
            headers |= {"Range": f"bytes={from_byte}-", "If-Range": validator}
        connection.request("GET", target, headers=headers)
        response = connection.getresponse()
        if not 300 <= response.status <= 399:
            received = {name.lower(): value for name, value in response.getheaders()}
            return Download(response.status, received, _chunks(connection, response), connection)
        problem = "The file's address redirects."
    except (OSError, http.client.HTTPException, ValueError) as error:
        problem = f"The file's host does not answer ({type(error).__name__})."
    connection.close()
    raise DownloadFailed(problem)


def _checked(
    url: str, own_host_url: str, allowed_hosts: Sequence[str], resolve: Resolve
) -> tuple[str, str, int, str, str]:
    """Scheme, host, port, the address to connect to, and the request's target."""
    if any(ord(character) <= 32 or ord(character) >= 127 for character in url) or "\\" in url:
        raise HostRefused("The file's address is not a valid one.")
    parts, host, port = split_address(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = urlsplit(own_host_url)
    is_own = host == (own.hostname or "").lower()
    by_port = is_listed(host, port, allowed_hosts, with_port=True)
    by_host = is_listed(host, port, allowed_hosts, with_port=False)
    if parts.scheme == "http" and not (by_port or (is_own and own.scheme == "http")):
        raise HostRefused("The file's address is not protected by https.")
    is_known = is_own or by_port or (by_host and (port in (80, 443) or is_loopback(host)))
    if not is_known and allowed_hosts:
        raise HostRefused("The file is on a host that DOWNLOAD_ALLOWED_HOSTS does not name.")
    address = host if is_known else public_address(host, port, resolve)
    return parts.scheme, host, port, address, target


class _Connection(http.client.HTTPConnection):
    """A connection to a checked address that still asks for, and verifies, the host's name."""

    def __init__(
        self, scheme: str, host: str, port: int, address: str, connect_timeout: float, read_timeout: float
    ) -> None:
        super().__init__(host, port, timeout=connect_timeout)
        self.default_port = 443 if scheme == "https" else 80
        self._scheme = scheme
        self._address = address
        self._read_timeout = read_timeout

    def connect(self) -> None:
        """Connect, through the configured proxy for https, and verify the certificate."""
        proxy = urlsplit(network().proxy) if network().proxy and self._scheme == "https" else None
        place = (proxy.hostname or "", proxy.port or 3128) if proxy else (self._address, self.port)
        self.sock: Any = socket.create_connection(place, self.timeout)
        if proxy:
            self._open_tunnel()
        if self._scheme == "https":
            context = ssl.create_default_context(cafile=network().ca_bundle or certifi.where())
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)
        self.sock.settimeout(self._read_timeout)

    def _open_tunnel(self) -> None:
        name = f"[{self._address}]" if ":" in self._address else self._address
        place = f"{name}:{self.port}"
        self.sock.sendall(f"CONNECT {place} HTTP/1.1\r\nHost: {place}\r\n\r\n".encode("ascii"))
        answer = http.client.HTTPResponse(self.sock, method="CONNECT")
        answer.begin()
        if answer.status != 200:
            raise OSError("the proxy refuses the tunnel")


def _chunks(connection: http.client.HTTPConnection, response: http.client.HTTPResponse) -> Iterator[bytes]:
    problem = ""
    expected = response.length
    received = 0
    try:
        while chunk := response.read1(CHUNK_BYTES):
            received += len(chunk)
            yield chunk
    except (OSError, http.client.HTTPException, ValueError) as error:
        problem = type(error).__name__
    finally:
        connection.close()
    if not problem and expected is not None and received != expected:
        problem = "it is shorter than announced"
    if problem:
        raise DownloadFailed(f"The file broke off ({problem}).")
