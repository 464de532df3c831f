"""The log handed on while it is written and the worker is killed: on both databases, to a file and to syslog."""

import json
import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.services.stand import Stand
from tests.services.test_audit_kills import manage

pytestmark = pytest.mark.services

KILLS = 3
#: Four threads that write to the log of a service and to the product's.
_PROGRAM = """
import threading
from apps.accounts.models import User
from apps.audit.descriptions import Closing, WriteDescription, Origin
from apps.audit.events import EventKind, record
from apps.audit.log import close, open_entry
from apps.audit.models import Outcome
from apps.connections.models import Service
from django.db import connections
person, service = User.objects.get(), Service.objects.get()

def write():
    for number in range(50):
        facts = WriteDescription(service.pk, person, Origin.page("offers:edit", "/"), None, "", "updateOffer", "offers",
            "update", record_id="1001", body={"name": "Summer"})
        close(open_entry(facts), Closing(Outcome.DONE))
        record(EventKind.SIGNED_OUT, person)
    connections.close_all()

threads = [threading.Thread(target=write) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""
_TABLES = ("audit_event", "audit_entry", "audit_entryclosing")
_WRITTEN = 4 * 50


class Received:
    """The lines that arrived, by chain, in their order."""

    def __init__(self, read: Callable[[], list[str]]) -> None:
        self._read = read

    def numbers(self) -> dict[str, list[int]]:
        """The numbers of the links of each chain."""
        found = defaultdict(list)
        for line in map(json.loads, self._read()):
            found[line["chain"]].append(line["number"])
        return found

    def count(self) -> int:
        """How many different lines."""
        return sum(len(set(numbers)) for numbers in self.numbers().values())


def written(stand: Stand) -> int:
    """How many links there are."""
    return sum(stand.value(f"SELECT count(*) FROM {table}") for table in _TABLES)  # noqa: S608


def kill_workers_while_writing(stand: Stand, received: Received, destination: str) -> None:
    """Until everything was handed on; each worker but the last is killed once it has handed something on."""
    writing = manage(stand, "shell", "-v0", "-c", _PROGRAM)
    for _ in range(KILLS):
        before = received.count()
        stand.start_worker(LOG_EXPORT=destination)
        stand.wait_for(lambda: received.count() > before or writing.poll() is not None)  # noqa: B023
        stand.end_workers()
    writing.communicate()
    assert writing.returncode == 0
    stand.start_worker(LOG_EXPORT=destination)
    stand.wait_for(lambda: received.count() == written(stand) >= 3 * _WRITTEN)


def test_a_file_holds_every_line_once_in_its_order_whenever_the_worker_is_killed(template, tmp_path):
    path = tmp_path / "log.jsonl"
    with Stand(template, tmp_path / "stand") as stand:
        received = Received(lambda: whole_lines(path))
        kill_workers_while_writing(stand, received, f"file://{path}")
        numbers = received.numbers()
        assert len(numbers) >= 2
        for chain, found in numbers.items():
            assert found == list(range(1, len(found) + 1)), chain


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
def test_a_syslog_server_gets_every_line_and_those_of_a_kill_twice_at_most(template, tmp_path):
    with Stand(template, tmp_path / "stand") as stand, syslog_server() as (port, messages):
        received = Received(lambda: ["{" + message.partition(" - {")[2] for message in messages])
        kill_workers_while_writing(stand, received, f"syslog+tcp://127.0.0.1:{port}")
        assert all(message.startswith("<86>1 ") for message in messages)
        for chain, found in received.numbers().items():
            assert set(found) == set(range(1, max(found) + 1)), chain
            assert len(found) - len(set(found)) <= KILLS * 100, chain


def whole_lines(path: Path) -> list[str]:
    """What the file holds, without a line that is just written."""
    text = path.read_text() if path.exists() else ""
    return text.split("\n")[:-1]


@contextmanager
def syslog_server() -> Iterator[tuple[int, list[str]]]:
    """A server over TCP: its port, and the messages that arrived whole."""
    messages: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                if line.endswith(b"\n"):
                    messages.append(line.decode().rstrip("\n"))

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = True
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_address[1], messages
        finally:
            server.shutdown()
            thread.join()
