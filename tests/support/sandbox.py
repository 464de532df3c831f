"""A real sandbox for tests: in a thread of the test process, on a free port, with data of its own."""

import fcntl
import select
import socket
import tempfile
import termios
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from apps.resources import registry
from apps.sandbox import keys
from apps.sandbox.application import Application
from apps.sandbox.http_messages import Answer, Request, Settings
from apps.sandbox.server import SandboxServer

PATIENCE_SECONDS = 60


class _Application(Application):
    """Knows how many requests it is about to answer."""

    under_way = 0
    #: Set while answers are given; else they wait.
    may_answer: threading.Event
    _counting = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """The answer, counted until it is in the journal."""
        self._count(1)
        try:
            self.may_answer.wait(PATIENCE_SECONDS)
            return super().answer(request)
        finally:
            self._count(-1)

    def _count(self, change: int) -> None:
        with self._counting:
            self.under_way += change


class _Server(SandboxServer):
    """Knows whether there are requests that nothing of was read yet."""

    def has_unread_requests(self) -> bool:
        """Whether a connection waits to be accepted, or bytes of one to be read."""
        with self._open_lock:
            has_bytes = any(_has_unread_bytes(one) for one in self._open)
        return has_bytes or bool(select.select([self.socket], [], [], 0)[0])


def _has_unread_bytes(connection: socket.socket) -> bool:
    try:
        return any(fcntl.ioctl(connection, termios.FIONREAD, bytes(4)))
    except (OSError, ValueError):
        # Closed between being listed and being asked.
        return False


class Sandbox:
    """Starts on entering and stops on leaving; `contract` names another OpenAPI file to serve."""

    admin_key = keys.ADMIN_KEY
    manager_key = keys.MANAGER_KEY
    revoked_key = keys.REVOKED_KEY
    other_organisation_key = keys.OTHER_ORGANISATION_KEY

    def __init__(
        self,
        contract: Path | None = None,
        settings: Settings | None = None,
        added: Sequence[Path] | None = None,
    ) -> None:
        self._contract = contract
        self._added = registry.contract_files() if added is None else added
        self._settings = settings

    def __enter__(self) -> Self:
        self._directory = tempfile.TemporaryDirectory(prefix="sandbox-")
        path = Path(self._directory.name)
        self.application = _Application(
            path, contract=self._contract, added=self._added, settings=self._settings
        )
        self.application.may_answer = threading.Event()
        self.application.may_answer.set()
        self.server = _Server("127.0.0.1", 0, self.application)
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self._thread.join(PATIENCE_SECONDS)
        self._directory.cleanup()

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in http://127.0.0.1:40001."""
        return self.server.origin

    @property
    def host(self) -> str:
        """Host and port, for API_ALLOWED_HOSTS."""
        return self.origin.removeprefix("http://")

    @property
    def base_url(self) -> str:
        """Where the operations are: the origin and the contract's base path."""
        return self.server.base_url

    def faults(self, *rules: dict[str, Any]) -> None:
        """Replaces the fault plan; without rules there are no faults (docs/sandbox.md has their form)."""
        self.application.faults.replace(list(rules))

    def latency(self, milliseconds: float) -> None:
        """How long every API answer waits first."""
        self.application.change_settings({"latency_milliseconds": milliseconds})

    @contextmanager
    def silent(self) -> Iterator[None]:
        """Meanwhile every request waits for its answer."""
        self.application.may_answer.clear()
        try:
            yield
        finally:
            self.application.may_answer.set()

    def settings(self, **values: float) -> None:
        """Changes settings, as `exports_per_day=2` or `export_running_seconds=0`."""
        self.application.change_settings(values)

    def reset(self) -> None:
        """First data, first settings, no faults, empty journal."""
        self.application.reset()

    def wait_until_idle(self) -> None:
        """Wait until every request that was sent is in the journal, also those nobody waits for any more.

        Raises AssertionError when some are still under way after a minute.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while self.application.under_way or self.server.has_unread_requests():
            assert time.monotonic() < end, "The sandbox is still answering a request of this test."
            time.sleep(0.005)

    def journal(self, operation: str | None = None) -> list[dict[str, Any]]:
        """What was asked so far, oldest first; of one operation when named."""
        entries = self.application.journal.entries()
        return [entry for entry in entries if operation in (None, entry["operation"])]


@pytest.fixture(scope="session")
def sandbox_server() -> Iterator[Sandbox]:
    """One sandbox for the whole run of a test process."""
    with Sandbox() as running:
        yield running


@pytest.fixture
def sandbox(sandbox_server: Sandbox) -> Iterator[Sandbox]:
    """The sandbox with its first data; exports are done at once unless a test sets their times."""
    sandbox_server.reset()
    sandbox_server.settings(export_pending_seconds=0, export_running_seconds=0)
    threads = set(threading.enumerate())
    yield sandbox_server
    sandbox_server.faults()
    sandbox_server.latency(0)
    # What is still on its way would reach the data and the journal of the next test.
    sandbox_server.wait_until_idle()
    left = [thread for thread in threading.enumerate() if thread not in threads and not _answers(thread)]
    for thread in left:
        thread.join(timeout=5)
    assert [thread.name for thread in left if thread.is_alive()] == [], "The test left threads behind."


def _answers(thread: threading.Thread) -> bool:
    """Whether it is the thread of a server's connection, or one that waits for the next view: both may stay."""
    return "process_request_thread" in thread.name or thread.name.startswith("view_")
