"""Adds rows to the chain of the product."""

from threading import Lock

from django.db import connection, transaction
from django.utils import timezone

from apps.accounts.product_events import EventKind
from apps.audit import chain
from apps.audit.links import PRODUCT_CHAIN
from apps.audit.models import Event
from apps.audit.statements import add_links


class MissedEvents:
    """How many events this process could not write since it last wrote one."""

    def __init__(self) -> None:
        self._count, self._lock = 0, Lock()

    def add(self, count: int) -> None:
        """So many more; or fewer, once they are told."""
        with self._lock:
            self._count += count

    @property
    def count(self) -> int:
        """How many they are now."""
        return self._count


missed = MissedEvents()


def append(row: Event) -> None:
    """Add a row to the product's chain, and one for those that could not be written before."""
    count = missed.count
    rows = [row]
    if count:
        rows.append(Event(kind=EventKind.EVENTS_MISSED, at=timezone.now(), count=count))
    with transaction.atomic(), connection.cursor() as cursor:
        head = chain.lock(cursor, PRODUCT_CHAIN)
        chain.append(head, rows)
        add_links(cursor, head, rows)
    missed.add(-count)
