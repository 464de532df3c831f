"""Notes which columns the conversions of a service have had, so that there are some to choose before rows are read."""

from collections.abc import Iterable
from uuid import UUID

from django.core.cache import cache

from apps.conversions.models import SeenColumns
from apps.saved_views.lists import LONGEST_COLUMN

#: Of a service that makes up ever new ones, only so many.
MOST_SEEN = 200
#: So long a page whose columns are all known asks the database for nothing.
_CACHE_SECONDS = 3600


def columns_seen(service_id: UUID) -> list[str]:
    """The names noted at the service."""
    row = SeenColumns.objects.filter(service=service_id).first()
    return row.names if row else []


def note_columns(service_id: UUID, names: Iterable[str]) -> None:
    """Keep names that rows of the service have, but for those that no form or address can hold."""
    fit = [name for name in names if name.isprintable() and 0 < len(name) <= LONGEST_COLUMN]
    key = f"seen-token-columns:{service_id}"
    if set(fit) <= cache.get(key, frozenset()):
        return
    before = columns_seen(service_id)
    known = list(dict.fromkeys([*before, *fit]))[:MOST_SEEN]
    if known != before:
        SeenColumns.objects.update_or_create(service_id=service_id, defaults={"names": known})
    cache.set(key, {*known, *fit}, _CACHE_SECONDS)
