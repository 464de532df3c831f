"""Turns a write of the change log around: what would put the values before it back, where there is a way."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.api.contract.contract import Operation
from apps.audit.masking import holds_mask
from apps.audit.models import Entry, Outcome
from apps.connections.models import Connection
from apps.resources.writes.change import Change

#: So long after a write its values before can be put back.
UNDO_TIME = timedelta(days=30)


def recorded_changes(entry: Entry) -> list[dict[str, Any]]:
    """The entry's fields before and after (`FieldChange`); none of what somebody made of it behind our back."""
    changes = entry.changes if isinstance(entry.changes, list) else []
    return [change for change in changes if isinstance(change, dict) and isinstance(change.get("field"), str)]


def is_of_same_organisation(entry: Entry, connection: Connection) -> bool:
    """Whether the entry is about what the key sees: another organisation may have a record of the same id."""
    if entry.organisation:
        return connection.organisation == entry.organisation
    return connection.key_name == entry.connection_key


def inverse_of(
    entry: Entry, operations: Mapping[str, Operation], only: Collection[str] = ()
) -> Change | None:
    """The change that puts the values before the entry's write back, or those of the fields `only`.

    None where it is not known to be done, is too old, changed no values of a record, or the log or the API has no
    way back: a value that is masked, a field that cannot be emptied again.
    """
    if entry.outcome != Outcome.DONE or not entry.record_id or timezone.now() - entry.at > UNDO_TIME:
        return None
    if not isinstance(entry.path, dict):
        return None
    wanted = [change for change in recorded_changes(entry) if not only or change["field"] in only]
    if not wanted or (only and len(wanted) < len(set(only))):
        return None
    # Without a value after it the record was archived, or made elsewhere.
    if any("after" not in change or holds_mask([*change.values()]) for change in wanted):
        return None
    values = {change["field"]: change["after"] for change in wanted}
    before = {change["field"]: change["before"] for change in wanted if "before" in change}
    return Change(entry.resource, entry.path, entry.record_id, values, before).inverse(operations)
