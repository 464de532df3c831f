"""The HTTP connection: time and size limits for request heads, idle timeout."""

import asyncio
from typing import Any

import httptools
from django.conf import settings
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from integr8admin.browser_security.headers import headers_of
from integr8admin.serving.application import ABORT

HEAD_BYTES = 65_536
HEAD_FIELDS = 100
#: How long a closing connection may take to take the last bytes.
_LINGER_SECONDS = 15.0
#: Bytes of one request on the wire, chunk sizes and trailers included.
_WIRE_BYTES = 80_000_000


class Protocol(HttpToolsProtocol):
    """uvicorn's protocol with a deadline and a size for heads, and an end for every connection."""

    _head_timer: asyncio.TimerHandle | None = None
    _is_in_head = False
    _wire_bytes = 0

    def connection_made(self, transport: Any) -> None:
        """Begin; the first head has to come in time."""
        super().connection_made(transport)
        if len(self.connections) > settings.CONNECTIONS_AT_ONCE:
            self._make_room()
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """End, with all timers."""
        self._unwatch_head()
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:
            self.timeout_keep_alive_task.cancel()

    def data_received(self, data: bytes) -> None:
        """Parse; a head that grows too large ends the connection."""
        self._wire_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._is_waiting():
            self._watch_head()
            if self._wire_bytes > HEAD_BYTES:
                self.send_400_response("The request's head is too large.")
        elif self._wire_bytes > _WIRE_BYTES:
            self.transport.abort()

    def on_message_begin(self) -> None:
        """A new request: its scope says how to end the connection."""
        super().on_message_begin()
        self._is_in_head = True
        scope: Any = self.scope
        scope["extensions"] = {ABORT: self.transport.abort}

    def on_header(self, name: bytes, value: bytes) -> None:
        """One field of the head. Those of a trailer come after everything was decided: they are dropped.

        Raises `HttpParserError` for a head with too many fields.
        """
        if not self._is_in_head:
            return
        if len(self.headers) >= HEAD_FIELDS:
            raise httptools.HttpParserError("too many fields")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is complete. Raises `HttpParserError` when it is too large."""
        if sum(len(name) + len(value) for name, value in self.headers) + len(self.url) > HEAD_BYTES:
            raise httptools.HttpParserError("the head is too large")
        self._is_in_head = False
        self._wire_bytes = 0
        self._unwatch_head()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole; what comes next is another one's head."""
        super().on_message_complete()
        self._wire_bytes = 0

    def on_response_complete(self) -> None:
        """The answer is written; a client that does not take its last bytes is cut off in the end."""
        super().on_response_complete()
        if self.transport.is_closing():
            self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, and end."""
        fields = headers_of("text/plain", is_https=True) | {
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(msg)),
            "Cache-Control": "no-store",
            "Connection": "close",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.transport.write(f"HTTP/1.1 400 Bad Request\r\n{head}\r\n{msg}".encode("ascii"))
        self.transport.close()
        self.loop.call_later(_LINGER_SECONDS, self.transport.abort)

    def timeout_keep_alive_handler(self) -> None:
        """Nothing came for a long time: end, also where the last answer was not taken."""
        self.transport.abort()

    def _is_waiting(self) -> bool:
        """Whether a head is awaited or under way."""
        return self._is_in_head or self.cycle is None or self.cycle.response_complete

    def _watch_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(settings.REQUEST_HEAD_SECONDS, self.transport.abort)

    def _unwatch_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _make_room(self) -> None:
        # Of those that wait for a head: a set has no order, but whoever waits has nothing to lose.
        for other in list(self.connections):
            if isinstance(other, Protocol) and other is not self and other._is_waiting():
                other.transport.abort()
                return
