"""Waiting in turn."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Busy(Exception):
    """All threads work, and too many requests wait for one."""


class Queue:
    """So many work, so many more wait in turn, for so long."""

    def __init__(self, working: int, waiting: int, seconds: float) -> None:
        self._free = asyncio.Semaphore(working)
        self._places = waiting
        self._seconds = seconds

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """One's turn. Raises `Busy` at once where too many wait, and when the wait is too long."""
        if self._free.locked() and self._places <= 0:
            raise Busy
        self._places -= 1
        try:
            async with asyncio.timeout(self._seconds):
                await self._free.acquire()
        except TimeoutError as error:
            raise Busy from error
        finally:
            self._places += 1
        try:
            yield
        finally:
            self._free.release()
