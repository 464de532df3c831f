"""A drill: 10,000 keys move to another ring key on PostgreSQL, under traffic and killed twice.

Run by `python -m bench.key_rotation`.
"""

import argparse
import base64
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[1]
POSTGRESQL = os.environ.get("TEST_POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432")
OLD, NEW = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))
PATIENCE_SECONDS = 600

FILL = """
import sys
from apps.accounts.models import User
from apps.connections.keys.storage import binding, origin_of
from apps.connections.models import Connection, Service
from apps.encryption.ring import encrypt
service = Service.objects.create(name="Acme", base_url="https://api.example.com")
origin = origin_of(service.base_url)
people = [User(email=f"person{n}@example.com", password="!") for n in range(int(sys.stdin.read()))]
rows = []
for person in User.objects.bulk_create(people, batch_size=1000):
    row = Connection(owner=person, service=service, authentication="api-key", version=1)
    bound_to = binding(row, row.version, origin)
    row.ring_key_id, row.encrypted_key = encrypt("first key of " + person.email, bound_to=bound_to)
    rows.append(row)
Connection.objects.bulk_create(rows, batch_size=1000)
"""
#: People who read their key, and every tenth of whom types another, until the word to stop comes.
TRAFFIC = """
import random, select, sys
from apps.api.credentials import Secret
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.storage import read_key, save_key
from apps.connections.models import Connection
names = list(Connection.objects.values_list("pk", flat=True))
saved = read = refused = 0
print("begun", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    row = Connection.objects.select_related("owner", "service").get(pk=random.choice(names))
    try:
        assert read_key(row).reveal().endswith(" key of " + row.owner.email)
        read += 1
    except KeyUnreadable:
        refused += 1
    if read % 10 == 0:
        save_key(row.owner, row.service, "bearer", Secret("second key of " + row.owner.email))
        saved += 1
print(saved, read, refused)
"""
READ = """
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection
unreadable = 0
for row in Connection.objects.select_related("owner", "service"):
    kind = "second" if row.authentication == "bearer" else "first"
    try:
        unreadable += read_key(row).reveal() != f"{kind} key of {row.owner.email}"
    except KeyUnreadable:
        unreadable += 1
print(unreadable)
"""


@dataclass(frozen=True)
class Result:
    """What a drill came to."""

    keys: int
    kills: int
    saved_meanwhile: int
    read_meanwhile: int
    #: Keys that could not be read while the rotation went on.
    refused: int
    #: Keys that are not what their owner typed, read with the new ring key alone.
    unreadable: int
    #: Keys that are not under the new ring key.
    left: int
    seconds: float


class _Installation:
    """A database of its own, and the product's commands run on it."""

    def __init__(self, directory: Path) -> None:
        self.name = f"rotation_{uuid.uuid4().hex[:12]}"
        self._directory = directory

    def start(self, ring: str, *words: str) -> subprocess.Popen[str]:
        """A command that goes on."""
        environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": f"{POSTGRESQL}/{self.name}",
            "DATA_DIRECTORY": str(self._directory),
            "API_KEY_RING": ring,
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, ring: str, *words: str, text: str = "") -> str:
        """What a command prints. Raises AssertionError where it fails."""
        process = self.start(ring, *words)
        output, _ = process.communicate(text, timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, words
        return output

    def count(self, condition: str) -> int:
        """How many connections are so."""
        with psycopg.connect(f"{POSTGRESQL}/{self.name}", autocommit=True) as database:
            query = f"SELECT count(*) FROM connections_connection WHERE {condition}"  # noqa: S608
            row = database.execute(query.encode()).fetchone()
        return int(row[0]) if row else 0


def _administer(statement: str) -> None:
    with psycopg.connect(f"{POSTGRESQL}/postgres", autocommit=True) as database:
        database.execute(statement.encode())


def drill(directory: Path, keys: int) -> Result:
    """Rotate so many keys under traffic, killing the rotation when a fifth and when half of them are moved."""
    installation = _Installation(directory)
    _administer(f"CREATE DATABASE {installation.name}")
    try:
        return _drill(installation, keys)
    finally:
        _administer(f"DROP DATABASE {installation.name} WITH (FORCE)")


def _drill(installation: _Installation, keys: int) -> Result:
    both = f"{NEW},{OLD}"
    installation.run(OLD, "migrate", "--skip-checks", "-v0")
    installation.run(OLD, "shell", "-v0", "-c", FILL, text=str(keys))
    traffic = installation.start(both, "shell", "-v0", "-c", TRAFFIC)
    assert traffic.stdout is not None
    assert traffic.stdout.readline() == "begun\n"
    begun = time.monotonic()
    kills = sum(_killed_after(installation, both, share) for share in (keys // 5, keys // 2))
    installation.run(both, "rotate_keys")
    output, _ = traffic.communicate("stop\n", timeout=PATIENCE_SECONDS)
    saved, read, refused = map(int, output.split())
    seconds = time.monotonic() - begun
    unreadable = int(installation.run(NEW, "shell", "-v0", "-c", READ))
    left = installation.count("ring_key_id <> 'new'")
    return Result(keys, kills, saved, read, refused, unreadable, left, seconds)


def _killed_after(installation: _Installation, ring: str, moved: int) -> bool:
    """Whether a rotation was killed, before its end, once so many keys were moved."""
    process = installation.start(ring, "rotate_keys")
    while process.poll() is None and installation.count("ring_key_id = 'new'") < moved:
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return process.returncode == -signal.SIGKILL and installation.count("ring_key_id = 'old'") > 0


def main() -> None:
    """Run the drill and print what it came to; exit code 1 where a key was lost."""
    parser = argparse.ArgumentParser(prog="python -m bench.key_rotation", description=__doc__)
    parser.add_argument("--keys", type=int, default=10_000)
    with tempfile.TemporaryDirectory() as directory:
        result = drill(Path(directory), parser.parse_args().keys)
    print(result)
    sys.exit(bool(result.unreadable or result.refused or result.left or result.kills != 2))


if __name__ == "__main__":
    main()
