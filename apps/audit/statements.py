"""The statements that each write waits for, made once: the ORM compiles one anew at each call, which takes longer."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

from apps.audit.models import Entry

#: Names of tables and columns are written out; tests on both databases run the statements.
_HEAD = (
    "SELECT chain.length, chain.digest, key.id, key.ring_key_id, key.wrapped FROM audit_chain chain "
    "JOIN audit_chainkey key ON key.id = chain.key_id WHERE chain.service_id = %s"
)
_MARK = (
    "INSERT INTO audit_openentry (entry_id, service_id, due_at, created_at, fence, starts) "
    "VALUES (%s, %s, %s, %s, 0, 0)"
)
_SAVE_HEAD = "UPDATE audit_chain SET length = %s, digest = %s, key_id = %s WHERE service_id = %s"


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
    """How a row of a model is saved: the statement, and for each column the attribute and what prepares its value."""

    statement: str
    columns: tuple[tuple[str, Callable[[Any], Any] | None], ...]


def insert(cursor: CursorWrapper, rows: Sequence[models.Model]) -> None:
    """Save new rows of one model, whose columns are all set."""
    insertion = _insertion(type(rows[0]), connection.vendor)
    values = [
        [
            prepare(getattr(row, attribute)) if prepare else getattr(row, attribute)
            for attribute, prepare in insertion.columns
        ]
        for row in rows
    ]
    _execute_each(cursor, insertion.statement, values)


def locked_head(cursor: CursorWrapper, service_id: uuid.UUID) -> Head | None:
    """The end of a chain, which nobody else may move until the transaction ends; None where there is none.

    With SQLite the transaction itself is the lock: it is one that writes from its beginning on.
    """
    lock = " FOR UPDATE OF chain" if connection.vendor == "postgresql" else ""
    cursor.execute(_HEAD + lock, [_prepared(service_id)])
    row = cursor.fetchone()
    if row is None:
        return None
    length, digest, key_id, ring_key_id, wrapped = row
    return Head(service_id, length, digest, uuid.UUID(str(key_id)), ring_key_id, bytes(wrapped))


def save_head(cursor: CursorWrapper, head: Head) -> None:
    """Write the end of a chain back."""
    cursor.execute(_SAVE_HEAD, [head.length, head.digest, _prepared(head.key_id), _prepared(head.service_id)])


def mark_open(cursor: CursorWrapper, entries: Sequence[Entry]) -> None:
    """Put an `OpenEntry` beside each entry."""
    moment = connection.ops.adapt_datetimefield_value
    values = [
        [_prepared(entry.pk), _prepared(entry.service_id), moment(entry.deadline), moment(entry.at)]
        for entry in entries
    ]
    _execute_each(cursor, _MARK, values)


def remove_open(cursor: CursorWrapper, entry_ids: Collection[uuid.UUID]) -> int:
    """Remove the marks that these entries are open; how many there were."""
    places = ", ".join(["%s"] * len(entry_ids))
    statement = f"DELETE FROM audit_openentry WHERE entry_id IN ({places})"  # noqa: S608
    cursor.execute(statement, [_prepared(entry_id) for entry_id in entry_ids])
    return int(cursor.rowcount)


def remove_until(cursor: CursorWrapper, service_id: uuid.UUID, number: int) -> None:
    """Remove the service's links up to that number. The closings go first, because they refer to entries."""
    for table in ("audit_entryclosing", "audit_entry"):
        statement = f"DELETE FROM {table} WHERE service_id = %s AND number <= %s"  # noqa: S608
        cursor.execute(statement, [_prepared(service_id), number])


def _execute_each(cursor: CursorWrapper, statement: str, values: Sequence[Sequence[Any]]) -> None:
    if len(values) == 1:
        cursor.execute(statement, values[0])
    else:
        cursor.executemany(statement, values)


@cache
def _insertion(model: type[models.Model], _vendor: str) -> _Insertion:
    fields = model._meta.concrete_fields
    names = ", ".join(str(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({places})"  # noqa: S608
    return _Insertion(statement, tuple((field.attname, _preparation(field)) for field in fields))


def _preparation(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What makes a column's value; None where texts and numbers are taken as they are."""
    column = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(column, models.CharField | models.TextField | models.IntegerField):
        return None
    if isinstance(column, models.UUIDField):
        return _prepared
    if isinstance(column, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return column.get_prep_value


def _prepared(value: uuid.UUID | None) -> uuid.UUID | str | None:
    """An id as the database keeps it."""
    return value if value is None or connection.features.has_native_uuid_field else value.hex
