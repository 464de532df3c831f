"""An SQLite database that all migrations went over: made anew when the product's code or its packages change."""

import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from tests.support.prepared import KEPT, PROJECT, one_at_a_time


def copy_migrated(to: Path) -> None:
    """A database for this file, readable by its owner alone."""
    os.close(os.open(to, os.O_CREAT | os.O_WRONLY, 0o600))
    to.write_bytes(migrated().read_bytes())


def migrated() -> Path:
    """The file; nobody writes to it."""
    kept = KEPT / f"migrated-{_state_of_code()}.sqlite3"
    with one_at_a_time("migrated"):
        if not kept.exists():
            for old in KEPT.glob("migrated-*.sqlite3"):
                old.unlink()
            _migrate(kept)
    return kept


def _state_of_code() -> str:
    """Changes with whatever may have a part in migrations, or in what is made after them."""
    found = hashlib.sha256((PROJECT / "requirements.txt").read_bytes())
    for root in ("apps", "integr8admin"):
        for file in sorted((PROJECT / root).rglob("*.py")):
            found.update(f"{file.relative_to(PROJECT)}\n".encode() + file.read_bytes())
    return found.hexdigest()[:16]


def _migrate(kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=KEPT) as directory:
        made, whole = Path(directory) / "made.sqlite3", Path(directory) / "whole.sqlite3"
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--skip-checks", "--verbosity=0"],
            cwd=PROJECT,
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": f"sqlite:///{made}",
                "DATA_DIRECTORY": directory,
                "SITE_URL": "http://127.0.0.1:8000",
                "SECRET_KEY": "a key of these tests alone, long enough to be taken for a real one",
                "API_KEY_RING": "test:" + "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=",
                "EMAIL_URL": "console://",
            },
            check=True,
        )
        # In one file, with nothing left beside it.
        with closing(sqlite3.connect(made)) as source, closing(sqlite3.connect(whole)) as target:
            source.backup(target)
        whole.rename(kept)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Where the tests' own database is SQLite, its tables come from the file: none are migrated."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["MIGRATE"] = False


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' own database, as migrations leave it."""
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), closing(sqlite3.connect(migrated())) as source:
            connection.ensure_connection()
            source.backup(connection.connection)
    yield
