"""Test stand of the export benchmarks: workers, a database, the sandbox, a mail server that counts."""

import contextlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psycopg
import requests

from apps.sandbox.keys import ADMIN_KEY
from tests.services.stand import POSTGRESQL, ROOT, MailServer, administer, descendants, free_port

_SEED = """
import json, sys
from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection, Integration, Service
from apps.mail.models import Message
given = json.load(sys.stdin)
service = Service.objects.create(name="Sandbox", base_url=given["base_url"])
Integration.objects.create(service=service, integration_id="int-eu", label="EU network")
for number in range(given["people"]):
    person = User.objects.create(email=f"person-{number}@example.com", name=f"Person {number}", password="!")
    save_key(person, service, Connection.Authentication.API_KEY, Secret(f"{given['key']}.{number}"))
# What is timed is the mails of exports.
Message.objects.filter(key__startswith="security:").delete()
"""

#: All in one transaction: so they are asked for at one moment.
_ASK = """
import json, sys, uuid
from datetime import datetime, timedelta
from django.db import transaction
from apps.connections.models import Connection
from apps.exports.request.creation import request_export
from apps.exports.spec import ExportSpec
given = json.load(sys.stdin)
connections = {c.owner.email: c for c in Connection.objects.select_related("owner", "service")}
with transaction.atomic():
    for email, number in given:
        start = datetime(2026, 9, 1) + timedelta(minutes=number)
        end = start + timedelta(minutes=30)
        spec = ExportSpec.from_json({"report": "conversions", "integration_id": "int-eu",
            "start_time": f"{start:%F %T}", "end_time": f"{end:%F %T}", "time_zone": "UTC",
            "columns": ["conversion_time", "offer"], "extra_parameters": "", "delimiter": ","})
        request_export(connections[email].owner, connections[email], spec, uuid.uuid4())
"""


class CountingMailServer(MailServer):
    """Also knows when it accepted each message."""

    def __init__(self) -> None:
        super().__init__()
        self.times: dict[str, list[float]] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message and note the time under its Message-ID."""
        answer = await super().handle_DATA(server, session, envelope)
        if answer.startswith("250"):
            self.times.setdefault(self.received[-1].split()[1], []).append(time.time())
        return answer


class ExportStand:
    """A context: everything is set up on entering and gone on leaving."""

    def __init__(self, vendor: str, people: int, **environment: str) -> None:
        self.vendor, self.people, self._extra = vendor, people, environment
        self.name = f"stand_{uuid.uuid4().hex[:12]}"
        self.mail = CountingMailServer()
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "ExportStand":
        self._stack = contextlib.ExitStack()
        self.directory = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="integr8-exports-"))
        )
        self._stack.enter_context(self.mail)
        if self.vendor == "postgresql":
            administer(f"CREATE DATABASE {self.name}")
            self._stack.callback(administer, f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._start_sandbox()
        self.manage("migrate", "--verbosity=0")
        self.run(_SEED, {"base_url": f"{self.sandbox_url}/api/v2", "key": ADMIN_KEY, "people": self.people})
        self._stack.callback(self._stop_workers)
        return self

    def __exit__(self, *details: object) -> None:
        self._stack.close()

    @property
    def environment(self) -> dict[str, str]:
        """The settings of every process."""
        on_file = f"sqlite:///{self.directory / self.name}"
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"{POSTGRESQL}/{self.name}" if self.vendor == "postgresql" else on_file,
            "DATA_DIRECTORY": str(self.directory),
            "SITE_URL": "http://127.0.0.1:8000",
            "SECRET_KEY": "a key of this stand alone, long enough to be taken for a real one",
            "API_KEY_RING": "test:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
            "API_ALLOWED_HOSTS": "127.0.0.1",
            "EXPORTS_PER_DAY": "10000",
            "EMAIL_URL": self.mail.url,
            "LOG_LEVEL": "WARNING",
            **self._extra,
        }

    def manage(self, *arguments: str, stdin: str = "") -> None:
        """Run a command to its end."""
        subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            text=True,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def run(self, program: str, given: object) -> None:
        """Run a program within Django; `given` is its standard input, as JSON."""
        self.manage("shell", "-v0", "-c", program, stdin=json.dumps(given))

    def ask(self, exports: Sequence[tuple[int, int]]) -> None:
        """Ask for exports, all at one moment: whose, and a number that no other export of the person has."""
        self.run(_ASK, [(f"person-{person}@example.com", number) for person, number in exports])

    def start_worker(self, processes: int = 2, **environment: str) -> subprocess.Popen[bytes]:
        """Another `manage.py worker`."""
        with (self.directory / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "worker", "--stall-seconds=8"],
                cwd=ROOT,
                env=self.environment | {"WORKER_PROCESSES": str(processes)} | environment,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        """What the workers wrote."""
        path = self.directory / "worker.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def control(self, name: str, values: object) -> None:
        """Steer the sandbox (docs/sandbox.md)."""
        requests.post(f"{self.sandbox_url}/_sandbox/{name}", json=values, timeout=10).raise_for_status()

    def journal(self) -> list[dict[str, Any]]:
        """What the sandbox was asked, oldest first."""
        answer = requests.get(f"{self.sandbox_url}/_sandbox/journal", timeout=60)
        return list(answer.json()["entries"])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        if self.vendor == "postgresql":
            with psycopg.connect(f"{POSTGRESQL}/{self.name}", autocommit=True) as connection:
                return list(connection.execute(query))
        with contextlib.closing(sqlite3.connect(self.directory / self.name, timeout=20)) as connection:
            return list(connection.execute(query))

    def remote_exports(self) -> Iterator[dict[str, Any]]:
        """The exports the sandbox made for us, with `_made` and `_timing`."""
        for line in (self.directory / "sandbox" / "changes.jsonl").read_text().splitlines()[1:]:
            for place, _identity, record in json.loads(line)["changes"]:
                if place[1] == "exports" and record:
                    yield record

    def worker_cpu_seconds(self) -> float:
        """Processor time the workers used so far, with their processes that ended."""
        ticks = 0
        for worker in self.workers:
            for pid in [worker.pid, *descendants(worker.pid)]:
                with contextlib.suppress(OSError):
                    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
                    ticks += sum(map(int, fields[11:15]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def _start_sandbox(self) -> None:
        port = free_port()
        self.sandbox_url = f"http://127.0.0.1:{port}"
        process = subprocess.Popen(
            [sys.executable, "manage.py", "sandbox", "--quiet", "--port", str(port)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        ends = time.monotonic() + 30
        while True:
            try:
                requests.get(f"{self.sandbox_url}/_sandbox/healthz", timeout=1).raise_for_status()
                break
            except requests.RequestException:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)
        self.control("settings", {"exports_per_day": 1_000_000})

    def _stop_workers(self) -> None:
        for worker in self.workers:
            for pid in [worker.pid, *descendants(worker.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            worker.wait()
