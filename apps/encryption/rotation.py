"""Moves everything that is encrypted under `API_KEY_RING` under its first key, while people keep working.

An app registers each kind of row that it encrypts when it is ready, so that no secret of any kind is forgotten.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, QuerySet

from apps.encryption.ring import DecryptionFailed

ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class RotatedKind:
    """One kind of row that holds something encrypted: which rows are to move, and how one is moved."""

    #: What the rows are, in the plural: "API keys".
    name: str
    #: The rows that are not under the first ring key.
    outside_first_key: Callable[[], QuerySet[Any]]
    #: Encrypts one row anew; False when it changed meanwhile. Raises `DecryptionFailed`.
    move: Callable[[Any], bool]
    #: Whether a row that no ring key opens is missed by somebody; where a new one is made in its place it is not.
    is_missed: bool = True


@dataclass
class RotationCounts:
    """What a rotation did: rows moved, rows saved anew meanwhile by their owners, and rows it cannot read."""

    moved: int = 0
    changed_meanwhile: int = 0
    unreadable: int = 0
    #: Rows that are not under the first ring key at the end; 0 means that older ring keys may go.
    left: int = 0


_kinds: dict[str, RotatedKind] = {}


def register(kind: RotatedKind) -> None:
    """Let each rotation from now on move this kind of row too."""
    _kinds[kind.name] = kind


def registered_kinds() -> list[RotatedKind]:
    """What a rotation moves."""
    return list(_kinds.values())


def rotate() -> RotationCounts:
    """Encrypt every row that is not under the first ring key under it, one small write a row.

    Killed at any moment it leaves every row readable, and another run takes up the rest.
    """
    counts = RotationCounts()
    for kind in registered_kinds():
        for row in _rows_to_move(kind):
            _move(kind, row, counts)
    counts.left = sum(kind.outside_first_key().count() for kind in registered_kinds() if kind.is_missed)
    return counts


def _move(kind: RotatedKind, row: Model, counts: RotationCounts) -> None:
    try:
        if kind.move(row):
            counts.moved += 1
        else:
            counts.changed_meanwhile += 1
    except DecryptionFailed:
        counts.unreadable += kind.is_missed


def _rows_to_move(kind: RotatedKind) -> Iterator[Model]:
    """The rows by id, in batches, so that no read transaction stays open over the writes."""
    rows = kind.outside_first_key().order_by("pk")
    batch = list(rows[:ROWS_AT_ONCE])
    while batch:
        yield from batch
        batch = list(rows.filter(pk__gt=batch[-1].pk)[:ROWS_AT_ONCE])
