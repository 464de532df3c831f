"""Sends one request and reads one answer, within limits. No redirects, cookies, netrc or environment."""

import os
import ssl
import threading
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.models import PreparedRequest
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError
from urllib3.exceptions import SSLError as PoolSSLError

from apps.api.http.protocol import Request
from apps.api.http.retry import Failure
from apps.api.http.sockets import TrackedAdapter, attempt

CHUNK_BYTES = 65_536
# At least the threads of a web process, or connections would be thrown away after each call.
POOL_SIZE = 64


@dataclass(frozen=True)
class Limits:
    """What one attempt may cost: seconds, and bytes of the decoded body."""

    connect: float
    between_bytes: float
    total: float
    maximum_bytes: int


@dataclass(frozen=True)
class RawAnswer:
    """A complete answer; the body is decoded from gzip, not from JSON."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class TransportError(Exception):
    """No complete answer. `failure` tells what is known; the text names no address and no header."""

    def __init__(self, failure: Failure, problem: str) -> None:
        super().__init__(f"{failure}: {problem}")
        self.failure = failure


@dataclass(frozen=True)
class Network:
    """The CA bundle's path and the proxy's address; empty for certifi's bundle and no proxy."""

    ca_bundle: str = ""
    proxy: str = ""


class Transport:
    """The process's connections, shared by its threads; a forked process makes its own.

    Kept connections are used again, except for operations that create something: an idle connection that
    the server closes meanwhile would blur "not sent" and "unknown".
    """

    def __init__(self, network: Network = Network()) -> None:
        self.network = network
        self._lock = threading.Lock()
        self._adapter: TrackedAdapter | None = None
        self._process_id = 0

    def send(self, request: Request, limits: Limits, fresh_connection: bool) -> RawAnswer:
        """Send once. Raises `TransportError`."""
        if not fresh_connection:
            return self._attempt(self._shared_adapter(), request, limits)
        adapter = TrackedAdapter(connections=1)
        try:
            return self._attempt(adapter, request, limits)
        finally:
            adapter.close()

    def _shared_adapter(self) -> TrackedAdapter:
        if self._adapter is None or self._process_id != os.getpid():
            with self._lock:
                if self._adapter is None or self._process_id != os.getpid():
                    self._adapter = TrackedAdapter(connections=POOL_SIZE)
                    self._process_id = os.getpid()
        return self._adapter

    def _attempt(self, adapter: TrackedAdapter, request: Request, limits: Limits) -> RawAnswer:
        attempt.begin(limits.total, limits.between_bytes)
        try:
            return self._exchange(adapter, request, limits)
        except TransportError:
            raise
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            problem = _described(error)
        # Raised outside the handler: the library's exception holds the URL, which may hold the key.
        raise problem

    def _exchange(self, adapter: TrackedAdapter, request: Request, limits: Limits) -> RawAnswer:
        # The adapter is used without a Session: a Session would merge environment and cookies, and would
        # read a redirect's whole body before handing it over.
        response = adapter.send(
            _prepared(request),
            stream=True,
            timeout=(min(limits.connect, limits.total), limits.between_bytes),
            verify=self.network.ca_bundle or True,
            proxies={"http": self.network.proxy, "https": self.network.proxy} if self.network.proxy else {},
        )
        try:
            body = _read(response.raw, limits.maximum_bytes)
        except BaseException:
            response.close()
            raise
        response.raw.release_conn()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return RawAnswer(response.status_code, headers, _unpacked(body, headers, limits.maximum_bytes))


def _prepared(request: Request) -> PreparedRequest:
    prepared = PreparedRequest()
    prepared.method = request.method
    prepared.url = request.url
    prepared.headers = CaseInsensitiveDict(request.headers)
    prepared.body = request.body
    if request.body is not None or request.method not in ("GET", "HEAD", "DELETE", "OPTIONS"):
        prepared.headers["Content-Length"] = str(len(request.body or b""))
    return prepared


def _read(raw: object, maximum: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while chunk := raw.read(CHUNK_BYTES, decode_content=False):  # type: ignore[attr-defined]
        size += len(chunk)
        if size > maximum:
            raise TransportError(Failure.UNUSABLE, "the answer is too large")
        chunks.append(chunk)
    return b"".join(chunks)


def _unpacked(body: bytes, headers: Mapping[str, str], maximum: int) -> bytes:
    """The body out of gzip, never more than `maximum` bytes: 200 kB can unpack to 200 MB."""
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding in ("", "identity") or not body:
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise TransportError(Failure.UNREADABLE, "the answer's encoding was not asked for")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        unpacked = unpacker.decompress(body, maximum + 1)
    except zlib.error:
        unpacked = None
    if unpacked is None:
        raise TransportError(Failure.UNREADABLE, "the answer's gzip is damaged")
    if len(unpacked) > maximum:
        raise TransportError(Failure.UNUSABLE, "the answer is too large")
    if not unpacker.eof:
        raise TransportError(Failure.BROKEN, "the answer's gzip is cut off")
    return unpacked


def _described(error: Exception) -> TransportError:
    reasons = list(_causes(error))
    if not attempt.was_sent:
        if any(
            isinstance(reason, ssl.SSLError | PoolSSLError | requests.exceptions.SSLError)
            for reason in reasons
        ):
            return TransportError(Failure.TLS_FAILED, "no trusted TLS connection")
        return TransportError(Failure.NOT_SENT, type(reasons[-1]).__name__)
    if any(isinstance(reason, TimeoutError | requests.Timeout) for reason in reasons):
        return TransportError(Failure.TIMED_OUT, "no complete answer in time")
    return TransportError(Failure.BROKEN, type(reasons[-1]).__name__)


def _causes(error: BaseException) -> "list[BaseException]":
    """The exception and what it wraps: `reason` and first argument of urllib3's and requests' own."""
    found: list[BaseException] = []
    node: object = error
    while isinstance(node, BaseException) and node not in found and len(found) < 10:
        found.append(node)
        inner = getattr(node, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((part for part in node.args if isinstance(part, BaseException)), None)
        node = inner if inner is not None else node.__cause__ or node.__context__
    return found


_transport = Transport()


def configure(ca_bundle: str = "", proxy: str = "") -> None:
    """Set the CA bundle's path and the proxy's address for all calls of this process; empty for neither."""
    global _transport
    _transport = Transport(Network(ca_bundle, proxy))


def shared_transport() -> Transport:
    """The transport as last configured."""
    return _transport


def network() -> Network:
    """The network settings as last configured."""
    return _transport.network
