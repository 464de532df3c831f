"""Sockets that keep a deadline for the whole answer and record whether a byte of the request was sent."""

import io
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

BUFFER_BYTES = 65_536


class Attempt(threading.local):
    """The attempt that the current thread makes: what its connection reads and reports."""

    was_sent: bool = False
    ends_at: float = float("inf")
    between_bytes: float = 5.0
    clock: Callable[[], float] = staticmethod(time.monotonic)

    def begin(self, seconds: float, between_bytes: float) -> None:
        """A new attempt: nothing sent, `seconds` in all, `between_bytes` of silence at most."""
        self.was_sent = False
        self.ends_at = self.clock() + seconds
        self.between_bytes = between_bytes

    def read_timeout(self) -> float:
        """Seconds the next read may take. Raises TimeoutError when none are left."""
        left = self.ends_at - self.clock()
        if left <= 0:
            raise TimeoutError("the attempt's time is over")
        return min(left, self.between_bytes)


attempt = Attempt()


class _DeadlineFile(io.RawIOBase):
    """Raw reads, each within the time left: a timeout of requests is per read, a slow drip passes it."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._raw = connected.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._socket.settimeout(attempt.read_timeout())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class DeadlineSocket:
    """A connected socket whose reading file keeps the attempt's deadline; everything else is the socket's."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected

    def makefile(self, *arguments: object, **options: object) -> io.BufferedReader:
        """The file that `http.client` reads an answer from."""
        return io.BufferedReader(_DeadlineFile(self._socket), BUFFER_BYTES)

    def fileno(self) -> int:
        """The socket's descriptor, for `select`."""
        return self._socket.fileno()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class _Tracked:
    """Mixed into a connection: notes the first byte sent after the connection stands."""

    sock: Any

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.sock = DeadlineSocket(self.sock)

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        # While a proxy's tunnel is opened the socket is still the plain one: nothing reached the API.
        if isinstance(self.sock, DeadlineSocket):
            attempt.was_sent = True
        super().send(data)  # type: ignore[misc]


class _TrackedConnection(_Tracked, HTTPConnection):
    pass


class _TrackedSecureConnection(_Tracked, HTTPSConnection):
    pass


class _TrackedPool(HTTPConnectionPool):
    ConnectionCls = _TrackedConnection


class _TrackedSecurePool(HTTPSConnectionPool):
    ConnectionCls = _TrackedSecureConnection


_POOLS = {"http": _TrackedPool, "https": _TrackedSecurePool}


class TrackedAdapter(HTTPAdapter):
    """An adapter of requests with tracked connections and no retries of its own."""

    def __init__(self, connections: int) -> None:
        super().__init__(pool_connections=10, pool_maxsize=connections, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """The adapter's pools, made of tracked connections."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """The proxy's pools, made of tracked connections."""
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager
