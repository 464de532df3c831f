"""Enforces a minimum transfer rate: waiting uses up a time budget, transferred bytes refill it."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Result = TypeVar("Result")


class MinimumRate:
    """Who keeps the rate waits for ever; who falls behind it has `spare` seconds in all, as who sends nothing has."""

    def __init__(self, spare: float, rate: int) -> None:
        self._spare, self._rate = spare, rate
        self._left = spare

    async def wait(self, awaitable: Awaitable[Result]) -> Result:
        """The result. Raises `TimeoutError` when the patience is used up."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        async with asyncio.timeout(max(self._left, 0)):
            result = await awaitable
        self._left -= loop.time() - started
        return result

    def moved(self, size: int) -> None:
        """So many bytes went through."""
        self._left = min(self._spare, self._left + size / self._rate)
