"""Locks between processes and machines (PostgreSQL advisory lock or file lock), held while something is sent."""

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper


class LockIsHeld(Exception):
    """Another process is sending."""


class LockWasLost(Exception):
    """The lock's own database connection broke: another process may be sending by now."""


@contextmanager
def sender_lock(name: str) -> Iterator[Callable[[], None]]:
    """Hold the lock `name`; gives a check to call right before sending, which raises `LockWasLost`.

    Raises `LockIsHeld` at once instead of waiting. On PostgreSQL it is an advisory lock of a session
    of its own, valid on all machines; with SQLite, which is one machine, a file lock under DATA_DIRECTORY.
    """
    if connection.vendor == "postgresql":
        with _session_lock(name) as check:
            yield check
    else:
        with _file_lock(name) as check:
            yield check


@contextmanager
def _session_lock(name: str) -> Iterator[Callable[[], None]]:
    key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    session: BaseDatabaseWrapper = connection.copy()

    def check() -> None:
        """Raises `LockWasLost` when the connection that holds the lock is gone."""
        try:
            with session.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError as error:
            raise LockWasLost(name) from error

    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            row = cursor.fetchone()
        if not row or not row[0]:
            raise LockIsHeld(name)
        yield check
    finally:
        session.close()


@contextmanager
def _file_lock(name: str) -> Iterator[Callable[[], None]]:
    directory = Path(settings.DATA_DIRECTORY) / "locks"
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / name
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockIsHeld(name) from error
        if not _is_same_file(descriptor, path):
            raise LockIsHeld(name)
        try:
            yield lambda: None
        finally:
            path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)


def _is_same_file(descriptor: int, path: Path) -> bool:
    """Whether the locked file is still the one at `path`: its last holder may have removed it meanwhile."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
