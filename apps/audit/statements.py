"""The statements that each write waits for, made once: the ORM compiles one anew at each call, which takes longer."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from apps.audit.models import Entry, EntryClosing, Link

#: Names of tables and columns are written out; tests on both databases run the statements.
_HEAD = (
    "SELECT chain.length, chain.digest, key.id, key.ring_key_id, key.wrapped{also} FROM audit_chain chain "
    "JOIN audit_chainkey key ON key.id = chain.key_id WHERE chain.service_id = %s{lock}"
)
#: The transaction is kept, but its commit does not wait for the disk. Later ones that wait bring it there before them.
_WITHOUT_WAITING = ", set_config('synchronous_commit', 'off', true)"
_MARK = (
    "INSERT INTO audit_openentry (entry_id, service_id, due_at, created_at, fence, starts) "
    "VALUES (%s, %s, %s, %s, 0, 0)"
)
_SAVE_HEAD = "UPDATE audit_chain SET length = %s, digest = %s, key_id = %s WHERE service_id = %s"
_REMOVE_MARK = "DELETE FROM audit_openentry WHERE entry_id = %s RETURNING entry_id"


@dataclass
class Head:
    """The end of a chain whose row is locked, and the wrapped key of its next link."""

    service_id: uuid.UUID
    length: int
    digest: str
    key_id: uuid.UUID
    ring_key_id: str
    wrapped: bytes


class _Insertion(NamedTuple):
    """How rows of a model are saved: table and columns, their places, of each the attribute and what prepares it."""

    into: str
    places: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]

    def values(self, row: models.Model) -> list[Any]:
        """The row's values, in the order of their places."""
        return [
            prepare(getattr(row, attribute)) if prepare else getattr(row, attribute)
            for attribute, prepare in self.columns
        ]


def add_entries(cursor: CursorWrapper, head: Head, entries: Sequence[Entry]) -> None:
    """Save new entries and the locked head, and put an `OpenEntry` beside each."""
    if len(entries) > 1 or not _has_writing_queries(cursor):
        add_links(cursor, head, entries)
        _execute_each(cursor, _MARK, [_mark_of(cursor, entry) for entry in entries])
        return
    [entry] = entries
    insertion = _insertion(Entry, cursor.db)
    cursor.execute(
        f"WITH head AS ({_SAVE_HEAD}), mark AS ({_MARK}) {insertion.into} VALUES ({insertion.places})",
        [*_end_of(cursor, head), *_mark_of(cursor, entry), *insertion.values(entry)],
    )


def add_closing_of_open(cursor: CursorWrapper, head: Head, closing: EntryClosing) -> bool:
    """Save a new closing and the locked head if its entry is marked as open, and remove the mark; whether it was."""
    if not _has_writing_queries(cursor):
        was_marked = remove_open(cursor, [closing.entry_id]) == 1
        if was_marked:
            add_links(cursor, head, [closing])
        return was_marked
    insertion = _insertion(EntryClosing, cursor.db)
    was_open = "EXISTS (SELECT FROM mark)"
    cursor.execute(
        f"WITH mark AS ({_REMOVE_MARK}), head AS ({_SAVE_HEAD} AND {was_open}) "
        f"{insertion.into} SELECT {insertion.places} WHERE {was_open}",
        [_id_of(cursor, closing.entry_id), *_end_of(cursor, head), *insertion.values(closing)],
    )
    return bool(cursor.rowcount)


def add_links(cursor: CursorWrapper, head: Head, links: Sequence[Link]) -> None:
    """Save new links of one model, and the locked head."""
    insertion = _insertion(type(links[0]), cursor.db)
    statement = f"{insertion.into} VALUES ({insertion.places})"
    _execute_each(cursor, statement, [insertion.values(link) for link in links])
    cursor.execute(_SAVE_HEAD, _end_of(cursor, head))


