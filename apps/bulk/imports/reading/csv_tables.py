"""Reads CSV of any encoding and delimiter that spreadsheets write."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence

from apps.bulk.imports.reading.tables import (
    MOST_CELL_LETTERS,
    MOST_COLUMNS,
    NotATable,
    Row,
    Table,
    named_columns,
)
from apps.text.decoding import Decoder
from apps.text.encoding_detection import encoding_of

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
#: "sep=;" on the first line tells a spreadsheet the delimiter; saved again the line may have been filled up.
_TOLD = re.compile(r'"?sep=([,;\t|])"?[,;\t|]*\r?\n', re.IGNORECASE)
_MARKUP = re.compile(r"\s*(?:<(?:!doctype|html|\?xml)|\{\s*\")", re.IGNORECASE)

#: Signs that stand in no text but by mistake, and how many letters a text has for each of them at least.
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\ufffd]")
_SAMPLE, _MOST_CONTROLS, _FEWEST_LETTERS = 65_536, 10, 20


def read_csv(content: bytes, is_known: Callable[[str], bool]) -> Table:
    """The table in a CSV file; `is_known` says whether a header is the name of a field, which tells the delimiter.

    Raises `NotATable`.
    """
    encoding = encoding_of([content])
    text = b"".join(Decoder(encoding).utf8([content])).decode()
    if _MARKUP.match(text):
        raise NotATable(
            "This is a page of markup or JSON and no CSV. Save the table as CSV or XLSX, and try again."
        )
    controls = len(_CONTROLS.findall(text[:_SAMPLE]))
    if controls > _MOST_CONTROLS and controls * _FEWEST_LETTERS > min(len(text), _SAMPLE):
        raise NotATable(
            "This is no table: it looks like a picture or a file of another program. Save the table as CSV or XLSX, "
            "and try again."
        )
    told = _TOLD.match(text)
    skipped = 0
    if told:
        text, skipped = text[told.end() :], 1
    delimiter = told[1] if told else _delimiter_of(text, is_known)
    words = f"{encoding.name}, separated by {DELIMITERS[delimiter]}"
    return named_columns(_rows(text, delimiter, skipped), is_known, words)


def _delimiter_of(text: str, is_known: Callable[[str], bool]) -> str:
    """The delimiter by which most names of fields stand in the header; of equal ones that with most cells."""
    start = text.lstrip("\r\n")[: MOST_COLUMNS * 1_000]

    def worth(delimiter: str) -> tuple[int, int]:
        cells = _first_row(start, delimiter)
        return sum(map(is_known, cells)), len(cells)

    return max(DELIMITERS, key=worth)


def _first_row(text: str, delimiter: str) -> Sequence[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error:
        return []


def _rows(text: str, delimiter: str, skipped: int) -> Iterator[Row]:
    csv.field_size_limit(max(csv.field_size_limit(), MOST_CELL_LETTERS + 1))
    # Lines that end with a carriage return alone, as old programs write them, are lines too.
    reader = csv.reader(_bounded_lines(text, delimiter), delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise NotATable(f"Row {line + skipped} cannot be read as CSV: {error}.") from error
        if cells is None:
            return
        yield Row(line + skipped, _as_many_as_count(cells))
        line = reader.line_num + 1


def _bounded_lines(text: str, delimiter: str) -> Iterator[str]:
    """The lines. Raises `NotATable` for one of so many cells that they alone would fill the memory."""
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        # Within quotes a cell may hold as many as it has letters.
        if line.count(delimiter) > MOST_CELL_LETTERS + MOST_COLUMNS:
            raise NotATable(f"Line {number:,} of the file has far too many cells to be a row of a table.")
        yield line


def _as_many_as_count(cells: list[str]) -> list[str]:
    """The cells; of more than a table may have the first, and behind them one of the others, so that it is told."""
    if len(cells) <= MOST_COLUMNS:
        return cells
    return [*cells[:MOST_COLUMNS], next(filter(None, cells[MOST_COLUMNS:]), "")]
