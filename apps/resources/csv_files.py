"""CSV files for spreadsheets: UTF-8, and no cell that a spreadsheet would run as a formula."""

import csv
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

#: What spreadsheets take for the start of a formula, in full width too, spaces before it or not.
_FORMULA = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


def plain_file_name(name: str) -> str:
    """A name of letters that every system takes, without an ending."""
    return _NOT_IN_A_NAME.sub("-", name)


def plain_cell(value: str) -> str:
    """The text as a cell that stays text: what looks like a formula gets an apostrophe before it, a number does not."""
    if _NUMBER.fullmatch(value) or not _FORMULA.match(value):
        return value
    return f"'{value}"


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A download called `name`.csv. It begins with a byte order mark, by which spreadsheets know UTF-8.

    Every cell is quoted: where the separator is a semicolon, a comma in a text starts no new cell, nor the reverse.
    """
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    file_name = plain_file_name(name)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    response.write("\ufeff")
    writer = csv.writer(response, quoting=csv.QUOTE_ALL)
    writer.writerows([plain_cell(value) for value in row] for row in (header, *rows))
    return response
