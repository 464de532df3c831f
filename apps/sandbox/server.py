"""The HTTP server of the sandbox, which can also answer badly on purpose."""

import json
import socket
import struct
import sys
import threading
import time
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from apps.sandbox.application import Application
from apps.sandbox.contract.validation import split_query
from apps.sandbox.faults import FaultRule, Kind
from apps.sandbox.http_messages import Answer, Request

CONTROL = "/_sandbox/"
MAXIMUM_BODY = 5_000_000
IDLE_SECONDS = 75
LOOPBACK = ("127.", "::1", "::ffff:127.")


class SandboxServer(ThreadingHTTPServer):
    """Serves one application; `base_url` is its address with the contract's base path."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, host: str, port: int, application: Application, *, quiet: bool = True) -> None:
        self.application = application
        self.quiet = quiet
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), Handler)

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        host, port = self.server_address[:2]
        text = host.decode() if isinstance(host, bytes | bytearray) else str(host)
        return f"http://[{text}]:{port}" if ":" in text else f"http://{text}:{port}"

    @property
    def base_url(self) -> str:
        """Where the operations are."""
        return self.origin + self.application.contract.base_path

    def server_bind(self) -> None:
        """Binds without asking a name server for the host's name."""
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remembers the connection, so that `stop` can end it."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forgets the connection and closes it."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is shown."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError | ValueError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Ends every connection, waiting answers too, and gives the port and the data back."""
        self.stopping.set()
        self.shutdown()
        with self._open_lock:
            connections = list(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.server_close()
        self.application.store.close()


class Handler(BaseHTTPRequestHandler):
    """Reads requests off one connection and writes their answers."""

    server: SandboxServer
    protocol_version = "HTTP/1.1"
    server_version = "Integr8Sandbox"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1

    def handle_any(self) -> None:
        """One request of any method."""
        started = time.perf_counter()
        path, _, query = self.path.partition("?")
        content = self._body()
        if content is None:
            return
        if path.startswith(CONTROL):
            answer = self._control(path.removeprefix(CONTROL), query, content)
        else:
            headers = {name.lower(): value for name, value in self.headers.items()}
            origin, address = self.server.origin, str(self.client_address[0])
            answer = self.server.application.answer(
                Request(self.command, path, split_query(query), headers, content, origin, address)
            )
        self._send(answer)
        if not self.server.quiet:
            milliseconds = (time.perf_counter() - started) * 1000
            sys.stderr.write(f"{self.command} {path} {answer.status} {milliseconds:.1f} ms\n")

    def __getattr__(self, name: str) -> Any:
        """`do_GET`, `do_POST` …: the base class looks methods up by name; all are handled alike."""
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Silent: `handle_any` writes its own line, without the query."""

    def _body(self) -> bytes | None:
        """The request's body; None when it was refused and answered."""
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED, "Send the body with its length.")
            return None
        if int(length) > MAXIMUM_BODY:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is too large.")
            return None
        return self.rfile.read(int(length))

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True
        self._send(Answer.of_json({"message": message}, status))

    # --- answers ---

    def _send(self, answer: Answer) -> None:
        rule = answer.fault
        if rule is None or rule.kind in (Kind.STATUS, Kind.HTML):
            self._plain(answer)
        else:
            self._faulty(answer, rule)

    def _plain(self, answer: Answer) -> None:
        self._head(answer, None if answer.chunks else len(answer.content))
        if self.command == "HEAD":
            self.wfile.flush()
            return
        if answer.chunks is None:
            self.wfile.write(answer.content)
        else:
            for chunk in answer.chunks:
                self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n" if chunk else b"")
            self.wfile.write(b"0\r\n\r\n")
        self.wfile.flush()

    def _head(self, answer: Answer, length: int | None) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        elif answer.status != HTTPStatus.NO_CONTENT and "Content-Length" not in answer.headers:
            self.send_header("Content-Length", str(length))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _faulty(self, answer: Answer, rule: FaultRule) -> None:
        if rule.kind in (Kind.RESET, Kind.RESET_AFTER_EFFECT, Kind.CLOSE):
            self._cut(with_reset=rule.kind is not Kind.CLOSE)
        elif rule.kind is Kind.STALL:
            if not self.server.stopping.wait(rule.seconds):
                self._plain(answer)
        elif rule.kind is Kind.DRIP:
            self._drip(answer, rule.seconds)
        elif rule.kind is Kind.SHORT_BODY:
            content = answer.content or b'{"data":[]}'
            self._head(answer, len(content))
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            self._cut(with_reset=False)
        else:
            headers = {"Content-Type": "application/json", **rule.headers}
            self._plain(Answer(rule.status or HTTPStatus.OK, _wrong_content(rule), headers))

    def _drip(self, answer: Answer, pause: float) -> None:
        self._head(answer, len(answer.content))
        self.wfile.flush()
        for place in range(len(answer.content)):
            if self.server.stopping.wait(pause):
                break
            self.wfile.write(answer.content[place : place + 1])
            self.wfile.flush()

    def _cut(self, *, with_reset: bool) -> None:
        self.close_connection = True
        if with_reset:  # lingering for no time sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        else:
            self.connection.shutdown(socket.SHUT_RDWR)

    # --- control ---

    def _control(self, name: str, query: str, content: bytes) -> Answer:
        """The addresses a test steers the sandbox by (docs/sandbox.md); for this machine alone."""
        if not str(self.client_address[0]).startswith(LOOPBACK):
            return Answer.of_json({"message": "Only from this machine."}, HTTPStatus.FORBIDDEN)
        application = self.server.application
        try:
            body = json.loads(content) if content else None
            if (self.command, name) == ("GET", "healthz"):
                return Answer.of_json({"status": "ok"})
            if (self.command, name) == ("GET", "journal"):
                since = int(dict(split_query(query)).get("since", "0"))
                return Answer.of_json({"entries": application.journal.entries(since)})
            if (self.command, name) == ("GET", "settings"):
                return Answer.of_json(vars(application.settings))
            if self.command != "POST" or not _steer(application, name, body):
                return Answer.of_json({"message": "There is no such control."}, HTTPStatus.NOT_FOUND)
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            return Answer.of_json({"message": str(error)}, HTTPStatus.BAD_REQUEST)
        return Answer.of_json({"status": "ok"})


def _steer(application: Application, name: str, body: Any) -> bool:
    """Carries out a POST to a control address; False when there is none of that name."""
    if name == "faults":
        application.faults.replace(body)
    elif name == "latency":
        application.change_settings({"latency_milliseconds": body["milliseconds"]})
    elif name == "settings":
        application.change_settings(body)
    elif name == "reset":
        application.reset()
    else:
        return False
    return True


def _wrong_content(rule: FaultRule) -> bytes:
    if rule.kind is Kind.EMPTY:
        return b""
    if rule.kind is Kind.BAD_JSON:
        return b'{"data": [{"id": 1,'
    if rule.kind is Kind.HUGE:
        return b'{"data":["' + b"x" * (rule.megabytes * 1_000_000) + b'"],"meta":{}}'
    return json.dumps({"data": "not what was asked for"} if rule.body is None else rule.body).encode()
