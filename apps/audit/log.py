"""The way into the log: entries are opened before something is sent, and closed with what came of it.

Each call is a short transaction of its own: none may be open around it, and none is while the API is called.
"""

import uuid
from collections.abc import Iterable, Sequence
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from apps.audit import chain
from apps.audit.facts import Closing, Facts, FieldChange
from apps.audit.masking import mask
from apps.audit.models import RECORD_ID_LENGTH, Entry, EntryClosing, OpenEntry, Outcome

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
    entries = [_entry(one) for one in facts]
    for service_id, group in _by_service(entries):
        with transaction.atomic(durable=True):
            chain.append(chain.lock(service_id), group)
            OpenEntry.objects.bulk_create(
                OpenEntry(entry=entry, service_id=service_id, due_at=entry.deadline) for entry in group
            )
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
        by_entry[entry] = closing
    if any(closing.outcome == Outcome.SENDING for closing in by_entry.values()):
        raise ValueError("An entry is closed with an outcome")
    for service_id, entries in _by_service(by_entry):
        rows = [_closing(entry, by_entry[entry]) for entry in entries]
        with transaction.atomic(durable=True):
            head = chain.lock(service_id)
            _take(entries)
            chain.append(head, rows)
        for entry, row in zip(entries, rows, strict=True):
            row.entry = entry


def _by_service(entries: Iterable[Entry]) -> list[tuple[uuid.UUID, list[Entry]]]:
    ordered = sorted(entries, key=lambda entry: entry.service_id)
    return [(key, list(group)) for key, group in groupby(ordered, key=lambda entry: entry.service_id)]


def _take(entries: Sequence[Entry]) -> None:
    """Remove the marks that the entries are open. Raises `AlreadyClosed` where one has none."""
    ids = {entry.pk for entry in entries}
    if OpenEntry.objects.filter(entry__in=ids).delete()[0] != len(ids):
        raise AlreadyClosed(", ".join(map(str, entries[:3])))


def _entry(facts: Facts) -> Entry:
    """The row, secrets masked."""
    now = timezone.now()
    origin, person, names = facts.origin, facts.person, facts.secret_names
    return Entry(
        service_id=facts.service_id,
        at=now,
        person_id=person.pk if person else None,
        email=person.email if person else "",
        origin_kind=origin.kind,
        origin_name=_clean(origin.name),
        origin_path=_clean(origin.path),
        batch=origin.batch,
        connection_id=facts.connection_id,
        connection_key=_clean(facts.connection_key),
        operation=_clean(facts.operation),
        resource=_clean(facts.resource),
        path=mask(facts.path, names),
        record_id=_clean(facts.record_id)[:RECORD_ID_LENGTH],
        title=_clean(facts.title),
        kind=_clean(facts.kind),
        changes=[_masked_change(change, names) for change in facts.changes],
        body=mask(facts.body, names),
        deadline=now + facts.time,
    )


def _masked_change(change: FieldChange, names: frozenset[str]) -> dict[str, object]:
    """The change as it is stored: its sides are masked as the field they are of."""
    name = change["field"]
    sides = {side: mask({name: change[side]}, names) for side in ("before", "after") if side in change}
    return {"field": name, **{side: next(iter(masked.values())) for side, masked in sides.items()}}


def _closing(entry: Entry, closing: Closing) -> EntryClosing:
    return EntryClosing(
        entry_id=entry.pk,
        service_id=entry.service_id,
        outcome=closing.outcome,
        words=_clean(closing.words),
        api_status=closing.api_status,
        request_id=_clean(closing.request_id),
        tries=closing.tries,
        record_id=_clean(closing.record_id)[:RECORD_ID_LENGTH],
    )


def _clean(text: str) -> str:
    """The text without secrets, and without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    return str(mask(text)).encode(errors="replace").decode().replace("\0", "\ufffd")
