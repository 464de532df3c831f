"""How much of the day's exports is left, as far as it can be known: what the person asked here, and the API's own list.

The API tells no number, nor whether it counts for each key or for the whole organisation, whose exports its list has.
Another program may have made some too, and an export that was deleted is not listed. What is requested here waits once
the person's own count is used up (apps.exports.daily_limit), or when the API refuses it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.clients import client_for
from apps.connections.models import Connection
from apps.exports.daily_limit import DAY, attempts_of_day
from apps.exports.remote.listing import creation_times, newest_exports


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
        """How many may still be requested today."""
        return max(self.limit - self.used, 0)

    @property
    def waits(self) -> bool:
        """Whether an export that is requested now is certain to wait."""
        return self.counted_here >= self.limit

    @property
    def sources(self) -> str:
        """What the number rests on."""
        if self.counted_by_api is None:
            return (
                f"{self.counted_here} requested here by you in the last 24 hours; the API's list was not read"
            )
        return (
            f"in the last 24 hours {self.counted_here} requested here by you, "
            f"{self.counted_by_api} by the whole organisation in the API's list"
        )


def quota_of(connection: Connection) -> Quota:
    """What is left for the service of this connection, from what is known without a call."""
    asked = attempts_of_day(connection)
    here = list(asked.values_list("started_at", flat=True))
    listed = creation_times(connection)
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


def is_counted_by_api(connection: Connection) -> bool:
    """Whether the API's list was read lately."""
    return creation_times(connection) is not None


def count_by_api(connections: Iterable[Connection]) -> None:
    """Read the lists that were not read lately, all within the time of a page; one that does not answer is left out."""
    deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
    for connection in connections:
        if is_counted_by_api(connection):
            continue
        try:
            newest_exports(connection, client_for(connection, deadline=deadline))
        except ApiError:
            continue
