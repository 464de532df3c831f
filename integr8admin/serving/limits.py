"""The limits of a web process (threads, sizes, times, rates), from the settings."""

from dataclasses import dataclass
from typing import Self

from django.conf import settings

from integr8admin.browser_security.headers import REPORTS_PATH

#: How a refused request is handed over to the middleware: the status it is to be answered with.
REFUSED = "integr8admin.refused"
#: Paths whose bodies may be larger than `REQUEST_BODY_BYTES`, by their beginning, with the bytes they may have.
#: A view that takes files is named here, and nowhere else.
LARGER_BODIES: dict[str, int] = {"/imports/to/": 10_500_000}
#: Paths whose bodies may be no larger than so many bytes: browsers write them of themselves, for anybody who asks.
SMALLER_BODIES: dict[str, int] = {REPORTS_PATH: 65_536}
#: Where strangers have passwords hashed, which takes a processor for long: these have few of the threads, in a queue of
#: their own, so that pages do not stand behind a hundred sign-ins.
ACCOUNT_PATHS = ("/account/", "/invitations/")


@dataclass(frozen=True)
class Limits:
    """Times in seconds, sizes in bytes, rates in bytes a second."""

    threads: int
    #: Requests worked on at once for one person, and for one network of guests.
    per_person: int
    per_guest: int
    waiting_seconds: float
    streams: int
    body_bytes: int
    body_seconds: float
    slow_seconds: float
    body_rate: int
    answer_rate: int
    stream_seconds: float

    @classmethod
    def from_settings(cls) -> Self:
        """What this installation allows."""
        return cls(
            threads=settings.WEB_THREADS,
            per_person=settings.REQUESTS_PER_PERSON,
            per_guest=settings.REQUESTS_PER_GUEST,
            waiting_seconds=settings.WEB_WAITING_SECONDS,
            streams=settings.STREAMS_AT_ONCE,
            body_bytes=settings.REQUEST_BODY_BYTES,
            body_seconds=settings.REQUEST_BODY_SECONDS,
            slow_seconds=settings.SLOW_CLIENT_SECONDS,
            body_rate=settings.REQUEST_BODY_BYTES_PER_SECOND,
            answer_rate=settings.ANSWER_BYTES_PER_SECOND,
            stream_seconds=settings.STREAM_SECONDS,
        )


def most_body_bytes(path: str, usual: int) -> int:
    """How large the body of a request to this path may be."""
    larger = (size for start, size in LARGER_BODIES.items() if path.startswith(start))
    return SMALLER_BODIES.get(path) or max(larger, default=usual)
