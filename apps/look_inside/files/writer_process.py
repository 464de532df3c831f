"""`python -m apps.look_inside.files.writer_process`: writes rows of a table as a file to its standard output.

A process of its own: a file of two million rows must not take time and memory of the web server's other requests, and
ends at once when its reader goes away. What to write comes as JSON on its standard input.
"""

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, BinaryIO

import duckdb

from apps.look_inside.number_formats import plain_number
from apps.look_inside.query.connection import connected
from apps.look_inside.query.source import TableSource
from apps.look_inside.stored_names import literal
from apps.ui.files.csv_files import write_rows
from apps.ui.files.workbook import write_workbook

_ROWS_AT_ONCE = 2_000
#: The mark by which spreadsheets know UTF-8.
_MARK = "\ufeff"


def main() -> int:
    """Write the file; ends with an error when it is not whole."""
    wanted: dict[str, Any] = json.load(sys.stdin)
    out = _only_output()
    table, spill = TableSource.from_json(wanted["source"]), Path(wanted["spill"])
    if wanted["format"] == "parquet":
        write_parquet(out, table, spill, wanted)
        return 0
    with connected(table, spill) as connection:
        _join(connection, table)
        rows = _rows(connection, wanted)
        if wanted["format"] == "xlsx":
            formats = wanted["number_formats"]
            write_workbook(
                out, wanted["names"], wanted["numbers"], rows, wanted["limit"], formats, plain_number
            )
        else:
            write_csv(out, wanted["names"], rows, has_mark=wanted["has_mark"])
    out.flush()
    return 0


def _only_output() -> BinaryIO:
    """The standard output, from now on for the file alone: what a library prints goes to the log."""
    sys.stdout.flush()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _join(connection: duckdb.DuckDBPyConnection, table: TableSource) -> None:
    for statement in table.joining():
        connection.execute(statement)


def _rows(connection: duckdb.DuckDBPyConnection, wanted: dict[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows, some at a time. Only their numbers are sorted, which memory holds."""
    found = connection.execute(wanted["sql"], wanted["parameters"])
    while rows := found.fetchmany(_ROWS_AT_ONCE):
        yield rows


def write_csv(
    out: IO[bytes], names: Sequence[str], rows: Iterator[list[tuple[Any, ...]]], *, has_mark: bool
) -> None:
    """CSV in which no cell is run as a formula, whichever separator its reader goes by."""
    buffer = io.StringIO()
    if has_mark:
        buffer.write(_MARK)
    write_rows(buffer, [names])
    for some in rows:
        write_rows(buffer, ((value or "" for value in row) for row in some))
        out.write(buffer.getvalue().encode())
        buffer.seek(0)
        buffer.truncate()
    out.write(buffer.getvalue().encode())


def write_parquet(out: IO[bytes], table: TableSource, spill: Path, wanted: dict[str, Any]) -> None:
    """Parquet with columns of their kinds. It has its directory at its end, so it is made on the disk first."""
    with tempfile.TemporaryDirectory(dir=spill) as directory:
        made = Path(directory) / "rows.parquet"
        with connected(table, spill, allowed=(made,)) as connection:
            _join(connection, table)
            connection.execute(
                f"COPY ({wanted['sql']}) TO {literal(str(made))}"
                " (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960)",
                wanted["parameters"],
            )
        with made.open("rb") as file:
            while chunk := file.read(1 << 20):
                out.write(chunk)
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
