"""A deadline: the time budget that all calls of a page share."""

import time
from collections.abc import Callable


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
