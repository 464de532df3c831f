"""A time budget shared by all calls of a page, and independent calls side by side."""

import contextvars
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from apps.api.errors import ApiError

MAXIMUM_CALLS_AT_ONCE = 4

T = TypeVar("T")


class Deadline:
    """A moment on the monotonic clock after which no call is sent and none is waited for."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._end = clock() + seconds

    @property
    def remaining(self) -> float:
        """Seconds left, never negative."""
        return max(self._end - self._clock(), 0.0)

    @property
    def has_passed(self) -> bool:
        """True when no time is left."""
        return self.remaining <= 0


def run_together(*calls: Callable[[], T]) -> list[T | ApiError]:
    """Run independent calls side by side, at most 4 at once; results in the same order.

    A call's `ApiError` stands in its place; any other exception is raised. The calls see the caller's
    context variables. They run in threads: a call must not touch the database.
    """
    if len(calls) < 2:
        return [_result_of(call) for call in calls]
    with ThreadPoolExecutor(max_workers=min(len(calls), MAXIMUM_CALLS_AT_ONCE)) as executor:
        futures = [executor.submit(contextvars.copy_context().run, _result_of, call) for call in calls]
        return [future.result() for future in futures]


def _result_of(call: Callable[[], T]) -> T | ApiError:
    try:
        return call()
    except ApiError as error:
        return error
