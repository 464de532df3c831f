"""A real worker on a real database of its own, with a real mail server, to be killed at named places."""

import contextlib
import itertools
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from aiosmtpd.controller import Controller

from tests.support.prepared.database import copy_migrated

ROOT = Path(__file__).resolve().parents[2]
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432")
LEASE_SECONDS = 2
#: How long a test waits for what must come, on however busy a machine.
PATIENCE_SECONDS = 180

#: All stands share one API: each asks for a range of its own, so that its exports can be told apart.
_minutes = itertools.count()

_MIGRATE = """
from django.core.management import call_command
call_command("migrate", verbosity=0, skip_checks=True)
"""
_SEED = """
import uuid
from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection, Integration, Service
from apps.exports.request.creation import request_export
from apps.exports.spec import ExportSpec
from apps.mail.models import Message
import sys
base_url, key = sys.stdin.read().split()
person = User.objects.create_user("ada@example.com", "correct horse battery staple", name="Ada")
service = Service.objects.create(name="Sandbox", base_url=base_url)
Integration.objects.create(service=service, integration_id="int-eu", label="EU network")
connection = save_key(person, service, Connection.Authentication.API_KEY, Secret(key))
spec = ExportSpec.from_json({"report": "conversions", "integration_id": "int-eu",
    "start_time": "2026-11-01 00:00:00", "end_time": "2026-11-01 23:59:59", "time_zone": "UTC",
    "columns": ["conversion_time", "offer"], "extra_parameters": "", "delimiter": ","})
request_export(person, connection, spec, uuid.uuid4())
# The mails that are counted are those of exports.
Message.objects.filter(key__startswith="security:").delete()
"""


def has_postgresql() -> bool:
    """Whether a PostgreSQL server answers."""
    try:
        psycopg.connect(f"{POSTGRESQL}/postgres", connect_timeout=20).close()
    except psycopg.OperationalError:
        return False
    return True


class MailServer:
    """Receives mail over SMTP; `received` are the Message-IDs it accepted. `on_data` runs before it accepts."""

    def __init__(self) -> None:
        self.received: list[str] = []
        self.on_data: Callable[[], None] | None = None
        self._controller = Controller(self, hostname="127.0.0.1", port=0)

    def __enter__(self) -> "MailServer":
        # aiosmtpd connects to its own port to see that it is up; with port 0 that has to be looked up first.
        self._controller.port = free_port()
        self._controller.start()
        return self

    def __exit__(self, *details: object) -> None:
        self._controller.stop()

    @property
    def url(self) -> str:
        """For EMAIL_URL."""
        return f"smtp://127.0.0.1:{self._controller.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take a message, unless the test breaks in."""
        hook, self.on_data = self.on_data, None
        if hook:
            hook()
            return "451 not now"
        text = bytes(envelope.content).decode()
        self.received.append(next(line for line in text.splitlines() if line.startswith("Message-ID:")))
        return "250 OK"


