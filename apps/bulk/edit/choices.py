"""What can be done with a field of many records, by what the contract says of it."""

from collections.abc import Mapping, Sequence

from apps.api.contract.contract import Field
from apps.bulk.field_edits import ARITHMETIC, Operation

#: The field stays as each record has it.
LEAVE = "leave"
#: What a switch is set to.
ON, OFF = "on", "off"
SWITCHED = {ON: True, OFF: False}
#: Before a value that is chosen at once, where a field has few: "to:Public".
TO = "to:"
#: A field with more values has a control of its own for them.
FEW_VALUES = 12

WORDS: Mapping[str, str] = {
    LEAVE: "Leave as is",
    Operation.SET: "Set to…",
    Operation.CLEAR: "Clear",
    Operation.ADD: "Add…",
    Operation.ADD_PERCENT: "Add a percentage…",
    Operation.MULTIPLY: "Multiply by…",
    Operation.AT_LEAST: "At least…",
    Operation.AT_MOST: "At most…",
    Operation.REPLACE: "Find and replace…",
}
#: In the order in which they are offered.
_RECKONED = [operation for operation in Operation if operation in ARITHMETIC]
_TIMES = ("date-time", "date", "time")


def choices_for(field: Field, *, is_open: bool) -> Sequence[str]:
    """What is offered for the field besides leaving it; `is_open` says that it takes any value of its type."""
    if field.type == "boolean":
        return [ON, OFF, *([Operation.CLEAR] if field.is_nullable else [])]
    found = [f"{TO}{value}" for value in field.enum] if has_few_values(field) else [str(Operation.SET)]
    if can_be_cleared(field):
        found.append(Operation.CLEAR)
    if is_open and not field.enum:
        if field.type in ("integer", "number"):
            found += _RECKONED
        elif field.type == "string" and field.format not in _TIMES:
            found.append(Operation.REPLACE)
    return found


def has_few_values(field: Field) -> bool:
    """Whether the field holds one of a few values, each of which can be a choice."""
    return field.type != "array" and 0 < len(field.enum) <= FEW_VALUES


def can_be_cleared(field: Field) -> bool:
    """Whether the contract has a word for "nothing" in the field, and does not require something."""
    is_free_text = field.type == "string" and not field.enum
    return not field.required and (field.is_nullable or is_free_text or field.type == "array")
