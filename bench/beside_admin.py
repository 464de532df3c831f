"""Our pages beside Django's own admin over a local table of the same rows: `python -m bench.beside_admin`.

Both stand behind the same server on this machine and are asked in turn, so their ratio means something on any machine.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

from bench.measurements import LIST, Figure, machine, show
from bench.server_stack import (
    ADMIN_KEY,
    PASSWORD,
    ROOT,
    Stack,
    cpu_seconds,
    free_port,
    memory_megabytes,
    running_stack,
    start,
    wait_for,
)
from tests.support.chromium import find_chromium

ROUNDS = 5
PAGES_A_ROUND = 30
#: Pages that each process has answered before its memory is looked at.
PAGES_BEFORE_MEMORY = 40
RECORD = f"{LIST}1001/"
PLAIN_LIST, PLAIN_RECORD = "/plain_admin/offer/", "/plain_admin/offer/1001/change/"
ALL_NODES = (
    "() => { let n = 0; const w = document.createTreeWalker(document); while (w.nextNode()) n++; return n; }"
)


@dataclass(frozen=True)
class PlainAdmin:
    """Django's admin, running."""

    url: str
    server: subprocess.Popen[bytes]

    def signed_in(self) -> requests.Session:
        """A session signed in."""
        session = requests.Session()
        page = session.get(f"{self.url}/login/", timeout=10)
        token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        form = {"csrfmiddlewaretoken": token, "username": "bench", "password": PASSWORD, "next": "/"}
        session.post(f"{self.url}/login/", form, headers={"Referer": page.url}, timeout=10).raise_for_status()
        assert session.get(f"{self.url}{PLAIN_LIST}", timeout=10, allow_redirects=False).status_code == 200
        return session


@contextmanager
def plain_admin(
    stack: Stack, *, rows: int = 25, processes: int = 1, react_admin: Path | None = None
) -> Iterator[PlainAdmin]:
    """Django's admin over a table of the sandbox's offers, that many on a page; it serves the react-admin build too."""
    with tempfile.TemporaryDirectory(prefix="integr8-bench-admin-") as directory:
        environment = filled_table(stack, Path(directory) / "admin.sqlite3", rows)
        if react_admin:
            environment["REACT_ADMIN_BUILD"] = str(react_admin)
        command = [sys.executable, "-m", "bench.plain_admin"]
        port = free_port()
        server = start(environment, *command, "serve", f"--port={port}", f"--processes={processes}")
        try:
            wait_for(f"http://127.0.0.1:{port}/login/")
            yield PlainAdmin(f"http://127.0.0.1:{port}", server)
        finally:
            os.killpg(server.pid, 15)
            server.wait(15)


def filled_table(stack: Stack, database: Path, rows: int) -> dict[str, str]:
    """Makes the table of the sandbox's offers; the environment in which the admin shows that many rows of it."""
    environment = {**os.environ, "PLAIN_ADMIN_DATABASE": str(database), "PLAIN_ADMIN_ROWS": str(rows)}
    offers = _all_records(stack, f"{LIST.rstrip('/')}")
    advertisers = _all_records(stack, "/advertisers")
    given = json.dumps({"offers": offers, "advertisers": advertisers})
    command = [sys.executable, "-m", "bench.plain_admin", "setup"]
    subprocess.run(command, cwd=ROOT, env=environment, input=given, text=True, check=True)
    return environment


