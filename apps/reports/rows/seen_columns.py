"""Records which columns the rows of a service have had, as the API lists its columns nowhere."""

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.core.cache import cache

from apps.api.answers.records import Record
from apps.reports.models import SeenColumn
from apps.reports.rows.columns import MAXIMUM_SEEN, is_money, seen_columns

CURRENCY = "currency"
_LONGEST_NAME = 100
#: So long a page whose columns are all known asks the database for nothing.
_CACHE_SECONDS = 3600


def note_columns(service_id: UUID, report: str, records: Iterable[Record]) -> None:
    """Keep the names of the rows' columns; of a service that makes up ever new ones, only so many."""
    names = [name for name in seen_columns(records) if name.isprintable() and 0 < len(name) <= _LONGEST_NAME]
    key = f"seen-columns:{service_id}:{report}"
    if set(names) <= cache.get(key, frozenset()):
        return
    known = set(columns_seen([service_id], report))
    new = [name for name in names if name not in known][: max(MAXIMUM_SEEN - len(known), 0)]
    SeenColumn.objects.bulk_create(
        (SeenColumn(service_id=service_id, report=report, name=name) for name in new), ignore_conflicts=True
    )
    cache.set(key, known | set(names), _CACHE_SECONDS)


def columns_seen(service_ids: Iterable[UUID], report: str) -> list[str]:
    """The names noted at any of the services, in the order in which they were first seen."""
    found = SeenColumn.objects.filter(service__in=service_ids, report=report)
    return list(dict.fromkeys(found.values_list("name", flat=True)))


def with_currency(columns: Sequence[str], seen: Collection[str]) -> list[str]:
    """The columns, with the currency behind the amounts where rows have one: without it they cannot be summed."""
    amounts = [place for place, name in enumerate(columns) if is_money(name)]
    if not amounts or CURRENCY in columns or CURRENCY not in seen:
        return list(columns)
    behind = amounts[-1] + 1
    return [*columns[:behind], CURRENCY, *columns[behind:]]
