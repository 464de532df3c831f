"""Whether and when a failed attempt is retried: a pure function, and the quota of retries per connection."""

import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum

BASE_SECONDS = 0.25
RATE_LIMIT_BASE_SECONDS = 1.0
MAXIMUM_BACKOFF_SECONDS = 2.0
# A page waits no longer than this for a 429; above it the person sees the countdown instead.
MAXIMUM_WAIT_SECONDS = 3.0
MAXIMUM_RETRY_AFTER_SECONDS = 86_400.0
# A retry that could not be answered within this time is not worth sending.
MINIMUM_LEFT_SECONDS = 0.5
MINIMUM_LEFT_AFTER_TIMEOUT_SECONDS = 3.0


class Failure(StrEnum):
    """What is known about a failed attempt."""

    NOT_SENT = "not sent"  # no address or no connection
    TLS_FAILED = "tls failed"  # not sent either, but trying again cannot help
    RATE_LIMITED = "rate limited"
    CONFLICT = "conflict"
    REFUSED = "refused"
    SERVICE_FAILED = "service failed"  # 5xx
    TIMED_OUT = "timed out"
    BROKEN = "broken"  # reset, closed or truncated after the first byte was sent
    UNREADABLE = "unreadable"  # 2xx whose body is not JSON
    UNUSABLE = "unusable"  # a redirect, too large, an odd status: repeating gives the same

    @property
    def leaves_unknown(self) -> bool:
        """True when a write may or may not have happened."""
        return self in _UNKNOWN


_UNKNOWN = frozenset(
    {Failure.SERVICE_FAILED, Failure.TIMED_OUT, Failure.BROKEN, Failure.UNREADABLE, Failure.UNUSABLE}
)

# How often an attempt is repeated, by failure and effect of the operation. What is not listed: never.
MAXIMUM_RETRIES: Mapping[Failure, Mapping[str, int]] = {
    Failure.NOT_SENT: {"safe": 2, "idempotent": 1, "creates": 1},
    Failure.RATE_LIMITED: {"safe": 2, "idempotent": 1, "creates": 1},
    Failure.CONFLICT: {"safe": 1},
    # A write whose outcome is unknown is looked up before it is sent again: that is for the caller.
    Failure.SERVICE_FAILED: {"safe": 2},
    Failure.TIMED_OUT: {"safe": 2},
    Failure.BROKEN: {"safe": 2},
    Failure.UNREADABLE: {"safe": 1},
}


def seconds_before_retry(
    effect: str,
    failure: Failure,
    tries: int,
    remaining: float,
    retry_after: float | None = None,
    uniform: Callable[[float, float], float] = random.uniform,
) -> float | None:
    """Seconds to wait before the next attempt, or None to give up.

    `effect` is the operation's ("safe", "idempotent", "creates"), `tries` counts the attempts made,
    `remaining` the seconds left for the whole call, `retry_after` the server's hint in seconds. Backoff has
    full jitter: a random part of 0.25 s · 2^n, at most 2 s; from 1 s on after a 429 without a hint.
    """
    if tries > MAXIMUM_RETRIES.get(failure, {}).get(effect, 0):
        return None
    if failure is Failure.RATE_LIMITED and retry_after is not None:
        if retry_after > MAXIMUM_WAIT_SECONDS:
            return None
        delay = retry_after
    else:
        base = RATE_LIMIT_BASE_SECONDS if failure is Failure.RATE_LIMITED else BASE_SECONDS
        # The floor keeps a 429 from being answered by an immediate repeat.
        floor = base / 2 if failure is Failure.RATE_LIMITED else 0.0
        delay = uniform(floor, min(base * 2 ** (tries - 1), MAXIMUM_BACKOFF_SECONDS))
    needed = MINIMUM_LEFT_AFTER_TIMEOUT_SECONDS if failure is Failure.TIMED_OUT else MINIMUM_LEFT_SECONDS
    return delay if delay + needed <= remaining else None


def read_retry_after(value: str | None, now: Callable[[], float] = time.time) -> float | None:
    """Seconds of a Retry-After header: a number or an HTTP date. None for garbage, negative or no value."""
    text = (value or "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(text).timestamp() - now()
        except (ValueError, TypeError, OverflowError, OSError):
            return None
        seconds = max(seconds, 0.0)
    if not 0 <= seconds < float("inf"):
        return None
    return min(seconds, MAXIMUM_RETRY_AFTER_SECONDS)


@dataclass
class RetryQuota:
    """Tokens per identity that retries cost, as in botocore: an outage is never multiplied for long.

    5 tokens a retry, 10 after a timeout, out of 100; a success gives back what its retries cost, or 1.
    Lives in this process's memory, for the identities used last.
    """

    capacity: int = 100
    retry_cost: int = 5
    timeout_cost: int = 10
    maximum_identities: int = 1000

    def __post_init__(self) -> None:
        self._tokens: OrderedDict[str, int] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, identity: str, failure: Failure) -> int | None:
        """The tokens taken for a retry, or None when too few are left."""
        cost = self.timeout_cost if failure is Failure.TIMED_OUT else self.retry_cost
        with self._lock:
            left = self._tokens.get(identity, self.capacity)
            if left < cost:
                return None
            self._keep(identity, left - cost)
            return cost

    def give_back(self, identity: str, taken: int) -> None:
        """After a success: return what its retries took, or one token."""
        with self._lock:
            if identity in self._tokens:
                self._keep(identity, min(self._tokens[identity] + (taken or 1), self.capacity))

    def left(self, identity: str) -> int:
        """The tokens an identity has now."""
        with self._lock:
            return self._tokens.get(identity, self.capacity)

    def _keep(self, identity: str, tokens: int) -> None:
        if tokens >= self.capacity:
            self._tokens.pop(identity, None)
            return
        self._tokens[identity] = tokens
        self._tokens.move_to_end(identity)
        while len(self._tokens) > self.maximum_identities:
            self._tokens.popitem(last=False)
