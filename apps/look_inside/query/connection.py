"""DuckDB connections to one prepared table, limited in memory and time, that can read no other file."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from apps.look_inside.parquet_table import TABLE, literal

MEMORY = "128MB"
_SPILL = "4GB"
#: So many tables are asked at the same time by one web process: each may take MEMORY.
_AT_ONCE = threading.BoundedSemaphore(2)


class QueryTimeout(Exception):
    """The query took longer than a page may."""


class Busy(Exception):
    """Too many people query at this moment."""


class TableGone(Exception):
    """The files of the table are not there."""


class TableConnection:
    """An open table; `query` may be called until its time is over."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, ends: float) -> None:
        self._connection = connection
        self._ends = ends

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of the answer. Raises `QueryTimeout`, `TableGone`."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise QueryTimeout
        timer = threading.Timer(left, self._connection.interrupt)
        timer.start()
        try:
            return self._connection.execute(sql, list(parameters)).fetchall()
        except (duckdb.InterruptException, duckdb.OutOfMemoryException) as error:
            raise QueryTimeout from error
        except duckdb.IOException as error:
            raise TableGone from error
        finally:
            timer.cancel()


@contextmanager
def open_table(directory: Path, spill: Path, seconds: float) -> Iterator[TableConnection]:
    """The table in the directory, as `t` with its rows' numbers. Raises `Busy`, `TableGone`, `QueryTimeout`."""
    ends = time.monotonic() + seconds
    if not _AT_ONCE.acquire(timeout=seconds / 2):
        raise Busy
    try:
        with connected(directory / TABLE, spill) as connection:
            yield TableConnection(connection, ends)
    finally:
        _AT_ONCE.release()


@contextmanager
def connected(table: Path, spill: Path, allowed: Sequence[Path] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can read this file and the allowed ones only. Raises `TableGone` when the file is not there."""
    if not table.is_file():
        raise TableGone
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY}) as connection:
        for setting, value in (
            ("enable_progress_bar", "false"),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("temp_directory", literal(str(spill))),
            ("max_temp_directory_size", literal(_SPILL)),
            ("allowed_paths", f"[{', '.join(literal(str(path)) for path in (table, *allowed))}]"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            connection.execute(f"SET {setting} = {value}")
        try:
            connection.execute(
                f"CREATE TEMP VIEW t AS SELECT * FROM read_parquet({literal(str(table))}, file_row_number = true)"
            )
        except duckdb.IOException as error:
            raise TableGone from error
        yield connection
