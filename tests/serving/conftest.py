"""The real server on a free port, in a thread, with small limits."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from django.core.handlers.wsgi import WSGIHandler

from integr8admin.serving.application import Application
from integr8admin.serving.configuration import configuration
from tests.serving import site

SMALL = {
    "WEB_THREADS": 4,
    "WEB_WAITING_SECONDS": 5,
    # What is tried here comes from one address.
    "REQUESTS_PER_GUEST": 256,
    "REQUEST_HEAD_SECONDS": 0.4,
    "REQUEST_BODY_BYTES": 20_000,
    "REQUEST_BODY_SECONDS": 2,
    "REQUEST_BODY_BYTES_PER_SECOND": 1_000_000,
    "SLOW_CLIENT_SECONDS": 0.4,
    "STREAM_SECONDS": 20,
    "STREAMS_AT_ONCE": 8,
    "STREAMS_PER_GUEST": 2,
}


#: How long a test waits for what must come, on however busy a machine.
PATIENCE_SECONDS = 60


class Wire:
    """A raw connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)

    def send(self, text: str | bytes) -> "Wire":
        """Write."""
        self.socket.sendall(text if isinstance(text, bytes) else text.encode("latin-1"))
        return self

    def all(self) -> bytes:
        """What comes until the server ends the connection; fails after `PATIENCE_SECONDS` of silence."""
        received = b""
        try:
            while chunk := self.socket.recv(65_536):
                received += chunk
        except ConnectionResetError:
            pass
        return received

    def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Status, fields, and the body of the length that was announced."""
        received = b""
        while b"\r\n\r\n" not in received:
            chunk = self.socket.recv(65_536)
            assert chunk, f"no answer, only {received!r}"
            received += chunk
        head, _, body = received.partition(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
        while len(body) < int(fields.get("content-length", 0)):
            body += self.socket.recv(65_536)
        return int(lines[0].split()[1]), fields, body

    def close(self) -> None:
        """End."""
        self.socket.close()


class Server:
    """A running server."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._open = ExitStack()

    def wire(self, text: str | bytes = b"") -> Wire:
        """A new connection, with its first bytes sent."""
        wire = Wire(self.port)
        self._open.callback(wire.close)
        return wire.send(text)

    def ask(self, text: str | bytes) -> tuple[int, dict[str, str], bytes]:
        """The answer to one request on a connection of its own."""
        return self.wire(text).answer()

    def get(self, path: str, *fields: str) -> tuple[int, dict[str, str], bytes]:
        """The answer to a GET."""
        return self.ask(get(path, *fields))

    def seen(self, path: str, *fields: str) -> dict[str, Any]:
        """What Django saw of a GET."""
        status, _, body = self.get(path, *fields)
        assert status == 200, body
        seen: dict[str, Any] = json.loads(body)
        return seen

    def close(self) -> None:
        """End all connections."""
        self._open.close()


def get(path: str, *fields: str) -> str:
    """A GET as it is written."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: localhost", *fields, "", ""])


def post(path: str, body: str, *fields: str, length: int | None = None) -> str:
    """A POST of a body; `length` announces another length than it has."""
    announced = f"Content-Length: {len(body) if length is None else length}"
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: localhost", announced, *fields, "", body])


@pytest.fixture
def serve(settings: Any, db: None) -> Iterator[Callable[..., Server]]:
    """Starts a server with other settings where some are named."""
    settings.ROOT_URLCONF = "tests.serving.site"
    settings.MIDDLEWARE = settings.MIDDLEWARE[
        : settings.MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
    ]
    site.released.clear()
    with ExitStack() as ending:

        def start(**changed: Any) -> Server:
            for name, value in {**SMALL, **changed}.items():
                setattr(settings, name, value)
            config = configuration(Application(WSGIHandler()), "127.0.0.1", 0, processes=1)
            config.timeout_graceful_shutdown = 5
            running = uvicorn.Server(config)
            thread = threading.Thread(target=running.run, daemon=True)
            thread.start()
            while not running.started:
                assert thread.is_alive()
                time.sleep(0.01)
            server = Server(running.servers[0].sockets[0].getsockname()[1])

            def end() -> None:
                site.released.set()
                server.close()
                running.should_exit = True
                thread.join(PATIENCE_SECONDS)

            ending.callback(end)
            return server

        yield start
