"""Reads values of the API by their type in the contract, everywhere alike, and turns them into that type to be sent.

Services write a number or a switch as text now and then. What has one meaning only is read so everywhere; what has
none, or more than one, is unknown: it is shown with a question mark and sent as it came.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.api.contract.contract import Field
from apps.ui.values import is_missing, text_of

#: Before a value that the contract does not know.
UNKNOWN = "? "
LONGEST_UNKNOWN = 64
# Databases without booleans keep them as 1 and 0; of a switch these mean nothing else.
_SWITCHES = {"true": True, "1": True, "false": False, "0": False}
# Few enough digits for any JSON reader; a comma may part thousands or decimals, so it is no number.
_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_TYPES: Mapping[str, tuple[type, ...]] = {
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float, Decimal),
    "string": (str,),
}
_INTEGER = re.compile(r"-?[0-9]{1,30}")


def as_boolean(value: Any) -> bool | None:
    """The value as a switch, also where it is 1 or 0, or written as text; None when it is neither on nor off."""
    if isinstance(value, bool):
        return value
    return _SWITCHES.get(str(value).strip().lower()) if isinstance(value, (str, int)) else None


def as_number(value: Any) -> Decimal | None:
    """The value as a number, also where it is a plain number's text; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip()
        return Decimal(text) if text.isascii() and _NUMBER.fullmatch(text) else None
    if not isinstance(value, int | float | Decimal):
        return None
    number = Decimal(str(value))
    return number if number.is_finite() else None


def as_contract_says(value: Any, field: Field) -> Any:
    """The value in the contract's type, where it has that meaning only; any other value as it came.

    A name that is `true` stays `true`: another value would change a record that nobody changed. Parts of an object
    that hold nothing are left out where the contract has no null; parts it does not know are kept.
    """
    if field.type == "object" and isinstance(value, Mapping):
        return {
            name: as_contract_says(part, field.fields[name]) if name in field.fields else part
            for name, part in value.items()
            if part is not None or name not in field.fields or field.fields[name].is_nullable
        }
    if field.type == "boolean":
        read = as_boolean(value)
        return value if read is None else read
    if field.type == "integer" and not isinstance(value, int):
        number = as_number(value)
        return int(number) if number is not None and number == number.to_integral_value() else value
    if field.type == "number" and isinstance(value, str):
        number = as_number(value)
        return value if number is None else number
    if field.type == "string" and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return text_of(value)
    return value


def is_known(value: Any, field: Field) -> bool:
    """Whether the contract knows the value: of a fixed set one of its values, of a switch on or off."""
    if field.type == "boolean":
        return as_boolean(value) is not None
    known = field.enum or field.item_enum
    return not known or (isinstance(value, str | int | Decimal) and text_of(value) in known)


def can_be_sent(value: Any, field: Field) -> bool:
    """Whether the contract has the value: in the field's type once it is turned into it, and of its fixed set."""
    value = as_contract_says(value, field)
    if field.type == "array":
        item = Field(field.name, field.item_type, field.item_enum)
        return isinstance(value, list) and all(can_be_sent(part, item) for part in value)
    if field.type != "boolean" and isinstance(value, bool):
        return field.type not in _TYPES
    return isinstance(value, _TYPES.get(field.type, object)) and is_known(value, field)


def unknown_text(value: Any) -> str:
    """A value the contract does not know, as it is shown everywhere: "? Invite_Only"."""
    return UNKNOWN + text_of(value)[:LONGEST_UNKNOWN]


def known_text(value: Any, field: Field | None) -> str:
    """Any value for people; of a fixed set or a switch, what the contract does not know has its question mark."""
    if field is None or is_missing(value):
        return text_of(value)
    if isinstance(value, list) and field.item_enum:
        return ", ".join(known_text(item, field) for item in value)
    if not is_known(value, field):
        return unknown_text(value)
    return text_of(as_boolean(value) if field.type == "boolean" else value)
