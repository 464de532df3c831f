"""Moves all stored keys under the first key of the ring, while people keep working."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from apps.audit.keys import rotate_keys as rotate_log_keys
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.former_hosts import (
    move_set_aside_key_to_first_ring_key,
    set_aside_outside_first_ring_key,
)
from apps.connections.keys.storage import move_to_first_ring_key
from apps.connections.models import Connection
from apps.encryption.ring import DecryptionFailed, encrypting_key_id

ROWS_AT_ONCE = 200


@dataclass
class RotationCounts:
    """What a rotation did: rows moved, rows saved anew meanwhile by their owners, and rows it cannot read."""

    moved: int = 0
    changed_meanwhile: int = 0
    unreadable: int = 0
    #: Rows that are not under the first ring key at the end; 0 means that older ring keys may go.
    left: int = 0


def rotate() -> RotationCounts:
    """Encrypt every key that is not under the first ring key under it, the change log's too; one small write a row.

    Killed at any moment it leaves every row readable, and another run takes up the rest.
    """
    counts = RotationCounts()
    for connection in _rows_to_move():
        try:
            if move_to_first_ring_key(connection):
                counts.moved += 1
            else:
                counts.changed_meanwhile += 1
        except KeyUnreadable:
            counts.unreadable += 1
    _rotate_set_aside(counts)
    counts.moved += rotate_log_keys()
    counts.left = _outside_first_key().count() + set_aside_outside_first_ring_key().count()
    return counts


def _rotate_set_aside(counts: RotationCounts) -> None:
    """The same for keys of hosts that services left; few, so they are read at once."""
    for kept in list(set_aside_outside_first_ring_key()):
        try:
            if move_set_aside_key_to_first_ring_key(kept):
                counts.moved += 1
            else:
                counts.changed_meanwhile += 1
        except DecryptionFailed:
            counts.unreadable += 1


def _outside_first_key() -> QuerySet[Connection]:
    return Connection.objects.exclude(ring_key_id__in=["", encrypting_key_id()])


def _rows_to_move() -> Iterator[Connection]:
    """The rows by id, in batches, so that no read transaction stays open over the writes."""
    rows = _outside_first_key().select_related("service").defer("service__contract").order_by("pk")
    batch = list(rows[:ROWS_AT_ONCE])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:ROWS_AT_ONCE])
