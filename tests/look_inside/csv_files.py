"""A host of files as vendors use one: signed addresses lead to it. Each test says what it serves, and how badly."""

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CSV = (
    "conversion_time,offer,publisher,status,payout,currency,transaction_id\n"
    "2026-11-01 09:00:00,Summer,Alpha,Approved,1.50,EUR,0001\n"
    "2026-11-01 10:00:00,Summer,Beta,Rejected,2.50,USD,0002\n"
    "2026-11-02 11:00:00,Winter,Alpha,Approved,3.25,EUR,0003\n"
    '2026-11-02 12:00:00,"Winter, late",Beta,Approved,4.00,USD,0004\n'
    "2026-11-03 13:00:00,Winter,,Pending,,,0005\n"
)


class FileHost:
    """Serves `content` to every GET; `requests` are the headers of those there were."""

    def __init__(self) -> None:
        self.content = CSV.encode()
        self.status = 200
        self.etag = ""
        self.takes_ranges = False
        #: So many bytes are sent, then the connection is dropped; None sends all.
        self.breaks_after: int | None = None
        self.headers: dict[str, str] = {}
        self.requests: list[dict[str, str]] = []
        host = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host.requests.append({name.lower(): value for name, value in self.headers.items()})
                host.answer(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        """A signed address of the file."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/file.csv?signature=secret"

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """One answer."""
        content, status, start = self.content, self.status, 0
        wanted = re.fullmatch(r"bytes=(\d+)-", handler.headers.get("Range", ""))
        if self.takes_ranges and wanted and handler.headers.get("If-Range") == self.etag:
            start, status = int(wanted[1]), 206
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content) - start))
        if self.etag:
            handler.send_header("ETag", self.etag)
        if status == 206:
            handler.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(content[start : None if self.breaks_after is None else start + self.breaks_after])

    def stop(self) -> None:
        """Refuse connections from now on."""
        self._server.shutdown()
        self._server.server_close()
