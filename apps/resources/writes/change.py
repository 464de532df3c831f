"""A change of one record as plain data: it can be stored, carried out later, and turned around."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.api.contract.contract import Field, Operation
from apps.api.http.protocol import UndecodableBody, decode, encode
from apps.resources.writes.bodies import field_at, is_never_told
from apps.ui.contract_values import can_be_sent


@dataclass(frozen=True)
class Change:
    """What is wanted of one record, and what was seen of it before."""

    #: The resource's registered name, and the path parameters of its list.
    resource: str
    path: Mapping[str, str]
    #: None for a new record.
    record_id: str | None
    #: Field → value, dotted inside objects (`default_payout.payout`); None archives the record.
    values: Mapping[str, Any] | None
    #: The same fields as they were, without those that the record lacked; of one to be archived all that is known.
    before: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_creation(self) -> bool:
        """Whether it makes a new record."""
        return self.record_id is None

    @property
    def is_archiving(self) -> bool:
        """Whether it archives the record."""
        return self.values is None

    def as_json(self) -> str:
        """The change as a JSON text; numbers keep their digits. Raises `TypeError` for values JSON has no form for."""
        return encode(vars(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> "Change":
        """The change behind its JSON text. Raises `ValueError` for any other text."""
        try:
            parts = decode(text.encode())
        except UndecodableBody as error:
            raise ValueError("no change") from error
        match parts:
            case {
                "resource": str(),
                "path": dict(),
                "record_id": str() | None,
                "values": dict() | None,
                "before": dict(),
                **others,
            } if not others:
                return cls(**parts)
        raise ValueError("no change")

    def inverse(self, operations: Mapping[str, Operation], created_id: str = "") -> "Change | None":
        """What undoes it once it is made, with the resource's operations by role; None where the API has no way back.

        A change of values is undone by those before, a creation by archiving the record `created_id`. Nothing brings an
        archived record back, nor a value that the contract has not, as a null or a status of an older version.
        """
        if self.values is None:
            return None
        if self.record_id is None:
            can = bool(created_id) and "delete" in operations
            return Change(self.resource, self.path, created_id, None, self.values) if can else None
        if "update" not in operations:
            return None
        fields = operations["update"].body_fields
        values: dict[str, Any] = {}
        for name in self.values:
            known = field_at(fields, name)
            if is_never_told(name, known):
                return None
            was = self.before.get(name)
            if known is not None and was is not None and not can_be_sent(was, known):
                return None
            if was is not None or (known is None and name in self.before):
                values[name] = was
            elif known is None or not _has_word_for_nothing(known):
                return None
            else:
                values[name] = None if known.is_nullable else ""
        return Change(self.resource, self.path, self.record_id, values, self.values)


def _has_word_for_nothing(field: Field) -> bool:
    """Whether a field that held nothing can be emptied again."""
    return field.is_nullable or (field.type == "string" and not field.enum)
