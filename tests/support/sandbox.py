"""A real sandbox for tests: in a thread of the test process, on a free port, with data of its own."""

import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

from apps.resources import registry
from apps.sandbox import keys
from apps.sandbox.application import Application
from apps.sandbox.http_messages import Settings
from apps.sandbox.server import SandboxServer


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
        self.application = Application(
            path, contract=self._contract, added=self._added, settings=self._settings
        )
        self.server = SandboxServer("127.0.0.1", 0, self.application)
        self._thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.stop()
        self._thread.join(timeout=5)
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

    def settings(self, **values: float) -> None:
        """Changes settings, as `exports_per_day=2` or `export_running_seconds=0`."""
        self.application.change_settings(values)

    def reset(self) -> None:
        """First data, first settings, no faults, empty journal."""
        self.application.reset()

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
    yield sandbox_server
    sandbox_server.faults()
    sandbox_server.latency(0)
