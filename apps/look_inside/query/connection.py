"""DuckDB connections to one prepared table, limited in memory and time, that can read no other file."""

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apps.look_inside.query.source import TableSource
from apps.look_inside.stored_names import literal

if TYPE_CHECKING:
    import duckdb

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

    def __init__(self, connection: "duckdb.DuckDBPyConnection", source: TableSource, ends: float) -> None:
        self._connection = connection
        self.source = source
        self._ends = ends

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of the answer. Raises `QueryTimeout`, `TableGone`."""
        import duckdb

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

    def join(self) -> int:
        """Make one table of several files; how many rows are left out as they stand in a newer one. Raises the same."""
        for statement in self.source.joining():
            self.query(statement)
        return 0 if self.source.is_one else int(self.query("SELECT count(*) FROM left_out")[0][0])

    def rows(self, numbers: list[int], selected: str) -> list[tuple[Any, ...]]:
        """The columns of the rows of these numbers, the number first, in any order. Raises the same."""
        return [row for sql in self.source.finding(numbers, selected) for row in self.query(sql)]


@contextmanager
def open_table(directory: Path | TableSource, spill: Path, seconds: float) -> Iterator[TableConnection]:
    """The table in the directory, or of several, as `t` with its rows' numbers; of several `join` makes it.

    Raises `Busy`, `TableGone`, `QueryTimeout`.
    """
    source = directory if isinstance(directory, TableSource) else TableSource.of(directory)
    ends = time.monotonic() + seconds
    if not _AT_ONCE.acquire(timeout=seconds / 2):
        raise Busy
    try:
        with connected(source, spill) as connection:
            yield TableConnection(connection, source, ends)
    finally:
        _AT_ONCE.release()


@contextmanager
def connected(
    source: TableSource, spill: Path, allowed: Sequence[Path] = ()
) -> "Iterator[duckdb.DuckDBPyConnection]":
    """A connection that can read these files and the allowed ones only. Raises `TableGone` when one is not there."""
    # 12 MB that no page but these needs.
    import duckdb

    if not all(path.is_file() for path in source.paths):
        raise TableGone
    with duckdb.connect(":memory:", config={"threads": 2, "memory_limit": MEMORY}) as connection:
        for setting, value in (
            ("enable_progress_bar", "false"),
            ("autoinstall_known_extensions", "false"),
            ("autoload_known_extensions", "false"),
            ("temp_directory", literal(str(spill))),
            ("max_temp_directory_size", literal(_SPILL)),
            ("allowed_paths", f"[{', '.join(literal(str(path)) for path in (*source.paths, *allowed))}]"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            connection.execute(f"SET {setting} = {value}")
        try:
            for statement in source.views():
                connection.execute(statement)
        except duckdb.IOException as error:
            raise TableGone from error
        yield connection