class Template:
    """A migrated database with one export asked for; stands start from copies of it."""

    def __init__(self, vendor: str, directory: Path, base_url: str, key: str) -> None:
        self.vendor = vendor
        self.directory = directory
        self.name = f"template_{uuid.uuid4().hex[:12]}"
        if vendor == "postgresql":
            administer(f"CREATE DATABASE {self.name}")
            seed = _MIGRATE + _SEED
        else:
            copy_migrated(directory / self.name)
            seed = _SEED
        subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity=0", "-c", seed],
            cwd=ROOT,
            env=self.environment(self.name, directory) | {"EMAIL_URL": "console://"},
            input=f"{base_url} {key}",
            text=True,
            check=True,
            capture_output=True,
        )

    def environment(self, name: str, directory: Path) -> dict[str, str]:
        """The settings of processes that work on the database `name`."""
        url = f"{POSTGRESQL}/{name}" if self.vendor == "postgresql" else f"sqlite:///{directory / name}"
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": url,
            "DATA_DIRECTORY": str(directory),
            "SITE_URL": "http://127.0.0.1:8000",
            "SECRET_KEY": "a key of these tests alone, long enough to be taken for a real one",
            "API_KEY_RING": "test:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
            "API_ALLOWED_HOSTS": "127.0.0.1",
            "EXPORT_SETTLE_SECONDS": "1",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
        }

    def copy(self, directory: Path) -> str:
        """The name of a new database with the same content."""
        name = f"stand_{uuid.uuid4().hex[:12]}"
        if self.vendor == "postgresql":
            administer(f"CREATE DATABASE {name} TEMPLATE {self.name}")
        else:
            source = sqlite3.connect(self.directory / self.name)
            target = sqlite3.connect(directory / name)
            with contextlib.closing(source), contextlib.closing(target):
                source.backup(target)
        return name

    def drop(self, name: str) -> None:
        """Remove a database."""
        if self.vendor == "postgresql":
            administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Stand:
    """One database, one mail server, workers on them. The export it works on has the range `start` alone."""

    def __init__(self, template: Template, directory: Path, failpoints: str = "") -> None:
        self.template = template
        self.directory = directory
        self.directory.mkdir(parents=True)
        self.name = template.copy(directory)
        self.connection = self._connect()
        self.mail = MailServer()
        self.failpoints = failpoints
        self.workers: list[subprocess.Popen[bytes]] = []
        number = next(_minutes)
        self.start_time = f"2026-11-01 {number // 60:02}:{number % 60:02}:00"
        self.change("UPDATE exports_exportrequest SET start_time = %s", self.start_time)

    def __enter__(self) -> "Stand":
        self.mail.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self.end_workers()
        self.mail.__exit__()
        self.connection.close()
        self.template.drop(self.name)
        shutil.rmtree(self.directory, ignore_errors=True)

    def end_workers(self) -> None:
        """Kill every worker and its processes."""
        for worker in self.workers:
            for pid in [worker.pid, *descendants(worker.pid)]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    def start_worker(self, stall_seconds: int = 30, **settings: str) -> subprocess.Popen[bytes]:
        """Another `manage.py worker`, with other settings where some are named."""
        environment = self.template.environment(self.name, self.directory)
        environment |= {"EMAIL_URL": self.mail.url, "FAILPOINTS": self.failpoints} | settings
        with (self.directory / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "manage.py", "worker", f"--stall-seconds={stall_seconds}"],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
            )
        self.workers.append(worker)
        return worker

    def log(self) -> str:
        """What the workers wrote."""
        path = self.directory / "worker.log"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def hits(self, failpoint: str) -> int:
        """How often a planted failpoint was reached."""
        return len(list((self.directory / "failpoints").glob(f"{failpoint}.hit-*")))

    def value(self, query: str) -> Any:
        """The one value of a query."""
        row = self.connection.execute(query).fetchone()
        return row[0] if row else None

    def change(self, statement: str, *values: Any) -> None:
        """Carry out one statement."""
        if self.template.vendor == "sqlite":
            statement = statement.replace("%s", "?")
        self.connection.execute(statement, values)

    def cut_connections(self) -> None:
        """End every session of the workers, as a restart of PostgreSQL does."""
        self.value(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    def _connect(self) -> Any:
        if self.template.vendor == "postgresql":
            return psycopg.connect(f"{POSTGRESQL}/{self.name}", autocommit=True)
        path = self.directory / self.name
        return sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)

    @property
    def state(self) -> str:
        """The state of the export."""
        return str(self.value("SELECT state FROM exports_exportrequest"))

    def wait_for(self, is_there: Callable[[], Any]) -> None:
        """Wait until something is so; fails with the worker's log when it does not come."""
        end = time.monotonic() + PATIENCE_SECONDS
        while not is_there():
            assert time.monotonic() < end, f"did not come; the export is {self.state}\n{self.log()}"
            time.sleep(0.2)

    def wait_until_done(self) -> None:
        """Wait until the export is done and every message has left."""
        self.wait_for(
            lambda: (
                self.state == "done"
                and self.value("SELECT count(*) FROM mail_message WHERE state <> 'sent'") == 0
                and self.value("SELECT count(*) FROM mail_message WHERE lease_until IS NOT NULL") == 0
            )
        )


def descendants(pid: int) -> list[int]:
    """The processes a process started, and those they started, in the order of their ids."""
    parents: dict[int, list[int]] = {}
    for directory in Path("/proc").iterdir():
        if directory.name.isdigit():
            with contextlib.suppress(OSError):
                fields = (directory / "stat").read_text().rsplit(")", 1)[1].split()
                if fields[0] != "Z":
                    parents.setdefault(int(fields[1]), []).append(int(directory.name))
    found: list[int] = []
    todo = [pid]
    while todo:
        children = parents.get(todo.pop(), [])
        found += children
        todo += children
    return sorted(found)


def is_alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def administer(statement: str) -> None:
    """Carry out one statement on the server itself."""
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as connection:
        connection.execute(statement)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
