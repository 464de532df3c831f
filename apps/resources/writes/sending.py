"""Sends what is written to the API, and alone does: what is sent stands in the change log before.

A single write, as the deletion of an export:

    operation = client.endpoint.contract.operation(DELETE_EXPORT)
    description = describe_write(
        connection, person, Origin.page("exports:delete", request.path), operation,
        resource="exports", kind=Kind.DELETE, record_id="7",
    )
    with logged(description) as write:
        write.delete(client, operation.id, {"exportID": "7"})

The end of the block closes the entry: as done, after an `ApiError` as what it says of the write, after anything else
as not known. Who finds out more, because a lost answer was looked up, closes it inside: `write.close(Outcome.DONE)`.

Many writes, as those of a bulk call: `open_writes`, then `update_together`, or each write's `update`, then `close_all`.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import DatabaseError

from apps.accounts.models import User
from apps.api.client import Answer, Client, Created
from apps.api.contract.contract import Field, Operation
from apps.api.errors import ApiError, OutcomeUnknown, RateLimited, Unreachable
from apps.audit import log
from apps.audit.descriptions import PAGE_TIME, Closing, FieldChange, Origin, WriteDescription
from apps.audit.models import Entry, Outcome
from apps.connections.models import Connection

logger = logging.getLogger(__name__)
T = TypeVar("T")

NOWHERE: Mapping[str, str] = {}
OUR_FAULT = "It is not known what came of this: a fault of this site came between."


class Write:
    """A write that stands in the change log: sent by this, as often as needed, and closed once.

    Its calls raise what the client raises. They may be made in another thread; opening and closing may not.
    """

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        #: How often it was sent.
        self.tries = 0
        self.is_closed = False
        #: What came of it when it was sent last.
        self.answer: Answer | None = None
        self.error: ApiError | None = None

    def create(
        self, client: Client, operation: str, path: Mapping[str, str], body: Mapping[str, Any]
    ) -> Created:
        """Create a record."""
        return self._created(lambda: client.create(operation, path, body))

    def start_export(
        self, client: Client, operation: str, path: Mapping[str, str], parameters: Sequence[tuple[str, str]]
    ) -> Created:
        """Make an export."""
        return self._created(lambda: client.start_export(operation, path, parameters))

    def update(
        self, client: Client, operation: str, path: Mapping[str, str], body: Mapping[str, Any]
    ) -> None:
        """Change the record."""
        update_together([self], client, operation, path, body)

    def delete(self, client: Client, operation: str, path: Mapping[str, str]) -> None:
        """Delete the record."""
        delete_together([self], client, operation, path)

    def close(self, outcome: Outcome, words: str = "", record_id: str = "") -> None:
        """Write down what came of it, in words where there is something to say, and of a creation the new id."""
        close_all([Ending(self, outcome, words, record_id)])

    def _created(self, call: Callable[[], Created]) -> Created:
        with _sending([self]):
            made = call()
        self.answer = made.answer
        return made


@dataclass(frozen=True)
class Ending:
    """What came of a write, in words where there is something to say, and of a creation the new id."""

    write: Write
    outcome: Outcome
    words: str = ""
    record_id: str = ""

    def closing(self) -> Closing:
        """The same as the log takes it."""
        write = self.write
        said = write.error or write.answer
        return Closing(
            self.outcome,
            self.words,
            said.status if said else None,
            said.request_id if said else "",
            write.tries,
            self.record_id,
        )


def update_together(
    writes: Sequence[Write], client: Client, operation: str, path: Mapping[str, str], body: Mapping[str, Any]
) -> None:
    """Change the records of all the writes by one call."""
    with _sending(writes):
        answer = client.update(operation, path, body)
    for write in writes:
        write.answer = answer


def delete_together(
    writes: Sequence[Write],
    client: Client,
    operation: str,
    path: Mapping[str, str],
    body: Mapping[str, Any] | None = None,
) -> None:
    """Delete the records of all the writes by one call."""
    with _sending(writes):
        answer = client.delete(operation, path, body)
    for write in writes:
        write.answer = answer


@contextmanager
def _sending(writes: Sequence[Write]) -> Iterator[None]:
    for write in writes:
        write.tries += 1
        write.answer = write.error = None
    try:
        yield
    except ApiError as error:
        for write in writes:
            write.error = error
        raise


def open_writes(descriptions: Sequence[WriteDescription]) -> list[Write]:
    """The writes, now in the change log: each may be sent, and must be closed."""
    largest = log.MAXIMUM_BATCH
    parts = (descriptions[start : start + largest] for start in range(0, len(descriptions), largest))
    return [Write(entry) for part in parts for entry in log.open_entries(part)]


def begun_writes(entry_ids: Collection[UUID]) -> dict[UUID, Write]:
    """The writes of these entries that stand in the log by now, by entry; which of them are closed, they say."""
    writes = {}
    for entry in Entry.objects.filter(pk__in=entry_ids):
        write = writes[entry.pk] = Write(entry)
        write.is_closed = entry.known_closing is not None
        write.tries = 1
    return writes


def close_all(endings: Iterable[Ending]) -> None:
    """Write down what came of many writes; what is closed already stays as it is.

    The API has done what it has done, so a log that cannot take the outcome raises nothing: the server's log says so,
    and the worker closes the entry later as not known.
    """
    open_ones = [ending for ending in endings if not ending.write.is_closed]
    for ending in open_ones:
        ending.write.is_closed = True
    try:
        log.close_all([(ending.write.entry, ending.closing()) for ending in open_ones])
    except (log.AlreadyClosed, DatabaseError):
        logger.exception("The change log could not take what came of %d writes", len(open_ones))


@contextmanager
def logged(description: WriteDescription) -> Iterator[Write]:
    """One write, in the change log; the end of the block closes it by what came of it, unless that was done inside."""
    [write] = open_writes([description])
    try:
        yield write
    except ApiError as error:
        write.close(outcome_after(error), error.user_message)
        raise
    except BaseException:
        # Whether the call was made is known, and nothing more.
        write.close(*((Outcome.UNKNOWN, OUR_FAULT) if write.tries else (Outcome.NOT_SENT,)))
        raise
    write.close(Outcome.DONE if write.tries else Outcome.NOT_SENT)


def outcome_after(error: ApiError | None) -> Outcome:
    """What is known of a write after the call that was to make it."""
    if error is None:
        return Outcome.DONE
    if isinstance(error, OutcomeUnknown):
        return Outcome.UNKNOWN
    return Outcome.NOT_SENT if was_not_sent(error) else Outcome.FAILED


def was_not_sent(error: ApiError) -> bool:
    """Whether the API was not even asked: no connection, no time, or a pause that we keep by ourselves."""
    return isinstance(error, Unreachable) or (isinstance(error, RateLimited) and error.status is None)


def describe_write(
    connection: Connection,
    person: User | None,
    origin: Origin,
    operation: Operation,
    *,
    resource: str,
    kind: str,
    path: Mapping[str, str] = NOWHERE,
    record_id: str = "",
    title: str = "",
    changes: Sequence[FieldChange] = (),
    body: Mapping[str, Any] | None = None,
    secret_names: frozenset[str] = frozenset(),
    time: timedelta = PAGE_TIME,
    entry_id: UUID | None = None,
) -> WriteDescription:
    """What the log is told of a write through a connection, with the names that the contract calls secret.

    `path` are the parameters of the place where the record is, without the record's own.
    """
    return WriteDescription(
        service_id=connection.service_id,
        person=person,
        origin=origin,
        connection_id=connection.pk,
        organisation=connection.organisation,
        connection_key=connection.key_name,
        operation=operation.id,
        resource=resource,
        kind=kind,
        path=path,
        record_id=record_id,
        title=title,
        changes=changes,
        body=body,
        secret_names=secret_names | secret_names_of(operation.body_fields.values()),
        time=time,
        entry_id=entry_id,
    )


def secret_names_of(fields: Iterable[Field]) -> frozenset[str]:
    """The names of the fields that the contract calls secret, inside objects too."""
    names: set[str] = set()
    for field in fields:
        if field.is_write_only or field.format == "password":
            names.add(field.name)
        names |= secret_names_of(field.fields.values())
    return frozenset(names)
