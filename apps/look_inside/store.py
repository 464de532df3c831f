"""The prepared table: a Parquet file in which every value is the text it was, and what is known of its columns.

Values stay texts, so that an id keeps its zeros and an amount its decimals in all that is made of the table. A column
counts as numbers or times only when all of its values are.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import duckdb

from apps.look_inside.columns import (
    ANY_NUMBER,
    NUMBER,
    PLAIN_NUMBER,
    TEXT,
    TIME,
    TIME_PATTERN,
    Column,
    Columns,
)
from apps.look_inside.rows import BrokenLine
from apps.look_inside.shape import Shape

TABLE = "table.parquet"
FACTS = "facts.json"
_MEMORY = "96MB"
#: Each column takes a few blocks of a quarter of a megabyte.
_MANY_COLUMNS, _MEMORY_OF_MANY = 150, "160MB"
#: A group of rows is held in memory until it is written: so many rows, or so many bytes of the widest.
_MOST_ROWS, _FEWEST_ROWS, _GROUP_BYTES = 40_960, 2_048, 12_000_000
#: Rows longer than this are read by one thread, which takes half the memory.
_LONG_ROW = 1_000
_SAMPLE_ROWS = 2_000
#: So much is kept of a value that is no number.
_LONGEST_ODD = 200
#: So many columns are counted by one query: each takes memory.
_COLUMNS_AT_ONCE = 24


@dataclass
class Facts:
    """What is known of a prepared table besides its rows."""

    encoding: str
    delimiter: str
    rows: int
    file_bytes: int
    empty_lines: int = 0
    broken: int = 0
    first_broken: list[BrokenLine] = field(default_factory=list)
    nuls: int = 0
    replaced: int = 0
    columns: list[Column] = field(default_factory=list)

    @property
    def table_columns(self) -> Columns:
        """The columns with what can be done with them."""
        return Columns(self.columns)


def write_facts(directory: Path, facts: Facts) -> None:
    """Put what is known beside the table."""
    text = json.dumps(asdict(facts), ensure_ascii=False)
    (directory / FACTS).write_text(text, encoding="utf-8")


def read_facts(directory: Path) -> Facts:
    """What is known of the table. Raises `OSError` when it is gone, `ValueError` when it cannot be read."""
    values: dict[str, Any] = json.loads((directory / FACTS).read_text(encoding="utf-8"))
    try:
        values["columns"] = [Column(**column) for column in values["columns"]]
        values["first_broken"] = [BrokenLine(**line) for line in values["first_broken"]]
        return Facts(**values)
    except (KeyError, TypeError) as error:
        raise ValueError("facts of another version") from error


def literal(text: str) -> str:
    """A text within a query, where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"


def store(source: Path, shape: Shape, directory: Path, rows: int) -> list[Column]:
    """Make the Parquet file of clean CSV (apps.look_inside.rows) without a header; what its columns are.

    The connection is closed and its memory given back at the end.
    """
    target = directory / TABLE
    with duckdb.connect(":memory:") as connection:
        memory = _MEMORY if len(shape.names) <= _MANY_COLUMNS else _MEMORY_OF_MANY
        connection.execute(f"SET memory_limit = '{memory}'")
        row_bytes = source.stat().st_size // max(rows, 1) + 1
        group = max(_FEWEST_ROWS, min(_MOST_ROWS, _GROUP_BYTES // row_bytes))
        connection.execute(f"SET threads = {1 if row_bytes > _LONG_ROW else 2}")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = {literal(str(directory / 'spill'))}")
        names = [f"c{place}" for place in range(len(shape.names))]
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        reading = (
            f"read_csv({literal(str(source))}, auto_detect = false, header = false, columns = {{{columns}}},"
            f" delim = {literal(shape.delimiter)}, quote = '\"', escape = '\"', new_line = '\\n', comment = '',"
            " strict_mode = true, parallel = false, max_line_size = 4000000, buffer_size = 8000000)"
        )
        if rows:
            made = f"SELECT * FROM {reading}"
        else:
            made = f"SELECT {', '.join(f'NULL::VARCHAR AS {name}' for name in names)} LIMIT 0"
        connection.execute(
            f"COPY ({made}) TO {literal(str(target))}"
            f" (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {group})"
        )
        connection.execute(f"CREATE VIEW t AS SELECT * FROM read_parquet({literal(str(target))})")
        stored = connection.execute("SELECT count(*) FROM t").fetchone()
        if stored is None or stored[0] != rows:
            raise RuntimeError(f"{rows} rows were read, {stored and stored[0]} stored")
        return _columns(connection, shape.names)


def _columns(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> list[Column]:
    """Name, kind, number of values and range of each column."""
    likely = _likely_kinds(connection, len(names))
    columns: list[Column] = []
    for first in range(0, len(names), _COLUMNS_AT_ONCE):
        places = range(first, min(first + _COLUMNS_AT_ONCE, len(names)))
        wanted = ", ".join(_facts_sql(place, likely[place]) for place in places)
        found = connection.execute(f"SELECT {wanted} FROM t").fetchone() or ()
        for place in places:
            filled, distinct, fitting, low, high = found[5 * (place - first) : 5 * (place - first) + 5]
            fits = filled and fitting == filled
            column = Column(place, names[place], likely[place] if fits else TEXT, filled, distinct)
            if column.is_time:
                column = replace(column, low=low, high=high)
            elif likely[place] == NUMBER and not fits:
                column = _looked_at_closely(connection, column)
            columns.append(column)
    return columns


def _facts_sql(place: int, kind: str) -> str:
    name = f"c{place}"
    fitting = "0"
    if kind != TEXT:
        pattern = PLAIN_NUMBER if kind == NUMBER else TIME_PATTERN
        fitting = f"count(*) FILTER (regexp_full_match({name}, {literal(pattern)}))"
    low, high = (f"min({name})", f"max({name})") if kind == TIME else ("''", "''")
    return f"count({name}), approx_count_distinct({name}), {fitting}, {low}, {high}"


def _looked_at_closely(connection: duckdb.DuckDBPyConnection, column: Column) -> Column:
    """A column of which not all values are plain numbers: whether they are numbers written in other ways."""
    found = connection.execute(
        f"SELECT count(*) FILTER ({column.is_number_sql}), count(*) FILTER ({column.is_rounded_sql}),"
        f" min(left({column.sql}, {_LONGEST_ODD})) FILTER (NOT {column.is_number_sql}) FROM t"
    ).fetchone() or (0, 0, None)
    numbers, rounded, odd = found
    if column.filled and numbers == column.filled:
        return replace(column, kind=NUMBER, rounded=rounded)
    return replace(column, numbers=numbers, odd=odd or "")


def _likely_kinds(connection: duckdb.DuckDBPyConnection, width: int) -> list[str]:
    """What each column is by its first values: only what may be true is then asked of all rows."""
    kinds = []
    for place in range(width):
        name = f"c{place}"
        found = connection.execute(
            f"SELECT count(*), count(*) FILTER (regexp_full_match({name}, ?)),"
            f" count(*) FILTER (regexp_full_match({name}, ?))"
            f" FROM (SELECT {name} FROM t WHERE {name} IS NOT NULL LIMIT {_SAMPLE_ROWS})",
            [ANY_NUMBER, TIME_PATTERN],
        ).fetchone() or (0, 0, 0)
        values, numbers, times = found
        kinds.append(TIME if values and values == times else NUMBER if 2 * numbers >= values else TEXT)
    return kinds
