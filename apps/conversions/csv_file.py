"""A table as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from apps.api.answers import Record

# What spreadsheets take for the start of a formula, in its full-width forms too, spaces before it or not.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
#: Tells Excel that the file is UTF-8.
BYTE_ORDER_MARK = "\ufeff"


def csv_lines(columns: Sequence[str], rows: Sequence[Record]) -> Iterator[str]:
    """The file line by line, the columns' names first; every cell is quoted, and no cell is a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, quoting=csv.QUOTE_ALL)
    yield BYTE_ORDER_MARK
    for cells in (
        [harmless(name) for name in columns],
        *([csv_cell(row.get(c)) for c in columns] for row in rows),
    ):
        writer.writerow(cells)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def csv_cell(value: Any) -> str:
    """Any JSON value as the text of a cell: nothing for null, a number as it is, objects and lists as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return harmless(value)
    return harmless(json.dumps(value, ensure_ascii=False, default=str))


def harmless(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet would run it; a number is nothing to run."""
    if _NUMBER.fullmatch(text) or not _FORMULA.match(text):
        return text
    return f"'{text}"
