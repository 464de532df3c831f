"""Writes rows of cells as CSV for spreadsheets or as an Excel workbook."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from apps.list_files.models import Format
from apps.ui.files.csv_files import write_rows
from apps.ui.files.workbook import write_workbook

#: The mark by which spreadsheets know UTF-8.
MARK = "\ufeff"
CONTENT_TYPES = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def csv_chunks(headers: Sequence[str], rows: Iterable[Sequence[Sequence[str]]]) -> Iterator[bytes]:
    """The file piece by piece: mark and header, then each batch of rows."""
    yield MARK.encode() + _csv([headers])
    for some in rows:
        if some:
            yield _csv(some)


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    write_rows(out, rows)
    return out.getvalue().encode()


def write_file(
    out: IO[bytes],
    kind: str,
    headers: Sequence[str],
    numbers: Sequence[bool],
    rows: Iterable[Sequence[Sequence[str]]],
) -> None:
    """Write the whole file; `numbers` says which columns of a workbook hold numbers, all others are texts."""
    if kind == Format.XLSX:
        write_workbook(out, headers, numbers, rows)
        return
    for chunk in csv_chunks(headers, rows):
        out.write(chunk)
