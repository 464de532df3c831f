"""Which values a field can be filtered by, from its type, format and enum in the contract."""

import re
from datetime import date, datetime

from apps.api.contract.contract import Field
from apps.text.typed import one_line
from apps.text.typed_numbers import number_text

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
# What every API reads as a number: no exponent, no plus sign, at most what 64 bits hold.
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")


def is_number(field: Field) -> bool:
    """Whether the field holds numbers."""
    return field.type in ("integer", "number")


def as_written(typed: str, field: Field) -> str:
    """What was typed as the API writes it: a number without what parts its thousands, and with a point.

    Raises `AmbiguousNumber` for what may be two numbers.
    """
    return number_text(typed, is_whole=field.type == "integer") if is_number(field) else one_line(typed)


def is_time(field: Field) -> bool:
    """Whether the field holds moments."""
    return field.format == "date-time"


def fits(value: str, field: Field) -> bool:
    """Whether the field could have such a value."""
    if field.enum or field.item_enum:
        return value in (field.enum or field.item_enum)
    if field.type == "boolean":
        return value in ("true", "false")
    if field.type == "integer":
        return bool(_INTEGER.fullmatch(value))
    if field.type == "number":
        return bool(_NUMBER.fullmatch(value))
    try:
        if field.format == "date-time":
            datetime.fromisoformat(value)
        elif field.format == "date":
            date.fromisoformat(value)
    except ValueError:
        return False
    return True


def expectation(field: Field) -> str:
    """What a value of the field is, in words."""
    if field.enum or field.item_enum:
        return f"one of {', '.join(field.enum or field.item_enum)}"
    if field.format in ("date-time", "date"):
        return "a date such as 2026-10-01"
    return {"boolean": "true or false", "integer": "a whole number", "number": "a number"}.get(
        field.type, "a value"
    )


def has_control_characters(value: str) -> bool:
    """Whether the text holds a control character, which no value may."""
    return bool(_CONTROL_CHARACTER.search(value))
