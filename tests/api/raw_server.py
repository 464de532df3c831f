"""A server of raw sockets: each request gets the next planned behaviour, a byte at a time if need be."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass

Behaviour = Callable[[socket.socket], bool]


@dataclass(frozen=True)
class Received:
    """A request as it came in; header names in lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes
    connection: int


class RawServer:
    """Listens on 127.0.0.1. The last behaviour is repeated; `requests` is the journal of whole requests."""

    def __init__(self, *behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._behaviours = list(behaviours)
        self.requests: list[Received] = []
        self.connections = 0
        self._open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def plan(self, *behaviours: Behaviour) -> None:
        self._behaviours = list(behaviours)

    def __enter__(self) -> "RawServer":
        return self

    def __exit__(self, *details: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Refuse connections from now on and drop the open ones; again is no harm."""
        if self.listener.fileno() >= 0:
            # shutdown() wakes the blocked accept(); close() alone would leave the port listening.
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
        for connection in self._open:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection, self.connections), daemon=True).start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        try:
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection, connection.makefile("rb") as file:
                while request := _read_request(file, number):
                    self.requests.append(request)
                    behaviour = self._behaviours.pop(0) if len(self._behaviours) > 1 else self._behaviours[0]
                    if not behaviour(connection):
                        return
        except OSError:
            return


def _read_request(file, number: int) -> Received | None:
    line = file.readline().decode()
    if not line:
        return None
    method, target, _ = line.split()
    headers = {}
    while (line := file.readline().decode().strip()) != "":
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    return Received(method, target, headers, file.read(int(headers.get("content-length", 0))), number)


def answer(status: int = 200, body: object = b"", **headers: str) -> Behaviour:
    """A whole answer; a body that is no bytes is sent as JSON. `_` in a header's name stands for `-`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()

    def behave(connection: socket.socket) -> bool:
        head = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        connection.sendall(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\n{head}\r\n".encode() + content
        )
        return True

    return behave


def raw(*parts: bytes) -> Behaviour:
    """Exactly these bytes, then the connection is closed."""

    def behave(connection: socket.socket) -> bool:
        connection.sendall(b"".join(parts))
        return False

    return behave


def reset_after(sent: bytes = b"") -> Behaviour:
    """Some bytes, then a TCP reset."""

    def behave(connection: socket.socket) -> bool:
        connection.sendall(sent)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # The file object still holds the descriptor: detach closes it now, with the reset.
        socket.close(connection.detach())
        return False

    return behave


def silence(connection: socket.socket) -> bool:
    """No byte; ends when the client hangs up."""
    connection.recv(1)
    return False


def drip(head: bytes, part: bytes, every: float, ended: threading.Event) -> Behaviour:
    """The head, then one small part after another until `ended` or the client hangs up."""

    def behave(connection: socket.socket) -> bool:
        connection.sendall(head)
        while not ended.wait(every):
            connection.sendall(part)
        return False

    return behave
