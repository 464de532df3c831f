"""The body of a write, and whether a record is as it wants it: one rule for forms, actions, bulk calls and copies."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.api.contract.contract import Field
from apps.api.redaction import is_secret_name
from apps.resources.forms.bodies import put
from apps.ui.contract_values import as_boolean, as_contract_says
from apps.ui.values import is_missing, value_at

#: A record that is not there yet, or was not read.
NO_RECORD: Mapping[str, Any] = {}


def body_of(
    values: Mapping[str, Any], fields: Mapping[str, Field], record: Mapping[str, Any] = NO_RECORD
) -> dict[str, Any]:
    """The body that sets the values (dotted inside objects) on a record as it is now; `fields` are the operation's.

    Besides the values it holds what the contract requires as the record has it, and the rest of each object of which a
    part is set. All in the contract's types, where they have that meaning only.
    """
    body = {
        name: as_contract_says(record[name], field)
        for name, field in fields.items()
        if field.required and name in record
    }
    for name, value in values.items():
        outer, *inner = name.split(".")
        if inner and outer not in body:
            kept = record.get(outer)
            body[outer] = (
                as_contract_says(kept, fields[outer]) if isinstance(kept, Mapping) and outer in fields else {}
            )
        put(body, [outer, *inner], _as_contract_says(value, field_at(fields, name)))
    return body


def field_at(fields: Mapping[str, Field], name: str) -> Field | None:
    """The field at a dotted path; None where the contract does not know it."""
    outer, *inner = name.split(".")
    field = fields.get(outer)
    for part in inner:
        field = field.fields.get(part) if field else None
    return field


def is_never_told(name: str, field: Field | None) -> bool:
    """Whether no record tells what it has there, as a password: by the contract, or by the field's name."""
    is_secret = field is not None and (field.is_write_only or field.format == "password")
    return is_secret or is_secret_name(name)


def differing(
    values: Mapping[str, Any], fields: Mapping[str, Field], record: Mapping[str, Any]
) -> Iterator[str]:
    """The names of the values that the record has otherwise, or not at all."""
    for name, wanted in values.items():
        if not is_same(value_at(record, name), wanted, field_at(fields, name)):
            yield name


def is_same(one: Any, other: Any, field: Field | None) -> bool:
    """Whether two values mean the same by the contract: `"5.00"` and 5 of a number, nothing and an empty text."""
    if is_missing(one) and is_missing(other):
        return True
    one, other = _as_contract_says(one, field), _as_contract_says(other, field)
    if isinstance(one, bool) or isinstance(other, bool):
        if field is not None and field.type != "boolean":  # of a number 1 is not true
            return isinstance(one, bool) and one is other
        return as_boolean(one) is as_boolean(other) is not None
    return bool(one == other)


def _as_contract_says(value: Any, field: Field | None) -> Any:
    return value if field is None else as_contract_says(value, field)
