"""The files of a prepared table: writes the Parquet file, and writes and reads the facts about its columns.

Values stay texts, so that an id keeps its zeros and an amount its decimals in all that is made of the table. What a
column is (kinds.py) lies beside them.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from apps.look_inside.columns import Column, Columns
from apps.look_inside.prepare.column_types import columns_of
from apps.look_inside.prepare.csv_dialect import CsvDialect
from apps.look_inside.prepare.csv_rows import BrokenLine
from apps.look_inside.stored_names import FACTS, TABLE, literal

_MEMORY = "96MB"
#: Each column takes a few blocks of a quarter of a megabyte.
_MANY_COLUMNS, _MEMORY_OF_MANY = 150, "160MB"
#: A group of rows is held in memory until it is written: so many rows, or so many bytes of the widest.
_MOST_ROWS, _FEWEST_ROWS, _GROUP_BYTES = 40_960, 2_048, 12_000_000
#: Rows longer than this are read by one thread, which takes half the memory.
_LONG_ROW = 1_000
#: Of what is written beside a table. One of another version is prepared again when it is opened.
_VERSION = 3


@dataclass
class TableMetadata:
    """What is known of a prepared table besides its rows."""

    encoding: str
    delimiter: str
    rows: int
    file_bytes: int
    empty_lines: int = 0
    broken: int = 0
    first_broken: list[BrokenLine] = field(default_factory=list)
    #: Rows with empty cells behind those of the header.
    longer: int = 0
    #: Lines of totals at the end, which are no rows.
    totals: list[BrokenLine] = field(default_factory=list)
    #: Lines before the header that are no part of the table.
    titles: list[str] = field(default_factory=list)
    is_headerless: bool = False
    #: A column's name that looks like a value.
    odd_name: str = ""
    nuls: int = 0
    replaced: int = 0
    columns: list[Column] = field(default_factory=list)

    @property
    def table_columns(self) -> Columns:
        """The columns with what can be done with them."""
        return Columns(self.columns)


def write_facts(directory: Path, facts: TableMetadata) -> None:
    """Put what is known beside the table."""
    text = json.dumps({"version": _VERSION, **asdict(facts)}, ensure_ascii=False)
    (directory / FACTS).write_text(text, encoding="utf-8")


def read_facts(directory: Path) -> TableMetadata:
    """What is known of the table. Raises `OSError` when it is gone, `ValueError` when it cannot be read."""
    values: dict[str, Any] = json.loads((directory / FACTS).read_text(encoding="utf-8"))
    if not isinstance(values, dict) or values.pop("version", None) != _VERSION:
        raise ValueError("facts of another version")
    try:
        values["columns"] = [Column(**column) for column in values["columns"]]
        for name in ("first_broken", "totals"):
            values[name] = [BrokenLine(**line) for line in values[name]]
        return TableMetadata(**values)
    except (KeyError, TypeError) as error:
        raise ValueError("facts of another version") from error


def store(source: Path, dialect: CsvDialect, directory: Path, rows: int) -> list[Column]:
    """Write the Parquet file from clean CSV without a header, and return the descriptions of its columns.

    Raises RuntimeError when the file has another number of rows than `rows`.

    The connection is closed and its memory given back at the end.
    """
    # 12 MB that the web server, which reads facts of tables here, needs for no other page.
    import duckdb

    target = directory / TABLE
    with duckdb.connect(":memory:") as connection:
        memory = _MEMORY if len(dialect.names) <= _MANY_COLUMNS else _MEMORY_OF_MANY
        connection.execute(f"SET memory_limit = '{memory}'")
        row_bytes = source.stat().st_size // max(rows, 1) + 1
        group = max(_FEWEST_ROWS, min(_MOST_ROWS, _GROUP_BYTES // row_bytes))
        connection.execute(f"SET threads = {1 if row_bytes > _LONG_ROW else 2}")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = {literal(str(directory / 'spill'))}")
        names = [f"c{place}" for place in range(len(dialect.names))]
        columns = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
        reading = (
            f"read_csv({literal(str(source))}, auto_detect = false, header = false, columns = {{{columns}}},"
            f" delim = {literal(dialect.delimiter)}, quote = '\"', escape = '\"', new_line = '\\n', comment = '',"
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
        return columns_of(connection, dialect.names)
