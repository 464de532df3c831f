"""Whether the contract lets a field hold a value that nobody typed: one that was reckoned, or came of replacing."""

from typing import Any

from apps.api.contract.contract import Field
from apps.resources.forms.web_addresses import (
    is_for_address,
    is_for_email,
    problem_with_address,
    problem_with_email,
)
from apps.text.typed import is_blank
from apps.ui.contract_values import as_number
from apps.ui.values import is_missing, text_of


def problem_with(value: Any, field: Field) -> str:
    """Why the field cannot hold the value, in a sentence; "" where it can."""
    if is_missing(value) or (isinstance(value, str) and is_blank(value)):
        return "The API requires something there." if field.required else ""
    if field.enum and text_of(value) not in field.enum:
        return f"The API takes one of {', '.join(field.enum)}."
    if field.type in ("integer", "number"):
        return _problem_with_number(value, field)
    if isinstance(value, str):
        return _problem_with_text(value, field)
    return ""


def _problem_with_number(value: Any, field: Field) -> str:
    number = as_number(value)
    if number is None:
        return "That is no number."
    if field.minimum is not None and number < field.minimum:
        return f"The API takes {text_of(field.minimum)} at least."
    if field.maximum is not None and number > field.maximum:
        return f"The API takes {text_of(field.maximum)} at most."
    return ""


def _problem_with_text(text: str, field: Field) -> str:
    if field.longest is not None and len(text) > field.longest:
        return f"It would have {len(text):,} characters, and the API takes {field.longest:,} at most."
    if is_for_address(field):
        return problem_with_address(text)
    return problem_with_email(text) if is_for_email(field) else ""
