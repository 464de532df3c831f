"""Remembers which operations the API refused to a key (403), so that pages do not offer them.

A refusal may be about one record or place alone. So it counts for the same place, and for the whole operation once
three places were refused; whatever of the operation succeeds since ends it. Kept in the cache, as calls run in threads
that may not touch the database.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.core.cache import cache

REMEMBERED_SECONDS = 3600
PLACES_FOR_ALL = 3
#: A key that is refused more than this is not told each of it.
MOST_PLACES = 50

#: By operation, then by place: what the service said, and when (Unix time).
_Refused = dict[str, dict[str, tuple[str, float]]]


@dataclass(frozen=True)
class RefusedOperations:
    """What one key was refused within the last hour."""

    refused: Mapping[str, Mapping[str, tuple[str, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, identity: str) -> "RefusedOperations":
        """What is remembered of a connection's key."""
        return cls(cache.get(_name(identity), {}))

    def said(self, operation_id: str, place: str) -> str | None:
        """The service's words where a call of the operation at that place was refused; None where it may be allowed."""
        oldest = time.time() - REMEMBERED_SECONDS
        places = {
            name: said
            for name, (said, moment) in self.refused.get(operation_id, {}).items()
            if moment > oldest
        }
        if place in places:
            return places[place]
        return next(iter(places.values())) if len(places) >= PLACES_FOR_ALL else None


def path_values_of(path: Mapping[str, str]) -> str:
    """A call's place: the values of its path."""
    return "/".join(str(value) for value in path.values())


def remember(identity: str, operation_id: str, place: str, said: str) -> None:
    """The service refused a call to the key."""
    refused: _Refused = cache.get(_name(identity), {})
    places = refused.setdefault(operation_id, {})
    if len(places) < MOST_PLACES:
        places[place] = (said, time.time())
    cache.set(_name(identity), refused, REMEMBERED_SECONDS)


def forget(identity: str, operation_id: str) -> None:
    """A call of the operation succeeded with the key."""
    refused: _Refused = cache.get(_name(identity), {})
    if refused.pop(operation_id, None) is not None:
        cache.set(_name(identity), refused, REMEMBERED_SECONDS)


def _name(identity: str) -> str:
    return f"refused-calls:{identity}"
