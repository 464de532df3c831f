"""The stored files that a table is made of: one, or several exports of a report taken together.

The first file is the newest. Of a row that stands in two of them the one of the newer file counts: it is the same where
its transaction and its moment are, within the time that both files are about.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps.look_inside.stored_names import TABLE, literal


@dataclass(frozen=True)
class SourceFile:
    """One stored table: its path, the place in it of each column of the whole, and its number of rows."""

    path: str
    places: tuple[int, ...] = ()
    rows: int = 0


@dataclass(frozen=True)
class TableSource:
    """All files, and what tells that two rows are one: expressions over the columns of the whole."""

    files: tuple[SourceFile, ...]
    same: tuple[str, ...] = ()
    #: The moment of a row, and for each file the time in which rows of it may stand in a newer one; "" for none.
    moment: str = ""
    windows: tuple[tuple[str, str], ...] = ()
    #: By the column's place in the whole: what stands for its value; none where all of it may be read.
    masks: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, directory: Path) -> "TableSource":
        """One prepared table."""
        return cls((SourceFile(str(directory / TABLE)),))

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "TableSource":
        """What `as_json` made."""
        files = tuple(SourceFile(one["path"], tuple(one["places"]), one["rows"]) for one in values["files"])
        windows = tuple((low, high) for low, high in values["windows"])
        masks = tuple((place, sql) for place, sql in values["masks"])
        return cls(files, tuple(values["same"]), values["moment"], windows, masks)

    def as_json(self) -> dict[str, Any]:
        """The same as plain data, for a process of its own."""
        return asdict(self)

    @property
    def paths(self) -> list[Path]:
        """The files that a query may read."""
        return [Path(one.path) for one in self.files]

    @property
    def is_one(self) -> bool:
        """Whether it is one stored table as it is."""
        return len(self.files) == 1

    def views(self) -> Iterator[str]:
        """The statements that name each file (`t0`, `t1` …), or the only one `t`."""
        if self.is_one:
            yield f"CREATE TEMP VIEW t AS SELECT *{self._replaced} FROM {_read(self.files[0])}"
            return
        for number, one in enumerate(self.files):
            columns = ", ".join(f"c{place} AS c{name}" for name, place in enumerate(one.places))
            whole = f"SELECT file_row_number, {columns} FROM {_read(one)}"
            yield f"CREATE TEMP VIEW t{number} AS SELECT *{self._replaced} FROM ({whole})"

    @property
    def _replaced(self) -> str:
        """The part of a query that puts what may be read in the place of values."""
        changed = [f"{sql} AS c{place}" for place, sql in self.masks if sql != f"c{place}"]
        return f" REPLACE ({', '.join(changed)})" if changed else ""

    def joining(self) -> Iterator[str]:
        """The statements that find the rows that stand in a newer file too (`left_out`), and make `t` of all others."""
        if self.is_one:
            return
        yield "CREATE TEMP TABLE left_out (file INTEGER, row BIGINT)"
        for number, (low, high) in enumerate(self.windows):
            if not (self.same and low):
                continue
            within = f"{self.moment} BETWEEN {literal(low)} AND {literal(high)}"
            key = ", ".join(self.same)
            newer = " UNION ALL ".join(f"SELECT {key} FROM t{one} WHERE {within}" for one in range(number))
            yield (
                f"INSERT INTO left_out SELECT {number}, file_row_number FROM t{number}"
                f" WHERE {within} AND ({key}) IN ({newer})"
            )
        names = ", ".join(f"c{name}" for name in range(len(self.files[0].places)))
        parts = [
            f"SELECT file_row_number + {self.offset(number)} AS file_row_number, {names} FROM t{number}"
            f" WHERE file_row_number NOT IN (SELECT row FROM left_out WHERE file = {number})"
            for number in range(len(self.files))
        ]
        yield f"CREATE TEMP VIEW t AS {' UNION ALL '.join(parts)}"

    def offset(self, number: int) -> int:
        """What is added to the numbers of a file's rows, so that each row has its own."""
        return sum(one.rows for one in self.files[:number])

    def finding(self, numbers: list[int], selected: str) -> Iterator[str]:
        """The queries for the rows of these numbers; each reads one file, and of it the groups that hold them."""
        for number in range(len(self.files)):
            offset = self.offset(number)
            end = offset + self.files[number].rows
            own = [one - offset for one in numbers if self.is_one or offset <= one < end]
            if own:
                table = "t" if self.is_one else f"t{number}"
                yield (
                    f"SELECT file_row_number + {offset}, {selected} FROM {table}"
                    f" WHERE file_row_number IN ({', '.join(map(str, own))})"
                )


def _read(one: SourceFile) -> str:
    return f"read_parquet({literal(one.path)}, file_row_number = true)"
