"""Downloads of the filtered rows as CSV, Excel or Parquet, streamed from a process (writer_process.py)."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.http import StreamingHttpResponse

from apps.look_inside.columns import Column, Columns
from apps.look_inside.query.connection import Busy
from apps.look_inside.query.source import TableSource
from apps.look_inside.query.sql import condition, order, selected
from apps.look_inside.query.state import PreparedTableState
from apps.ui.files.csv_files import plain_file_name
from apps.ui.files.workbook import MAXIMUM_ROWS

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
_CHUNK = 65_536
#: A file that takes longer is broken off: the browser shows it as failed.
_LONGEST_SECONDS = 15 * 60
_AT_ONCE = threading.BoundedSemaphore(3)


@dataclass(frozen=True)
class FileRequest:
    """Which rows of which table, in which format."""

    source: TableSource
    spill: Path
    columns: Columns
    state: PreparedTableState
    format: str
    has_mark: bool
    #: The columns that the file has, where it does not have all.
    chosen: Sequence[Column] = ()

    def as_json(self) -> str:
        """What the writing process is told."""
        where = condition(self.state.filters, self.columns)
        shown = Columns(self.chosen) if self.chosen else self.columns
        wanted = {"parquet": typed, "xlsx": for_sheet}.get(self.format, selected)(shown)
        # Without a sort rows come as the file has them, and none has to wait for the others.
        order_by = f" ORDER BY {order(self.state, self.columns)}" if self.state.sort else ""
        return json.dumps(
            {
                "source": self.source.as_json(),
                "spill": str(self.spill),
                "format": self.format,
                "has_mark": self.has_mark,
                "limit": MAXIMUM_ROWS,
                "names": [column.name for column in shown.all],
                "numbers": [column.is_number for column in shown.all],
                "number_formats": [number_format(column) for column in shown.all],
                "sql": f"SELECT {wanted} FROM t WHERE {where.sql}{order_by}",
                "parameters": where.parameters,
            }
        )


def quoted(name: str) -> str:
    """A column's name within a query."""
    return '"' + name.replace('"', '""') + '"'


def typed(columns: Columns) -> str:
    """All columns under their own names, numbers as numbers."""
    return ", ".join(f"{_typed(column)} AS {quoted(column.name)}" for column in columns.all)


def _typed(column: Column) -> str:
    if not column.is_number:
        return column.sql
    is_whole = column.decimals == 0 and not column.form
    return f"CAST({column.sql} AS BIGINT)" if is_whole else column.number_sql


def for_sheet(columns: Columns) -> str:
    """All columns as texts; numbers that are written for people as a sheet reads them."""
    return ", ".join(_for_sheet(column) for column in columns.all)


def _for_sheet(column: Column) -> str:
    if not column.form or not column.is_number:
        return column.sql
    return f"rtrim(rtrim(CAST({column.number_sql} AS VARCHAR), '0'), '.')"


def number_format(column: Column) -> str:
    """How a sheet shows the numbers of a column, so that 1.50 stays 1.50; "" as it does without being told."""
    if column.has_percent:
        return 'General"%"'
    return f"0.{'0' * column.decimals}" if column.is_number and column.decimals else ""


def file_response(wanted: FileRequest, name: str) -> StreamingHttpResponse:
    """The file as an attachment. Raises `Busy` when too many are being written."""
    output = _Output(wanted.as_json())
    response = _FileResponse(output, content_type=CONTENT_TYPES[wanted.format])
    response.interrupt = output.interrupt
    file_name = plain_file_name(name).strip("-.") or "export"
    response["Content-Disposition"] = f'attachment; filename="{file_name}.{wanted.format}"'
    response["X-Content-Type-Options"] = "nosniff"
    # Named, so that no middleware compresses it and keeps it back.
    response["Content-Encoding"] = "identity"
    return response


class _FileResponse(StreamingHttpResponse):
    """A file; `interrupt` ends its making, from any thread."""

    interrupt: Callable[[], None]


class _Output:
    """What the process writes. One that fails ends the connection, so the browser sees that the file is not whole.

    The server closes it in any case, also when nobody has read of it.
    """

    def __init__(self, wanted: str) -> None:
        if not _AT_ONCE.acquire(timeout=2):
            raise Busy
        self._is_open = True
        self._wanted = wanted
        self._process: subprocess.Popen[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        """The bytes of the file. Raises OSError when the process fails, TimeoutError when it takes too long."""
        process = self._process = subprocess.Popen(
            [sys.executable, "-m", "apps.look_inside.files.writer_process"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )
        if process.stdin is None or process.stdout is None:
            raise OSError("the writing process has no pipes")
        process.stdin.write(self._wanted.encode())
        process.stdin.close()
        ends = time.monotonic() + _LONGEST_SECONDS
        while chunk := process.stdout.read(_CHUNK):
            yield chunk
            if time.monotonic() > ends:
                raise TimeoutError("the file takes too long")
        if process.wait(10):
            raise OSError("the file could not be written to its end")

    def interrupt(self) -> None:
        """End the process while somebody waits for what it writes; `close` comes after."""
        if self._process:
            self._process.kill()

    def close(self) -> None:
        """End the process, and give its place to the next."""
        if not self._is_open:
            return
        self._is_open = False
        _AT_ONCE.release()
        if self._process:
            self._process.kill()
            self._process.communicate()
