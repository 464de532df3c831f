"""How much of the day's exports is left, as far as it can be known: what the person asked here, and the API's own list.

The API tells no number, nor whether it counts for each key or for the whole organisation, whose exports its list has.
Another program may have asked too, and an export that was deleted is not listed. What is asked for here waits once the
person's own count is used up (apps.exports.daily_limit), or when the API refuses it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from apps.connections.models import Connection
from apps.exports.daily_limit import DAY, asked_of
from apps.ui.values import moment_of

#: How long what the API's list told is good enough.
REMEMBERED_SECONDS = 600


@dataclass(frozen=True)
class Quota:
    """The exports of the last 24 hours at one service, for one person."""

    service: str
    limit: int
    #: With the person's key.
    counted_here: int
    #: Of the whole organisation; None while the API was not asked.
    counted_by_api: int | None
    #: When the next one is free; None while one is.
    next_at: datetime | None

    @property
    def used(self) -> int:
        """The greater of the two counts: each may lack what the other has."""
        return max(self.counted_here, self.counted_by_api or 0)

    @property
    def left(self) -> int:
        """How many may still be asked for today."""
        return max(self.limit - self.used, 0)

    @property
    def waits(self) -> bool:
        """Whether an export that is asked for now is certain to wait."""
        return self.counted_here >= self.limit

    @property
    def sources(self) -> str:
        """What the number rests on."""
        if self.counted_by_api is None:
            return f"{self.counted_here} asked here by you in the last 24 hours; the API's list was not read"
        return (
            f"in the last 24 hours {self.counted_here} asked here by you, "
            f"{self.counted_by_api} by the whole organisation in the API's list"
        )


def quota_of(connection: Connection) -> Quota:
    """What is left for the service of this connection, from what is known without a call."""
    asked = asked_of(connection)
    here = list(asked.values_list("started_at", flat=True))
    listed = cache.get(_cache_key(connection))
    recent = [time for time in listed if time > timezone.now() - DAY] if listed is not None else None
    limit = settings.EXPORTS_PER_DAY
    times = max(here, recent or [], key=len)
    return Quota(
        service=connection.service.name,
        limit=limit,
        counted_here=len(here),
        counted_by_api=None if recent is None else len(recent),
        next_at=sorted(times)[-limit] + DAY if 0 < limit <= len(times) else None,
    )


def remember(connection: Connection, records: Iterable[Mapping[str, Any]]) -> None:
    """Keep when the newest exports of the API's list were made; `records` are its first page, unfiltered."""
    times = [moment for record in records if (moment := moment_of(record.get("created_at")))]
    cache.set(_cache_key(connection), times, REMEMBERED_SECONDS)


def is_remembered(connection: Connection) -> bool:
    """Whether the API's list was read lately."""
    return cache.get(_cache_key(connection)) is not None


def _cache_key(connection: Connection) -> str:
    return f"exports-made:{connection.key_name}"
