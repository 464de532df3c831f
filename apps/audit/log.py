"""The way into the log: entries are opened before something is sent, and closed with what came of it.

Each call is a short transaction of its own: none may be open around it, and none is while the API is called.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby

from django.db import connection, transaction

from apps.audit import chain
from apps.audit.descriptions import Closing, WriteDescription
from apps.audit.models import Entry, EntryClosing
from apps.audit.rows import closing_row, entry_row
from apps.audit.statements import add_closing_of_open, add_entries, add_links, remove_open

#: More at once would hold up the other writers of the service.
MAXIMUM_BATCH = 1000


class AlreadyClosed(Exception):
    """Somebody closed the entry before: this process was slower, or closes it twice."""


def open_entries(descriptions: Sequence[WriteDescription]) -> list[Entry]:
    """An entry for each write that is about to be sent, in their order; one transaction for each service.

    Raises `ValueError` for more than `MAXIMUM_BATCH`.
    """
    if len(descriptions) > MAXIMUM_BATCH:
        raise ValueError(f"At most {MAXIMUM_BATCH} entries are opened at once, not {len(descriptions)}")
    entries = [entry_row(one) for one in descriptions]
    for service_id, group in _by_service(entries):
        with transaction.atomic(durable=True), connection.cursor() as cursor:
            head = chain.lock(cursor, service_id)
            chain.append(head, group)
            add_entries(cursor, head, group)
    return entries


def open_entry(description: WriteDescription) -> Entry:
    """The entry of one write that is about to be sent."""
    return open_entries([description])[0]


def close(entry: Entry, closing: Closing) -> None:
    """Write down what came of the write. Raises `AlreadyClosed`, and `ValueError` for `SENDING` and `UNCHANGED`."""
    close_all([(entry, closing)])


def close_all(closings: Iterable[tuple[Entry, Closing]]) -> None:
    """Write down what came of many writes; one transaction for each service.

    Raises `AlreadyClosed` when all others are closed, where one was closed before. Raises `ValueError` for
    `SENDING` and `UNCHANGED`, and then closes none.
    """
    rows: dict[uuid.UUID, EntryClosing] = {}
    entries, twice = [], []
    for entry, closing in closings:
        if entry.pk in rows:
            twice.append(entry)
        else:
            rows[entry.pk] = closing_row(entry, closing)
            entries.append(entry)
    for service_id, group in _by_service(entries):
        twice += _close(service_id, group, rows)
    if twice:
        raise AlreadyClosed(", ".join(map(str, twice[:3])))


def _close(service_id: uuid.UUID, entries: list[Entry], rows: dict[uuid.UUID, EntryClosing]) -> list[Entry]:
    """Close the service's entries by these rows; those that somebody closed before.

    A closing that a breakdown of the database's machine takes leaves the entry open, and so not known in the end:
    only an opening has to be on the disk before anything is sent.
    """
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        head = chain.lock(cursor, service_id, waits_for_disk=False)
        if len(entries) == 1:
            [row] = (rows[entry.pk] for entry in entries)
            end = replace(head)
            chain.append(end, [row])
            if add_closing_of_open(cursor, end, row):
                row.entry = entries[0]
                return []
        ids = [entry.pk for entry in entries]
        before: set[uuid.UUID] = set()
        if remove_open(cursor, ids) != len(ids):
            before = set(EntryClosing.objects.filter(entry__in=ids).values_list("entry", flat=True))
        closed = [entry for entry in entries if entry.pk not in before]
        if closed:
            links = [rows[entry.pk] for entry in closed]
            chain.append(head, links)
            add_links(cursor, head, links)
    for entry in closed:
        rows[entry.pk].entry = entry
    return [entry for entry in entries if entry.pk in before]


def _by_service(entries: Iterable[Entry]) -> list[tuple[uuid.UUID, list[Entry]]]:
    ordered = sorted(entries, key=lambda entry: entry.service_id)
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda entry: entry.service_id)]
