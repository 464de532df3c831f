"""CSV files for spreadsheets: UTF-8, every cell quoted, and no cell that a spreadsheet would run as a formula.

A spreadsheet reads a file with the separator of its country, not with ours. Where that is a semicolon, quotes do not
hold a cell together: only the first of a line opens with one. So what follows a separator, or a line break, inside a
text must be no formula either.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Protocol

from django.http import HttpResponse, StreamingHttpResponse

#: What spreadsheets take for the start of a formula; in full width and small form, and as a true minus too.
_SIGNS = r"=+\-@＝＋－＠﹦﹢﹣﹫\u2212"
#: What may stand before it and is dropped or not seen: spaces, controls, invisible characters, a quote.
_UNSEEN = (
    r"\s\"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
#: What another reader may end a cell or a line at. (A comma is what we write: every reader of it honours the quotes.)
_ENDS = r";|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029"
_FORMULA = re.compile(rf"[{_UNSEEN}]*+[{_SIGNS}]|[\t\r\n]")
# Each match takes a whole run of ends, so that a text of nothing else is read once.
_NEXT_CELL = re.compile(rf"[{_ENDS}][{_ENDS}{_UNSEEN}]*+([{_SIGNS}]?)")
#: The same with the apostrophes that stand before them already, for cells that are read back.
_SHIELD = re.compile(rf"'*+(?:[{_UNSEEN}]*+[{_SIGNS}]|[\t\r\n])")
_NEXT_SHIELD = re.compile(rf"([{_ENDS}][{_ENDS}{_UNSEEN}]*+)('*+)([{_SIGNS}]?)")
#: Most cells: they begin with a letter or digit, and hold nothing that ends a cell.
_HARMLESS = re.compile(rf"(?:[A-Za-z0-9][^{_ENDS}]*+)?")
_NUMBER = re.compile(r"[-\u2212]?[0-9]+(?:\.[0-9]+)?")
#: Rows that are sent together where they are streamed.
_ROWS_AT_ONCE = 200
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_.-]+")


class _Writable(Protocol):
    def write(self, text: str, /) -> object: ...


def plain_file_name(name: str) -> str:
    """A name of letters that every system takes, without an ending."""
    return _NOT_IN_A_NAME.sub("-", name)


def plain_cell(value: str) -> str:
    """The text as a cell that stays text: what looks like a formula gets an apostrophe before it, a number does not."""
    if _NUMBER.fullmatch(value) or not _FORMULA.match(value):
        return value
    return f"'{value}"


def safe_cell(value: str) -> str:
    """The text as `plain_cell` has it, and with an apostrophe before each formula that follows a separator in it."""
    if _HARMLESS.fullmatch(value):
        return value
    return _NEXT_CELL.sub(_without_formula, plain_cell(value))


def shielded(value: str) -> str:
    """The text as a cell that `safe_cell` leaves alone, and that `unshielded` reads back to the letter."""
    if _HARMLESS.fullmatch(value):
        return value
    if _SHIELD.match(value) and not _NUMBER.fullmatch(value):
        value = f"'{value}"
    return _NEXT_SHIELD.sub(lambda m: f"{m[1]}{m[2]}'{m[3]}" if m[3] else m[0], value)


def unshielded(cell: str) -> str:
    """The text behind a cell that `shielded` made; any other text as it is."""
    if _HARMLESS.fullmatch(cell):
        return cell
    value = _NEXT_SHIELD.sub(lambda m: f"{m[1]}{m[2][1:]}{m[3]}" if m[3] else m[0], cell)
    return value[1:] if value.startswith("'") and _SHIELD.match(value) else value


def _without_formula(match: re.Match[str]) -> str:
    return f"{match[0][:-1]}'{match[1]}" if match[1] else match[0]


def write_rows(out: _Writable, rows: Iterable[Iterable[str]]) -> None:
    """Write the rows as CSV of harmless cells, every one of them quoted."""
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([safe_cell(value) for value in row] for row in rows)


def streamed_csv(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> StreamingHttpResponse:
    """The same as `csv_response` row after row, for rows without end: none is kept."""
    response = StreamingHttpResponse(_csv_parts(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{plain_file_name(name)}.csv"'
    return response


def _csv_parts(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff"
    left = chain([header], rows)
    while part := list(islice(left, _ROWS_AT_ONCE)):
        out = io.StringIO()
        write_rows(out, part)
        yield out.getvalue()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """A download called `name`.csv (`write_rows`). It begins with the mark by which spreadsheets know UTF-8."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    file_name = plain_file_name(name)
    response["Content-Disposition"] = f'attachment; filename="{file_name}.csv"'
    response.write("\ufeff")
    write_rows(response, (header, *rows))
    return response
