"""A table read from a file: headers, and rows with their place in the file; and how large a file may be."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

MOST_BYTES = 10_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_CELL_LETTERS = 100_000
#: All cells together: a workbook keeps a text once and may name it in each of its cells.
MOST_LETTERS = 30_000_000
#: Empty lines that a file may have between its rows.
MOST_EMPTY = 10_000
#: Above the names of the columns a sheet may have a title and notes: so many rows of them.
_MOST_ABOVE = 10


class NotATable(Exception):
    """The file cannot be read as a table; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class SheetError:
    """A cell in which the spreadsheet shows an error, as #N/A; or a formula, "=1+1", whose result the file lacks."""

    text: str


#: A text, or what a workbook keeps besides: a number, a date, an error. "" is an empty cell.
Cell = str | Decimal | datetime | SheetError


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the number of its first line in the file, or of its row in the sheet, and its cells."""

    line: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """What a file holds. Its rows are read as they are asked for, once."""

    headers: Sequence[str]
    rows: Iterator[Row]
    #: How it was read, in words: encoding and delimiter, or the sheet.
    words: str


def named_columns(
    rows: Iterator[Row], is_known: Callable[[str], bool], words: str, *, name_of: Callable[[Cell], str] = str
) -> Table:
    """The table below its columns' names: the first row, or one below a title that has the names of fields.

    Raises `NotATable`, as `checked` does.
    """
    above: list[Row] = []
    for row in rows:
        if not (filled := _filled(row)):
            continue
        known = sum(is_known(name_of(cell)) for cell in row.cells)
        if not above and known:
            return checked([name_of(cell) for cell in row.cells], rows, words)
        if known > 1 and known * 2 >= filled > max(map(_filled, above), default=filled):
            words = f"{words}, its columns named in row {row.line}"
            return checked([name_of(cell) for cell in row.cells], rows, words)
        above.append(row)
        if len(above) > _MOST_ABOVE:
            break
    headers = [name_of(cell) for cell in above[0].cells] if above else []
    return checked(headers, chain(above[1:], rows), words)


def _filled(row: Row) -> int:
    return sum(cell != "" for cell in row.cells)


def checked(headers: Sequence[str], rows: Iterator[Row], words: str) -> Table:
    """The table without what is empty at its end. Raises `NotATable` for too much of it, also while rows are read."""
    names = [" ".join(header.split()) for header in headers]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise NotATable("The file is empty: its first row must hold the names of the columns.")
    if len(names) > MOST_COLUMNS:
        raise NotATable(f"The file has more than the {MOST_COLUMNS} columns that can be imported at most.")
    return Table(names, _bounded(rows), words)


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    count = empty = letters = 0
    for row in rows:
        if all(cell == "" for cell in row.cells):
            empty += 1
            if empty > MOST_EMPTY:
                raise NotATable(
                    f"The file has more than {MOST_EMPTY:,} empty rows. Remove them, and try again."
                )
            continue
        count += 1
        if count > MOST_ROWS:
            raise NotATable(
                f"The file has more than {MOST_ROWS:,} rows. Import it in parts of at most that many each."
            )
        lengths = [len(cell) for cell in row.cells if isinstance(cell, str)]
        if (longest := max(lengths, default=0)) > MOST_CELL_LETTERS:
            raise NotATable(
                f"A cell of row {row.line} has {longest:,} letters; at most {MOST_CELL_LETTERS:,}."
            )
        letters += sum(lengths)
        if letters > MOST_LETTERS:
            raise NotATable(f"The file holds more than {MOST_LETTERS:,} letters. Import it in parts.")
        yield row
