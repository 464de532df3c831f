"""The product as people run it: `manage.py demo` on free ports, with data of its own, and people to sign in."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple

import requests

from apps.sandbox.management.commands.demo import demo_environment
from bench.server_stack import ROOT, free_port
from tests.support.prepared.database import copy_migrated
from tests.support.prepared.static_files import copy_static_files

#: How long anything may take on a busy machine.
PATIENCE_SECONDS = 180
OFFERS = "/integrations/int-eu/offers/"
CONVERSIONS = "/reports/conversions/"


class Person(NamedTuple):
    """Somebody who can sign in."""

    email: str
    password: str


ADMIN = Person("admin@example.com", "demo-password-1")
MANAGER = Person("manager@example.com", "demo-password-2")
VIEWER = Person("viewer@example.com", "demo-password-3")
#: Admins without a key yet, one for each test that tells the story from its beginning.
NEWCOMERS = {
    name: Person(f"{name}@example.com", "a first day at the desk")
    for name in ("mouse", "keyboard", "plain", "keyless", "refused", "careful", "waiting", "unguarded")
}
_MAKE_PEOPLE = """
import json, sys
from apps.accounts.models import Role, User
for email, password in json.load(sys.stdin):
    User.objects.create_user(email, password, role=Role.ADMIN)
"""


class Site:
    """Sandbox, web and worker; `directory` gets their data and logs."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port, self.sandbox_port = free_port(), free_port()
        self.url = f"http://localhost:{self.port}"

    def __enter__(self) -> "Site":
        environment = self._environment = demo_environment(
            {
                "PATH": "/usr/bin:/bin",
                "EXPORTS_PER_DAY": "1000",
                "LOG_LEVEL": "WARNING",
                # On a busy machine every page is slow: what is left out after one is not what they try.
                "SLOW_PAGE_MILLISECONDS": "120000",
                # People sign in once for all tests.
                "FRESH_PROOF_MINUTES": "720",
            },
            self.directory,
            self.port,
            self.sandbox_port,
        )
        copy_migrated(self.directory / "dashboard.sqlite3")
        copy_static_files(self.directory)
        manage = [sys.executable, "manage.py"]
        ports = ["--port", str(self.port), "--sandbox-port", str(self.sandbox_port)]
        with (self.directory / "demo.log").open("wb") as log:
            self._demo = subprocess.Popen(
                [*manage, "demo", *ports, "--data", str(self.directory)],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait_until_ready()
            subprocess.run(
                [*manage, "shell", "-c", _MAKE_PEOPLE],
                cwd=ROOT,
                env=environment,
                input=json.dumps(list(NEWCOMERS.values())),
                text=True,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *details: object) -> None:
        self._stop()

    def _stop(self) -> None:
        self._demo.send_signal(signal.SIGTERM)
        try:
            self._demo.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._demo.kill()
            raise

    def _wait_until_ready(self) -> None:
        ends = time.monotonic() + PATIENCE_SECONDS
        while True:
            log = (self.directory / "demo.log").read_text(errors="replace")
            assert self._demo.poll() is None, f"The demo ended by itself:\n{log}"
            assert time.monotonic() < ends, f"The demo is not ready after {PATIENCE_SECONDS} s:\n{log}"
            try:
                if requests.get(f"{self.url}/healthz", timeout=PATIENCE_SECONDS).ok and "Ctrl-C" in log:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.1)

    def manage(self, *arguments: str) -> None:
        """Run a management command on the site's data."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self._environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    # The sandbox's control (docs/sandbox.md).

    def _control(self, name: str, body: Any = None) -> None:
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/{name}"
        requests.post(url, json=body, timeout=PATIENCE_SECONDS).raise_for_status()

    def calm(self) -> None:
        """No faults, no latency, fast exports. The data stay: our own rows know the sandbox's exports by their ids."""
        self.faults()
        self.settings(
            latency_milliseconds=0,
            export_pending_seconds=0,
            export_running_seconds=0,
            exports_per_day=1000,
            requests_per_second=0,
        )

    def latency(self, seconds: float) -> None:
        """How long the API waits before each answer."""
        self._control("latency", {"milliseconds": seconds * 1000})

    def settings(self, **values: float) -> None:
        """Change the sandbox's settings."""
        self._control("settings", values)

    def faults(self, *rules: dict[str, Any]) -> None:
        """Replace the fault plan; none without rules."""
        self._control("faults", list(rules))

    def journal(self, operation: str) -> list[dict[str, Any]]:
        """What the API was asked of one operation so far."""
        url = f"http://127.0.0.1:{self.sandbox_port}/_sandbox/journal"
        answer = requests.get(url, timeout=PATIENCE_SECONDS).json()
        entries = answer["entries"] if isinstance(answer, dict) else answer
        return [entry for entry in entries if entry["operation"] == operation]