def _all_records(stack: Stack, path: str) -> list[dict[str, object]]:
    records: list[dict[str, object]] = []
    while True:
        query = {"page[size]": "100", "page[number]": str(len(records) // 100 + 1)}
        answer = requests.get(
            f"{stack.api_url}{path}", query, headers={"API-KEY": ADMIN_KEY}, timeout=10
        ).json()
        records += answer["data"]
        if len(answer["data"]) < 100:
            return records


def processor_time(stack: Stack) -> list[Figure]:
    """Processor time of a page of ours and of the admin's page of the same rows, round by round in turn."""
    stack.latency(0)
    figures = []
    for rows, goal in ((25, 1 / 3), (100, 1 / 3)):
        with plain_admin(stack, rows=rows) as admin:
            ours = f"{LIST}?page[size]={rows}"
            figures += _in_turn(stack, admin, f"a list page, {rows} rows", ours, PLAIN_LIST, goal)
            if rows == 25:
                figures += _in_turn(stack, admin, "a record's page", RECORD, PLAIN_RECORD, 0)
    return figures


def _in_turn(
    stack: Stack, admin: PlainAdmin, name: str, our_path: str, plain_path: str, goal: float
) -> list[Figure]:
    ours, plain = stack.signed_in(), admin.signed_in()
    our_times, plain_times = [], []
    for number in range(ROUNDS + 1):
        our_time = _milliseconds(ours, f"{stack.site_url}{our_path}", stack.web)
        plain_time = _milliseconds(plain, f"{admin.url}{plain_path}", admin.server)
        if number:
            # The first round warms both.
            our_times.append(our_time)
            plain_times.append(plain_time)
    ratio = statistics.median(our / plain for our, plain in zip(our_times, plain_times, strict=True))
    return [
        Figure(f"CPU of {name}", statistics.median(our_times), 0, "ms"),
        Figure("  of Django admin's", statistics.median(plain_times), 0, "ms"),
        Figure("  ours / Django admin's", ratio, goal, "×"),
    ]


def _milliseconds(session: requests.Session, url: str, server: subprocess.Popen[bytes]) -> float:
    before = cpu_seconds(server)
    for _ in range(PAGES_A_ROUND):
        session.get(url, timeout=10).raise_for_status()
    return (cpu_seconds(server) - before) / PAGES_A_ROUND * 1000


def nodes(stack: Stack) -> list[Figure]:
    """Nodes of the document of a list page."""
    figures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for rows in (25, 100):
            with plain_admin(stack, rows=rows) as admin:
                page = browser.new_context().new_page()
                ours = _nodes(page, stack.signed_in(), f"{stack.site_url}{LIST}?page[size]={rows}")
                plain = _nodes(page, admin.signed_in(), f"{admin.url}{PLAIN_LIST}")
            figures += [
                Figure(f"nodes of a list page, {rows} rows", ours, 0, ""),
                Figure("  of Django admin's", plain, 0, ""),
                Figure("  ours / Django admin's", ours / plain, 0, "×"),
            ]
        browser.close()
    return figures


def _nodes(page: Page, session: requests.Session, url: str) -> int:
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": cookie.name, "value": cookie.value or "", "url": url} for cookie in session.cookies]
    )
    page.goto(url)
    page.locator("tbody tr").first.wait_for()
    return int(page.evaluate(ALL_NODES))


def memory() -> list[Figure]:
    """Memory of the web server with two processes, each of which has answered lists and records."""
    two = (sys.executable, "-m", "integr8admin.serve", "--processes", "2", "--port", "{port}")
    with running_stack(two) as stack, plain_admin(stack, processes=2) as admin:
        # A new connection each time, so that both processes get their share.
        for path in (f"{LIST}?page[size]=25", RECORD):
            _visit(stack.signed_in(), f"{stack.site_url}{path}")
        for path in (PLAIN_LIST, PLAIN_RECORD):
            _visit(admin.signed_in(), f"{admin.url}{path}")
        return [
            Figure("memory of the web server, two processes", memory_megabytes(stack.web), 110, "MB"),
            Figure("  of Django admin's", memory_megabytes(admin.server), 0, "MB"),
        ]


def _visit(session: requests.Session, url: str) -> None:
    for _ in range(PAGES_BEFORE_MEMORY):
        session.get(url, headers={"Connection": "close"}, timeout=10).raise_for_status()


def beside_admin(stack: Stack) -> list[Figure]:
    """Processor time and nodes."""
    return [*processor_time(stack), *nodes(stack)]


def main() -> int:
    """Measure and print."""
    with running_stack() as stack:
        figures = [*machine(), *beside_admin(stack), *machine()]
    return show([*figures, *memory()])


if __name__ == "__main__":
    sys.exit(main())
