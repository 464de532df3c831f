"""JSON values as the cells of a CSV file."""

from decimal import Decimal
from typing import Any

from apps.api.json_text import json_text


def csv_cell(value: Any) -> str:
    """Any JSON value as the text of a cell: nothing for null, a number as it is, objects and lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | str):
        return str(value)
    return json_text(value)
