"""Look inside: a file of a million rows and one of a gigabyte, from the click to the table, and the memory it takes."""

import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from bench.measurements import Figure
from bench.server_stack import Stack

#: An export that a fresh sandbox has; its file is replaced by ours.
EXPORT = "exp-000002"
MILLION = 1_000_000
GIGABYTE = 1 << 30
_HEADER = (
    "conversion_time,click_time,status,offer,advertiser,publisher,payout,revenue,currency,transaction_id,"
    "geo_country,user_agent\n"
)
_AGENT = '"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15, like Gecko"'


def look_inside(stack: Stack) -> list[Figure]:
    """Both files, one after the other; each question is asked of the larger one."""
    figures = []
    with stack.worker(), tempfile.TemporaryDirectory(prefix="integr8-bench-files-") as directory:
        for name, rows, size in (
            ("1 M rows", MILLION, None),
            ("1 GB", None, GIGABYTE - 1024),
        ):
            path = Path(directory) / "file.csv"
            count = write_csv(path, rows, size)
            with served(path) as address:
                stack.control(
                    "faults",
                    [
                        {
                            "kind": "status",
                            "operation": "getExportUrl",
                            "status": 200,
                            "times": None,
                            "body": {"url": address},
                        },
                        {
                            "kind": "status",
                            "operation": "getExport",
                            "status": 200,
                            "times": None,
                            "body": {
                                "id": EXPORT,
                                "status": "COMPLETED",
                                "artifact": {"name": f"{count}.csv"},
                                "format": {"delimiter": ","},
                            },
                        },
                    ],
                )
                figures += _measured(stack, name, path.stat().st_size, count)
    stack.control("faults", [])
    return figures


def _measured(stack: Stack, name: str, size: int, count: int) -> list[Figure]:
    session = stack.signed_in()
    url = f"{stack.site_url}/exports/api/{stack.service_id}/{EXPORT}/inside/"
    process = _PreparingProcess()
    started = time.perf_counter()
    with process:
        first = session.get(url, timeout=30)
        first.raise_for_status()
        first_rows = time.perf_counter() - started
        assert "Preparing" in first.text, "the table was there before"
        while "Preparing" in session.get(url, timeout=30).text:
            time.sleep(0.5)
        seconds = time.perf_counter() - started
    page = session.get(url, timeout=30)
    assert f"{count:,} rows" in page.text, re.sub(r"<[^>]+>", " ", page.text)[-2000:]
    return [
        Figure(f"look inside {name}: size", size / 1e6, 0, "MB"),
        Figure(f"look inside {name}: first rows", first_rows, 0, "s"),
        Figure(f"look inside {name}: all rows ready", seconds, 0, "s"),
        Figure(f"look inside {name}: processor time of the process", process.seconds, 0, "s"),
        Figure(f"look inside {name}: peak memory of the process", process.megabytes, 300, "MB"),
        Figure(
            f"look inside {name}: sums per day", _page(session, f"{url}?group=day:conversion_time"), 0, "s"
        ),
        Figure(f"look inside {name}: sort by an id", _page(session, f"{url}?sort=transaction_id"), 0, "s"),
    ]


def _page(session: requests.Session, url: str) -> float:
    started = time.perf_counter()
    page = session.get(url, timeout=30)
    page.raise_for_status()
    assert "This was not counted" not in page.text, "the question took too long"
    return time.perf_counter() - started


class _PreparingProcess:
    """Watches for the process that prepares: the most memory it had in RAM, the processor time it used."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        #: Processor time it used.
        self.seconds = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> "_PreparingProcess":
        self._thread.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        process: Path | None = None
        while not self._is_over.wait(0.05):
            try:
                process = process or _preparing_process()
                if process:
                    status = (process / "status").read_text()
                    used = (process / "stat").read_text().rsplit(")", 1)[1].split()[11:13]
                    self.seconds = max(self.seconds, sum(map(int, used)) / os.sysconf("SC_CLK_TCK"))
                    self.megabytes = max(self.megabytes, int(status.split("VmHWM:")[1].split()[0]) / 1024)
            except (OSError, IndexError):
                process = None


def _preparing_process() -> Path | None:
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if b"apps.look_inside.prepare.process" in command.read_bytes():
                return command.parent
        except OSError:
            continue
    return None


def write_csv(path: Path, rows: int | None, size: int | None) -> int:
    """Conversions of 90 days, until there are so many rows or bytes; how many rows there are."""
    noise = random.Random(8)
    middles = [
        f"{noise.choice(('approved', 'approved', 'rejected', 'pending'))},Offer {noise.randrange(250)} Summer,"
        f"Advertiser {noise.randrange(60)},Publisher {noise.randrange(400)},{noise.randrange(900) / 100:.2f},"
        f"{noise.randrange(2000) / 100:.2f},{noise.choice(('EUR', 'USD', 'GBP'))}"
        for _ in range(5000)
    ]
    count = 0
    with path.open("w", encoding="utf-8", buffering=1 << 20) as file:
        written = file.write(_HEADER)
        while (count < rows) if rows else (written < (size or 0)):
            day, second = count // 54_000 % 90, count % 54_000
            clock = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
            moment = f"2026-{9 + day // 30:02}-{day % 30 + 1:02} {clock}"
            written += file.write(
                f"{moment},{moment},{middles[count * 7919 % 5000]},{noise.getrandbits(96):024x},"
                f"{('DE', 'FR', 'ES', 'US')[count % 4]},{_AGENT}\n"
            )
            count += 1
    return count


@contextmanager
def served(path: Path) -> Iterator[str]:
    """The file over HTTP, as a vendor's host sends one; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(path.stat().st_size))
            self.send_header("Connection", "close")
            self.end_headers()
            with path.open("rb") as file:
                try:
                    self.connection.sendfile(file)
                except OSError:
                    # Whoever wanted the first rows has gone.
                    return

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/file.csv"
    finally:
        server.shutdown()
        server.server_close()
