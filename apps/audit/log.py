"""The way into the log: entries are opened before something is sent, and closed with what came of it.

Each call is a short transaction of its own: none may be open around it, and none is while the API is called.
"""

import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import connection, transaction

from apps.audit import chain
from apps.audit.facts import Closing, Facts
from apps.audit.models import Entry, Outcome
from apps.audit.rows import closing_row, entry_row, open_row
from apps.audit.statements import insert, remove_open

#: More at once would hold up the other writers of the service.
MAXIMUM_BATCH = 1000


class AlreadyClosed(Exception):
    """Somebody closed the entry before: this process was slower, or closes it twice."""


def open_entries(facts: Sequence[Facts]) -> list[Entry]:
    """An entry for each write that is about to be sent, in their order; one transaction for each service.

    Raises `ValueError` for more than `MAXIMUM_BATCH`.
    """
    if len(facts) > MAXIMUM_BATCH:
        raise ValueError(f"At most {MAXIMUM_BATCH} entries are opened at once, not {len(facts)}")
    entries = [entry_row(one) for one in facts]
    for service_id, group in _by_service(entries):
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            chain.append(cursor, chain.lock(cursor, service_id), group)
            insert(cursor, [open_row(entry) for entry in group])
    return entries


def open_entry(facts: Facts) -> Entry:
    """The entry of one write that is about to be sent."""
    return open_entries([facts])[0]


def close(entry: Entry, closing: Closing) -> None:
    """Write down what came of the write. Raises `AlreadyClosed`, and `ValueError` for the outcome `SENDING`."""
    close_all([(entry, closing)])


def close_all(closings: Iterable[tuple[Entry, Closing]]) -> None:
    """Write down what came of many writes; one transaction for each service.

    Raises `AlreadyClosed` where one was closed before; of its service none is closed then. Raises `ValueError` for
    the outcome `SENDING`.
    """
    by_entry: dict[Entry, Closing] = {}
    for entry, closing in closings:
        if entry in by_entry:
            raise AlreadyClosed(str(entry))
        if closing.outcome == Outcome.SENDING:
            raise ValueError("An entry is closed with an outcome")
        by_entry[entry] = closing
    for service_id, entries in _by_service(by_entry):
        rows = [closing_row(entry, by_entry[entry]) for entry in entries]
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            head = chain.lock(cursor, service_id)
            if remove_open(cursor, [entry.pk for entry in entries]) != len(entries):
                raise AlreadyClosed(", ".join(map(str, entries[:3])))
            chain.append(cursor, head, rows)
        for entry, row in zip(entries, rows, strict=True):
            row.entry = entry


def _by_service(entries: Iterable[Entry]) -> list[tuple[uuid.UUID, list[Entry]]]:
    ordered = sorted(entries, key=lambda entry: entry.service_id)
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda entry: entry.service_id)]
