"""Reads the first sheet of an Excel workbook that holds anything, row by row."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain, repeat
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
    named_columns,
)
from apps.resources.files.values import REPLACEMENT

#: Far more than 10,000 rows take, and little enough to be read.
_MOST_UNPACKED_BYTES = 150_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_OLD = b"\xd0\xcf\x11\xe0"
#: What tells that a sheet has formulas, or merged cells; as long as a part is read at once.
_FORMULA, _MERGED, _PIECE = (b"<f>", b"<f "), b"<mergeCell ", 1 << 20
_SAVE_AGAIN = "Save it as an Excel workbook (.xlsx) or as CSV, and try again."


def is_workbook(content: bytes) -> bool:
    """Whether the file is packed as workbooks are, or is one of the old kind."""
    return content.startswith((b"PK\x03\x04", _OLD))


def read_workbook(content: bytes, is_known: Callable[[str], bool]) -> Table:
    """The table in a workbook. Raises `NotATable`."""
    if content.startswith(_OLD):
        raise NotATable(f"This is a workbook of an old kind, or one with a password. {_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MOST_UNPACKED_BYTES:
                raise NotATable("The workbook is too large when it is unpacked. Import it in parts.")
            has_formulas, has_merged = _looked_through(parts)
        words = "; of merged cells only the first has the value" if has_merged else ""
        return _table(
            _opened(content), _opened(content, formulas=True) if has_formulas else None, is_known, words
        )
    except NotATable:
        raise
    except Exception as error:
        # The library raises whatever a damaged part leads it to.
        raise NotATable(f"This workbook cannot be read. {_SAVE_AGAIN}") from error


def _looked_through(parts: zipfile.ZipFile) -> tuple[bool, bool]:
    """Whether a sheet has formulas, and whether one has merged cells."""
    has_formulas = has_merged = False
    for name in parts.namelist():
        if not name.startswith("xl/worksheets/"):
            continue
        with parts.open(name) as part:
            end = b""
            while piece := part.read(_PIECE):
                text = end + piece
                has_formulas = has_formulas or any(mark in text for mark in _FORMULA)
                has_merged = has_merged or _MERGED in text
                end = piece[-len(_MERGED) :]
    return has_formulas, has_merged


def _opened(content: bytes, *, formulas: bool = False) -> Any:
    # 10 MB that no page but an import needs.
    import openpyxl

    return openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=not formulas, keep_links=False
    )


def _table(book: Any, formulas: Any, is_known: Callable[[str], bool], more_words: str) -> Table:
    for place, sheet in enumerate(book.worksheets):
        if sheet.sheet_state != "visible":
            continue
        # What a sheet says of its own size may be wrong.
        sheet.reset_dimensions()
        rows = _rows(sheet, formulas.worksheets[place] if formulas else None)
        first = next((row for row in rows if any(cell != "" for cell in row.cells)), None)
        if first is not None:
            words = f"the sheet “{sheet.title}” of the workbook{more_words}"
            return named_columns(_guarded(chain([first], rows)), is_known, words, name_of=_header)
    raise NotATable("The workbook is empty: its first row must hold the names of the columns.")


def _guarded(rows: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from rows
    except NotATable:
        raise
    except Exception as error:
        raise NotATable(f"This workbook cannot be read to its end. {_SAVE_AGAIN}") from error


def _rows(sheet: Any, formulas: Any) -> Iterator[Row]:
    """The rows. Where there are formulas, `formulas` is the same sheet with them in place of their results."""
    size = {"max_col": MOST_COLUMNS + 1, "max_row": MOST_ROWS + MOST_EMPTY + 1}
    written: Iterator[Sequence[Any]] = repeat(())
    if formulas is not None:
        formulas.reset_dimensions()
        written = formulas.iter_rows(**size)
    for line, (cells, sources) in enumerate(zip(sheet.iter_rows(**size), written, strict=False), start=1):
        values = [_cell(cell) for cell in cells]
        for place, source in enumerate(sources):
            # An empty text is a result too.
            if source.data_type == "f" and cells[place].value is None and cells[place].data_type != "str":
                values[place] = SheetError(str(getattr(source.value, "text", None) or source.value))
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
