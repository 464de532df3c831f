"""Writes Excel workbooks row by row, of any number of rows.

XlsxWriter makes everything of it but the rows; it would keep the whole sheet back until its end, and take ten times as
long. A cell is a number or a text, never a formula; a text that looks like one also keeps Excel from making it one.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import IO, Any

from apps.ui.files.csv_files import plain_cell

#: A sheet has 1,048,576 rows, and one is the header.
MAXIMUM_ROWS = 1_048_575
#: A cell holds so much text.
MAXIMUM_CELL = 32_767
_SHEET = "xl/worksheets/sheet1.xml"
_ROW_MARK = '<row r="2"'
# What XML cannot hold or keep is written as Excel writes it, and so is a text that looks like that.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_PLAIN_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?")
_STYLE = re.compile(r' s="([0-9]+)"')
_DIMENSION = re.compile(r"<dimension[^>]*/>")
#: More digits than this a spreadsheet rounds.
_DIGITS = 15


def plain_number(text: str) -> str:
    """The text where it is a number as a sheet takes it; "" for any other."""
    return text if _PLAIN_NUMBER.fullmatch(text) else ""


def write_workbook(
    out: IO[bytes],
    names: Sequence[str],
    numbers: Sequence[bool],
    rows: Iterable[Sequence[Sequence[Any]]],
    limit: int = MAXIMUM_ROWS,
    formats: Sequence[str] = (),
    as_number: Callable[[str], str] = plain_number,
) -> None:
    """Write the workbook; `numbers` says which columns hold numbers, `formats` how, `rows` come in batches.

    `as_number` turns a value of such a column into a plain number, or gives "" for one that stays a text.
    """
    skeleton = _skeleton(names, formats)
    with (
        zipfile.ZipFile(io.BytesIO(skeleton)) as parts,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book,
    ):
        for part in parts.infolist():
            if part.filename != _SHEET:
                book.writestr(part.filename, parts.read(part))
        sheet = _DIMENSION.sub("", parts.read(_SHEET).decode())
        head, _, rest = sheet.partition(_ROW_MARK)
        example, _, tail = rest.partition("</row>")
        styles = _STYLE.findall(example)
        # The first cell is a text's, the others the columns' numbers.
        mark = f' s="{styles[0]}"' if styles else ""
        marks = [f' s="{style}"' for style in styles[1:]] or [""] * len(names)
        with book.open(_SHEET, "w", force_zip64=True) as file:
            file.write(head.encode())
            left = limit
            for some in rows:
                file.write(
                    "".join(_row(row, numbers, mark, marks, as_number) for row in some[:left]).encode()
                )
                left -= len(some[:left])
                if not left:
                    break
            file.write(tail.encode())


def _skeleton(names: Sequence[str], formats: Sequence[str]) -> bytes:
    """A workbook with the header, and a row in whose place all come: in the style of what looks like a formula, and
    of each column's numbers.
    """
    # 8 MB that no page but a download needs.
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("Rows")
    heading = book.add_format({"bold": True, "quote_prefix": True})
    plain = book.add_format({"quote_prefix": True})
    for place, name in enumerate(names):
        sheet.write_string(0, place, name, heading)
    sheet.write_string(1, 0, "text", plain)
    made = {form: book.add_format({"num_format": form or "General"}) for form in dict.fromkeys(formats)}
    if any(formats):
        for place, form in enumerate(formats, start=1):
            # A style that is the default one is not written down.
            sheet.write_number(1, place, 0, made[form])
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, max(len(names) - 1, 0), 18)
    book.close()
    return file.getvalue()


def _row(
    row: Sequence[Any],
    numbers: Sequence[bool],
    mark: str,
    marks: Sequence[str],
    as_number: Callable[[str], str],
) -> str:
    cells = [
        _cell(value, mark, number_mark, as_number if is_number else None)
        for value, is_number, number_mark in zip(row, numbers, marks, strict=True)
    ]
    return f"<row>{''.join(cells)}</row>"


def _cell(value: str | None, mark: str, number_mark: str, as_number: Callable[[str], str] | None) -> str:
    if not value:
        return "<c/>"
    number = _exact(as_number(value)) if as_number else ""
    if number:
        return f"<c{number_mark}><v>{number}</v></c>"
    if len(value) > MAXIMUM_CELL:
        value = value[: MAXIMUM_CELL - 1] + "…"
    style = mark if plain_cell(value) != value else ""
    text = escape(_UNWRITABLE.sub(_escaped, value), quote=False)
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{text}</t></is></c>'


def _exact(number: str) -> str:
    """The number; "" for one that a sheet would round, which stays a text."""
    return number if sum(sign.isdigit() for sign in number) <= _DIGITS else ""


def _escaped(match: re.Match[str]) -> str:
    sign = ord(match[0])
    return "\ufffd" if 0xD800 <= sign <= 0xDFFF else f"_x{sign:04X}_"
