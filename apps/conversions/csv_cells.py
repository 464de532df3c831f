"""JSON values as the cells of a CSV file."""

import json
from decimal import Decimal
from typing import Any


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
    return json.dumps(value, ensure_ascii=False, default=str)
