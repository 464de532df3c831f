"""What a bulk run does with each of its records, as plain data that is stored with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from apps.api.contract.contract import Field
from apps.api.http.protocol import UndecodableBody, decode, encode
from apps.bulk.field_edits import CannotEdit, FieldEdit
from apps.resources.resource import Resource
from apps.resources.writes.actions import BulkAction
from apps.ui.columns import Record

__all__ = ["CannotEdit", "FieldEdit", "Instruction", "Kind"]


class Kind(StrEnum):
    """Where the values come from."""

    #: A declared action of the resource.
    ACTION = "action"
    #: Fields that a person sets.
    EDIT = "edit"
    #: The inverse of what another run did: the rows have their changes from the start.
    UNDO = "undo"
    #: What another run did not get done: the rows have their changes from the start.
    RETRY = "retry"
    #: A file: the rows have their changes from the start.
    IMPORT = "import"


#: The rows have their changes from the start, and are only compared with the records.
OF_THE_ROWS = frozenset({Kind.UNDO, Kind.RETRY, Kind.IMPORT})
#: They go on from what the records held; what somebody else changed since stays.
FROM_WHAT_WAS_SEEN = frozenset({Kind.UNDO, Kind.RETRY})
#: A title names so many of the edited fields.
FIELDS_NAMED = 2


@dataclass(frozen=True)
class Instruction:
    """One thing to do with every record of a run."""

    kind: Kind
    #: The action's name, the name of the imported file, or the title of the run that is undone or tried again.
    name: str = ""
    edits: tuple[FieldEdit, ...] = ()

    def as_json(self) -> str:
        """As a JSON text; numbers keep their digits."""
        return encode(asdict(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> "Instruction":
        """The instruction behind its JSON text. Raises `ValueError` for any other text."""
        try:
            parts = decode(text.encode())
            edits = tuple(FieldEdit(**edit) for edit in parts["edits"])
            return cls(Kind(parts["kind"]), parts["name"], edits)
        except (UndecodableBody, KeyError, TypeError) as error:
            raise ValueError("no instruction") from error

    def action_of(self, resource: Resource) -> BulkAction | None:
        """The declared action, where it is one that the resource still has."""
        actions = resource.bulk_actions if self.kind == Kind.ACTION else ()
        return next((action for action in actions if action.name == self.name), None)

    def is_archiving(self, resource: Resource) -> bool:
        """Whether it archives the records, which cannot be undone from here."""
        action = self.action_of(resource)
        return action is not None and action.is_destructive

    def label(self, resource: Resource | None) -> str:
        """The verb for it: "Deactivate", "Edit", "Undo", "Try again", "Import"."""
        action = self.action_of(resource) if resource else None
        if action:
            return action.label
        return "Try again" if self.kind == Kind.RETRY else self.kind.value.capitalize()

    def past(self, resource: Resource) -> str:
        """What was done with records, after "were": "deactivated", "put back", "changed"."""
        action = self.action_of(resource)
        if action:
            return action.past
        return "put back" if self.kind == Kind.UNDO else "changed"

    def confirmation(self, resource: Resource, count: int) -> str:
        """What the button that carries it out says: "Deactivate 9 offers", "Carry out 9 changes"."""
        action = self.action_of(resource)
        verb = action.label if action else "Put back" if self.kind == Kind.UNDO else ""
        if not verb:
            return f"Carry out {count} change{'' if count == 1 else 's'}"
        return f"{verb} {count} {(resource.label if count == 1 else resource.label_plural).lower()}"

    def details(self, resource: Resource | None) -> str:
        """Which fields are edited, or the imported file's name; "" where the verb says all."""
        if self.kind == Kind.IMPORT:
            return self.name
        labels = list(
            dict.fromkeys(resource.label_of(edit.field) if resource else edit.field for edit in self.edits)
        )
        more = len(labels) - FIELDS_NAMED
        return ", ".join(labels[:FIELDS_NAMED]) + (f" and {more} more" if more > 0 else "")

    def log_kind(self, resource: Resource) -> str:
        """What the change log calls its writes; "" for what they are by themselves."""
        action = self.action_of(resource)
        return action.name if action else ""

    def values_for(
        self, resource: Resource, record: Record, fields: Mapping[str, Field]
    ) -> Mapping[str, Any] | None:
        """What is to be set on a record that was read; None archives it.

        `fields` are those of the body that changes a record. Raises `CannotEdit` where the record has nothing to
        work with, `LookupError` for an action that the resource has no more.
        """
        if self.kind == Kind.ACTION:
            action = self.action_of(resource)
            if action is None:
                raise LookupError(self.name)
            return action.changes
        return {edit.field: edit.value_for(record, fields) for edit in self.edits}
