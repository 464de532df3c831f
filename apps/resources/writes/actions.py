"""What can be done with a selection, and what it means for a record. How it is carried out: `action_execution.py`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.api.contract.contract import Operation
from apps.resources.api_access import ApiAccess
from apps.resources.writes.bodies import differing
from apps.ui.columns import Record

#: The API's largest page, and so the largest selection that one read can check.
LARGEST_SELECTION = 100
#: Words by which an archived record may call itself so when the API still shows it.
ARCHIVE_MARKS = ("archived", "is_archived", "deleted", "is_deleted", "archived_at", "deleted_at")


@dataclass(frozen=True)
class BulkAction:
    """One action over a selection: by the contract's bulk operation where it has one, else one call a record."""

    name: str
    label: str
    #: The values to set; None archives the records.
    changes: Mapping[str, Any] | None = field(hash=False)
    #: What will happen, for the confirmation: a sentence.
    consequence: str
    #: "activated": for the result.
    past: str
    #: Whether a single record is read first, because there may be something to confirm (`Resource.warning_before`).
    may_warn: bool = False

    @property
    def is_destructive(self) -> bool:
        """Whether the action cannot be taken back from here."""
        return self.changes is None

    @property
    def bulk_role(self) -> str:
        """The role of the bulk operation that does this for many records at once."""
        return "bulk_delete" if self.changes is None else "bulk_status"

    @property
    def single_role(self) -> str:
        """The role of the operation that does this for one record."""
        return "delete" if self.changes is None else "update"

    def may_be_tried(self, scope: ApiAccess, record_id: str = "") -> bool:
        """Whether there is a way that the key was not refused of late: for many at once, or for each."""
        return scope.may_try(self.bulk_role) or scope.may_try(self.single_role, record_id)

    def is_possible(self, operations: Mapping[str, Operation]) -> bool:
        """Whether the contract has an operation for it, and lets the values be set."""
        return any(
            all(name in body and not body[name].is_read_only for name in self.changes or ())
            for role in (self.bulk_role, self.single_role)
            if role in operations
            for body in [operations[role].body_fields]
        )

    def is_done_for(self, record: Record | None) -> bool:
        """Whether a record read back is as the action wants it; None is a record that is gone."""
        if self.changes is None:
            return record is None or is_archived(record)
        return record is not None and not list(differing(self.changes, {}, record))


def is_archived(record: Record) -> bool:
    """Whether a record that can still be read calls itself archived."""
    return (
        any(record.get(mark) for mark in ARCHIVE_MARKS) or str(record.get("status", "")).lower() == "archived"
    )


def bulk_operation(operations: Mapping[str, Operation], values: Mapping[str, Any] | None) -> Operation | None:
    """The contract's operation that sets these values on many records at once, or archives them (None); or None."""
    operation = operations.get("bulk_delete" if values is None else "bulk_status")
    if operation is None or not all(name in operation.body_fields for name in values or ()):
        return None
    return operation
