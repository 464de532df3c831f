"""Password hashes, so many at a time: each takes a third of a second of a processor, and pages need it too."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

#: How long somebody waits for their turn, and how many may wait: each waits on a thread that pages need.
_WAIT_SECONDS = 4.0
_WAITING = 4

RETRY_SECONDS = 5


class HashingBusy(Exception):
    """Too many passwords are being checked in this process; nothing was checked."""


class Turns:
    """Lets so many work at a time and so many more wait; `places` are both together."""

    def __init__(self, at_once: int, waiting: int = _WAITING, seconds: float = _WAIT_SECONDS) -> None:
        self.places = at_once + waiting
        self._working = threading.BoundedSemaphore(at_once)
        self._admitted = threading.BoundedSemaphore(self.places)
        self._seconds = seconds

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One's turn. Raises `HashingBusy` at once where too many wait, and when the wait is too long."""
        with self.admitted():
            if not self._working.acquire(timeout=self._seconds):
                raise HashingBusy
            try:
                yield
            finally:
                self._working.release()

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """A place among those who work or wait. Raises `HashingBusy`."""
        if not self._admitted.acquire(blocking=False):
            raise HashingBusy
        try:
            yield
        finally:
            self._admitted.release()


turns = Turns(settings.PASSWORD_HASHES_AT_ONCE)


class BoundedPasswordHasher(PBKDF2PasswordHasher):
    """Django's own hashes, made and checked in turn."""

    def encode(self, *args: Any, **kwargs: Any) -> str:
        """The hash. Raises `HashingBusy`."""
        with turns.turn():
            return super().encode(*args, **kwargs)
