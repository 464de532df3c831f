"""Reads the first sheet of an Excel workbook that holds anything, row by row."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from apps.bulk.imports.reading.tables import (
    MOST_COLUMNS,
    MOST_EMPTY,
    MOST_ROWS,
    Cell,
    NotATable,
    Row,
    SheetError,
    Table,
    checked,
)
from apps.resources.files.values import REPLACEMENT

#: Far more than 10,000 rows take, and little enough to be read.
_MOST_UNPACKED_BYTES = 150_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OLD = b"\xd0\xcf\x11\xe0"
_SAVE_AGAIN = "Save it as an Excel workbook (.xlsx) or as CSV, and try again."


def is_workbook(content: bytes) -> bool:
    """Whether the file is packed as workbooks are, or is one of the old kind."""
    return content.startswith((b"PK\x03\x04", _OLD))


def read_workbook(content: bytes) -> Table:
    """The table in a workbook. Raises `NotATable`."""
    if content.startswith(_OLD):
        raise NotATable(f"This is a workbook of an old kind, or one with a password. {_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > _MOST_UNPACKED_BYTES:
            raise NotATable("The workbook is too large when it is unpacked. Import it in parts.")
        # 10 MB that no page but an import needs.
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        return _table(book)
    except NotATable:
        raise
    except Exception as error:
        # The library raises whatever a damaged part leads it to.
        raise NotATable(f"This workbook cannot be read. {_SAVE_AGAIN}") from error


def _table(book: Any) -> Table:
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        # What a sheet says of its own size may be wrong.
        sheet.reset_dimensions()
        rows = _rows(sheet)
        header = next((row for row in rows if any(cell != "" for cell in row.cells)), None)
        if header is not None:
            words = f"the sheet “{sheet.title}” of the workbook"
            return checked([_header(cell) for cell in header.cells], _guarded(rows), words)
    raise NotATable("The workbook is empty: its first row must hold the names of the columns.")


def _guarded(rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except NotATable:
        raise
    except Exception as error:
        raise NotATable(f"This workbook cannot be read to its end. {_SAVE_AGAIN}") from error


def _rows(sheet: Any) -> Iterator[Row]:
    most = MOST_ROWS + MOST_EMPTY + 1
    for line, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=most), start=1):
        values = [_cell(cell) for cell in cells]
        while values and values[-1] == "":
            values.pop()
        yield Row(line, values)


def _header(cell: Cell) -> str:
    return cell if isinstance(cell, str) else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return SheetError(value) if cell.data_type == "e" else _ESCAPED.sub(_unescaped, value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        # As many digits as a spreadsheet shows: those behind them are noise of its binary fractions.
        return Decimal(value if isinstance(value, int) else f"{value:.15g}")
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    if isinstance(value, time | timedelta):
        return str(value)
    return str(value)


def _unescaped(match: re.Match[str]) -> str:
    sign = int(match[1], 16)
    # PostgreSQL stores neither NUL nor half of a surrogate pair.
    return REPLACEMENT if sign == 0 or 0xD800 <= sign <= 0xDFFF else chr(sign)
