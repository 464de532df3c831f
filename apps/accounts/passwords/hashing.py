"""The password hasher: limits how many hashes are computed at a time, as each takes a third of a second of CPU."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

#: How long somebody waits for their slot, and how many may wait: each waits on a thread that pages need.
_WAIT_SECONDS = 4.0
_WAITING = 4

RETRY_SECONDS = 5


class HashingBusy(Exception):
    """Too many passwords are being checked in this process; nothing was checked."""


class HashingSlots:
    """A semaphore that also limits how many wait for it and how long."""

    def __init__(self, at_once: int, waiting: int = _WAITING, seconds: float = _WAIT_SECONDS) -> None:
        self.places = at_once + waiting
        self._working = threading.BoundedSemaphore(at_once)
        self._admitted = threading.BoundedSemaphore(self.places)
        self._seconds = seconds

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot. Raises `HashingBusy` at once when too many wait, or when the wait takes too long."""
        with self.queued():
            if not self._working.acquire(timeout=self._seconds):
                raise HashingBusy
            try:
                yield
            finally:
                self._working.release()

    @contextmanager
    def queued(self) -> Iterator[None]:
        """Be one of those who work or wait. Raises `HashingBusy` when there are too many."""
        if not self._admitted.acquire(blocking=False):
            raise HashingBusy
        try:
            yield
        finally:
            self._admitted.release()


slots = HashingSlots(settings.PASSWORD_HASHES_AT_ONCE)


class BoundedPasswordHasher(PBKDF2PasswordHasher):
    """Django's PBKDF2 hasher, within a slot."""

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """The hash. Raises `HashingBusy`."""
        with slots.slot():
            return super().encode(*args, **kwargs)
