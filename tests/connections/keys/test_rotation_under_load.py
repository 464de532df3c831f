"""Rotation by real processes on a real database file: people save keys meanwhile, and it is killed midway."""

import base64
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
ROWS = 400
OLD, NEW = (f"{name}:{base64.b64encode(os.urandom(32)).decode()}" for name in ("old", "new"))

FILL = f"""
from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Service
from django.db import transaction
service = Service.objects.create(name="Acme", base_url="https://api.example.com")
with transaction.atomic():
    people = User.objects.bulk_create(User(email=f"person{{n}}@example.com", password="!") for n in range({ROWS}))
    for person in people:
        save_key(person, service, "api-key", Secret("first key of " + person.email))
"""
SAVE_ANEW = """
import sys
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection
rows = list(Connection.objects.select_related("owner", "service").order_by("-pk")[:150])
print("saving", flush=True)
for row in rows:
    save_key(row.owner, row.service, "bearer", Secret("second key of " + row.owner.email))
"""
READ = """
from collections import Counter
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection
kinds = Counter()
for row in Connection.objects.select_related("owner", "service"):
    text = read_key(row).reveal()
    kind = "second" if row.authentication == "bearer" else "first"
    assert text == f"{kind} key of {row.owner.email}", row.pk
    kinds[kind] += 1
print(kinds["first"], kinds["second"])
"""


class Installation:
    """A database of its own, and the project's commands run on it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def start(self, ring: str, *arguments: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "DATA_DIRECTORY": str(self.directory), "API_KEY_RING": ring}
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, ring: str, *arguments: str) -> str:
        process = self.start(ring, *arguments)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return output

    def moved(self) -> int:
        database = sqlite3.connect(f"file:{self.directory / 'dashboard.sqlite3'}?mode=ro", uri=True)
        try:
            query = "SELECT COUNT(*) FROM connections_connection WHERE ring_key_id = 'new'"
            return int(database.execute(query).fetchone()[0])
        finally:
            database.close()


@pytest.fixture
def installation(tmp_path):
    installation = Installation(tmp_path)
    installation.run(OLD, "migrate", "--skip-checks", "-v0")
    installation.run(OLD, "shell", "-v0", "-c", FILL)
    return installation


def test_no_key_is_lost_when_rotation_is_killed_while_people_save_theirs(installation):
    both = f"{NEW},{OLD}"
    rotating = installation.start(both, "rotate_keys")
    while installation.moved() == 0 and rotating.poll() is None:
        pass
    rotating.send_signal(signal.SIGKILL)
    rotating.communicate()
    assert 0 < installation.moved() < ROWS

    saving = installation.start(both, "shell", "-v0", "-c", SAVE_ANEW)
    assert saving.stdout is not None
    assert saving.stdout.readline() == "saving\n"
    installation.run(both, "rotate_keys")
    errors = saving.communicate(timeout=120)[1]
    assert saving.returncode == 0, errors
    installation.run(both, "rotate_keys")

    assert installation.moved() == ROWS
    assert installation.run(NEW, "shell", "-v0", "-c", READ) == f"{ROWS - 150} 150\n"