def locked_head(cursor: CursorWrapper, service_id: uuid.UUID, *, waits_for_disk: bool) -> Head | None:
    """The end of a chain, which nobody else may move until the transaction ends; None where there is none.

    With SQLite the transaction itself is the lock: it is one that writes from its beginning on.
    """
    is_postgresql = cursor.db.vendor == "postgresql"
    statement = _HEAD.format(
        also=_WITHOUT_WAITING if is_postgresql and not waits_for_disk else "",
        lock=" FOR UPDATE OF chain" if is_postgresql else "",
    )
    cursor.execute(statement, [_id_of(cursor, service_id)])
    row = cursor.fetchone()
    if row is None:
        return None
    length, digest, key_id, ring_key_id, wrapped = row[:5]
    return Head(service_id, length, digest, uuid.UUID(str(key_id)), ring_key_id, bytes(wrapped))


def bring_to_disk(cursor: CursorWrapper) -> None:
    """Have all that was committed before on PostgreSQL's disk when this transaction has ended, the closings too."""
    cursor.execute("UPDATE audit_chain SET length = length")


def remove_open(cursor: CursorWrapper, entry_ids: Collection[uuid.UUID]) -> int:
    """Remove the marks that these entries are open; how many there were."""
    places = ", ".join(["%s"] * len(entry_ids))
    statement = f"DELETE FROM audit_openentry WHERE entry_id IN ({places})"  # noqa: S608
    cursor.execute(statement, [_id_of(cursor, entry_id) for entry_id in entry_ids])
    return int(cursor.rowcount)


def remove_until(cursor: CursorWrapper, service_id: uuid.UUID, number: int) -> None:
    """Remove the service's links up to that number. The closings go first, because they refer to entries."""
    for table in ("audit_entryclosing", "audit_entry", "audit_event"):
        statement = f"DELETE FROM {table} WHERE service_id = %s AND number <= %s"  # noqa: S608
        cursor.execute(statement, [_id_of(cursor, service_id), number])


def _execute_each(cursor: CursorWrapper, statement: str, values: Sequence[Sequence[Any]]) -> None:
    if len(values) == 1:
        cursor.execute(statement, values[0])
    else:
        cursor.executemany(statement, values)


def _has_writing_queries(cursor: CursorWrapper) -> bool:
    """Whether one statement may write to several tables: then it is sent at once, not one after the other."""
    return bool(cursor.db.vendor == "postgresql")


def _mark_of(cursor: CursorWrapper, entry: Entry) -> list[Any]:
    moment = cursor.db.ops.adapt_datetimefield_value
    return [
        _id_of(cursor, entry.pk),
        _id_of(cursor, entry.service_id),
        moment(entry.deadline),
        moment(entry.at),
    ]


def _end_of(cursor: CursorWrapper, head: Head) -> list[Any]:
    return [head.length, head.digest, _id_of(cursor, head.key_id), _id_of(cursor, head.service_id)]


def _id_of(cursor: CursorWrapper, value: uuid.UUID) -> uuid.UUID | str:
    """An id as the database keeps it."""
    return value if cursor.db.features.has_native_uuid_field else value.hex


def _insertion(model: type[models.Model], database: BaseDatabaseWrapper) -> _Insertion:
    key = (model, database.vendor)
    if key not in _insertions:
        fields = model._meta.concrete_fields
        names = ", ".join(str(field.column) for field in fields)
        _insertions[key] = _Insertion(
            f"INSERT INTO {model._meta.db_table} ({names})",
            ", ".join(["%s"] * len(fields)),
            tuple((field.attname, _preparation(field, database)) for field in fields),
        )
    return _insertions[key]


_insertions: dict[tuple[type[models.Model], str], _Insertion] = {}


def _preparation(field: models.Field[Any, Any], database: BaseDatabaseWrapper) -> Callable[[Any], Any] | None:
    """What makes a column's value; None where it is taken as it is."""
    column = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(column, models.CharField | models.TextField | models.IntegerField):
        return None
    if isinstance(column, models.UUIDField):
        return None if database.features.has_native_uuid_field else _hexadecimal
    if isinstance(column, models.DateTimeField):
        # Times with a zone are what PostgreSQL's driver takes.
        return None if database.vendor == "postgresql" else database.ops.adapt_datetimefield_value
    return column.get_prep_value


def _hexadecimal(value: uuid.UUID | None) -> str | None:
    return value if value is None else value.hex
