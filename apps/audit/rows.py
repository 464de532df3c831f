"""Makes rows of what is told: secrets are masked, and texts are such that every database stores them."""

import uuid
from typing import Any

from django.utils import timezone

from apps.audit.descriptions import Closing, FieldChange, WriteDescription
from apps.audit.masking import mask
from apps.audit.models import RECORD_ID_LENGTH, Entry, EntryClosing, Outcome


def entry_row(description: WriteDescription) -> Entry:
    """The entry of a write, opened now."""
    now, origin, person = timezone.now(), description.origin, description.person
    told = (
        origin.name,
        origin.path,
        description.connection_key,
        description.operation,
        description.resource,
        description.record_id,
        description.title,
        description.kind,
    )
    # All at once, because looking for secrets takes its time.
    changes: list[list[Any]] = [_sides(change) for change in description.changes]
    texts, path, body, changes = mask(
        [told, description.path, description.body, changes], description.secret_names
    )
    name, address, key, operation, resource, record_id, title, kind = map(storable, texts)
    return Entry(
        pk=description.entry_id or uuid.uuid4(),
        service_id=description.service_id,
        at=now,
        person_id=person.pk if person else None,
        email=person.email if person else "",
        origin_kind=origin.kind,
        origin_name=name,
        origin_path=address,
        batch=origin.batch,
        connection_id=description.connection_id,
        organisation=description.organisation,
        connection_key=key,
        operation=operation,
        resource=resource,
        path=path,
        record_id=record_id[:RECORD_ID_LENGTH],
        title=title,
        kind=kind,
        changes=[_change(*sides) for sides in changes],
        body=body,
        deadline=now + description.time,
    )


def closing_row(entry: Entry, closing: Closing) -> EntryClosing:
    """What closes the entry now. Raises `ValueError` for what is no outcome: an entry is not closed as being sent."""
    outcome = Outcome(closing.outcome)
    if outcome in (Outcome.SENDING, Outcome.UNCHANGED):
        raise ValueError("An entry is closed with an outcome")
    words, request_id, record_id = map(storable, mask([closing.words, closing.request_id, closing.record_id]))
    return EntryClosing(
        entry_id=entry.pk,
        service_id=entry.service_id,
        at=timezone.now(),
        outcome=outcome.value,
        words=words,
        api_status=closing.api_status,
        request_id=request_id,
        tries=closing.tries,
        record_id=record_id[:RECORD_ID_LENGTH],
    )


def _sides(change: FieldChange) -> list[Any]:
    """The field's name, and each side as an object of that field alone, so that it is masked by its name."""
    name = change["field"]
    before = {name: change["before"]} if "before" in change else None
    after = {name: change["after"]} if "after" in change else None
    return [name, before, after]


def _change(name: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    """The change again."""
    sides = {"before": before, "after": after}
    values = {side: next(iter(held.values())) for side, held in sides.items() if held is not None}
    return {"field": name, **values}


def storable(text: str) -> str:
    """The text without what PostgreSQL refuses: NUL and halves of surrogate pairs."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")
