"""Notes what was changed outside of this site, where two readings prove it.

The first is the reading after a write of ours, which showed what was written; the second is a record's page, opened
later, that shows something else.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from apps.audit.fields import canonical
from apps.audit.masking import holds_mask, mask
from apps.audit.models import Entry
from apps.resources.models import OutsideChange
from apps.resources.scope import Scope
from apps.resources.writes.bodies import field_at, is_never_told, is_same
from apps.resources.writes.results import LOST_AND_CONFIRMED
from apps.resources.writes.undo import recorded_changes
from apps.ui.columns import Record
from apps.ui.values import value_at

#: So many values of one field are noted after one write.
MOST_OF_A_FIELD = 20


def note_outside_changes(scope: Scope, entry: Entry, record: Record, read_at: datetime) -> None:
    """Note the fields that a record has otherwise than its newest write left it; `read_at` is before it was read."""
    closing = entry.known_closing
    was_read_back = closing is not None and closing.words in ("", LOST_AND_CONFIRMED)
    if closing is None or not was_read_back or not entry.record_id or closing.at >= read_at:
        return
    different = dict(_different(scope, entry, record))
    if not different:
        return
    noted = list(OutsideChange.objects.filter(entry_id=entry.pk, field__in=different).order_by("seen_at"))
    for name, (ours, now) in different.items():
        of_field = [one for one in noted if one.field == name]
        last = of_field[-1] if of_field else None
        if len(of_field) >= MOST_OF_A_FIELD or (last and canonical(last.after) == canonical(now)):
            continue
        OutsideChange.objects.create(
            entry_id=entry.pk,
            service_id=entry.service_id,
            resource=entry.resource,
            record_id=entry.record_id,
            field=name,
            before=last.after if last else ours,
            after=now,
            known_at=last.seen_at if last else closing.at,
            seen_at=read_at,
        )
    limit = read_at - timedelta(days=settings.CHANGE_LOG_DAYS)
    OutsideChange.objects.filter(seen_at__lt=limit).delete()


def _different(scope: Scope, entry: Entry, record: Record) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Each field that differs: what the write set, and what the record has."""
    operation = scope.operations.get("update")
    fields = operation.body_fields if operation else {}
    hidden = scope.resource.hidden_fields | scope.resource.form_class.passwords
    for change in recorded_changes(entry):
        name = change["field"]
        known = field_at(fields, name)
        if (
            "after" not in change
            or name in hidden
            or is_never_told(name, known)
            or holds_mask(change["after"])
        ):
            continue
        outer, _, last = name.rpartition(".")
        inside = value_at(record, outer) if outer else record
        # What the API does not answer was not changed.
        if (
            not isinstance(inside, Mapping)
            or last not in inside
            or is_same(inside[last], change["after"], known)
        ):
            continue
        yield name, (change["after"], mask(inside[last]))
