"""Checks all rows of a table at once: what each would create or change, and every cell that cannot be taken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.bulk.imports.checking.current_records import records_of
from apps.bulk.imports.checking.numbers import Evidence, evidence_of
from apps.bulk.imports.checking.references import RecordFinder
from apps.bulk.imports.checking.values import CannotRead, FieldReader, id_of
from apps.bulk.imports.columns.mapping import BY_ITS_VALUES, Column
from apps.bulk.imports.columns.targets import ID, Targets
from apps.bulk.imports.reading.tables import Cell, Row, SheetError
from apps.resources.files.values import CLEAR, cell_of
from apps.resources.writes.change import Change
from apps.ui.values import is_missing, text_of, value_at

#: So many records are read to see whether what cannot be taken is what they hold already.
MOST_COMPARED = 2_000
_LONGEST_SHOWN = 200


@dataclass(frozen=True)
class Problem:
    """Why a cell, or a whole row, cannot be imported."""

    line: int
    #: The column's letters and header; "" for the row as a whole.
    letters: str
    header: str
    value: str
    words: str


@dataclass
class CheckedRow:
    """What one row says."""

    line: int
    record_id: str
    values: dict[str, Any] = field(default_factory=dict)
    #: What a new record does not get although its form would give it.
    omitted: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    #: (column, cell) of what may be just what the record holds.
    doubts: list[tuple[Column, Cell]] = field(default_factory=list)
    is_incomplete: bool = False

    @property
    def is_good(self) -> bool:
        """Whether all of it can be taken."""
        return not self.problems and not self.is_incomplete


@dataclass
class Check:
    """What came of all rows."""

    rows: list[CheckedRow]
    #: What the file as a whole lacks, in sentences.
    lacks: list[str]
    #: The headers of columns whose decimal sign a person has to say.
    undecided: list[str]

    @property
    def problems(self) -> list[Problem]:
        """Every cell that cannot be taken, in the order of the file."""
        return [problem for row in self.rows for problem in row.problems]

    @property
    def good(self) -> list[CheckedRow]:
        """The rows that can be imported and say something."""
        return [row for row in self.rows if row.is_good and (row.values or not row.record_id)]

    @property
    def bad_count(self) -> int:
        """How many rows cannot be imported."""
        return sum(not row.is_good for row in self.rows)

    @property
    def silent_count(self) -> int:
        """How many rows name a record and nothing to set."""
        return sum(row.is_good and bool(row.record_id) and not row.values for row in self.rows)

    @property
    def creation_count(self) -> int:
        """How many records the good rows create."""
        return sum(not row.record_id for row in self.good)

    @property
    def update_count(self) -> int:
        """How many records the good rows change, or leave as they are."""
        return sum(bool(row.record_id) for row in self.good)

    def changes(self, targets: Targets) -> Iterator[tuple[Change, str, int | None]]:
        """The change of each good row, what it is called, and its line in the file."""
        resource = targets.resource
        for row in self.good:
            values: Mapping[str, Any] = row.values
            title = ""
            if not row.record_id:
                values = {
                    **{name: value for name, value in targets.defaults.items() if name not in row.omitted},
                    **row.values,
                }
                title = (
                    resource.title(values) if not is_missing(value_at(values, resource.title_field)) else ""
                )
                title = title or f"New {resource.label.lower()} of row {row.line}"
            yield Change(resource.name, targets.place, row.record_id or None, values), title, row.line


class Checker:
    """Checks a table's rows by the columns that a person chose."""

    def __init__(self, targets: Targets, columns: Sequence[Column]) -> None:
        self._targets = targets
        self._columns = [column for column in columns if column.target and column.target != ID]
        self._id_column = next((column for column in columns if column.target == ID), None)
        self._width = len(columns)
        self._missing: set[str] = set()
        self._undecided: list[str] = []
        self._finder = RecordFinder(targets.scope)
        self._readers: dict[tuple[bool, int], FieldReader] = {}

    def check(self, table_rows: Iterable[Row]) -> Check:
        """What came of all rows."""
        rows = list(table_rows)
        self._make_readers(rows)
        lines: dict[str, int] = {}
        checked = [self._row(row, lines) for row in rows]
        self._drop_what_is_so(checked)
        lacks = [
            f"To create {self._targets.resource.label_plural.lower()} the file needs a column for "
            f"{self._targets.label(name)}."
            for name in sorted(self._missing)
        ]
        open_columns = {problem.header for row in checked for problem in row.problems}
        return Check(checked, lacks, [name for name in self._undecided if name in open_columns])

    def _make_readers(self, rows: Sequence[Row]) -> None:
        for column in self._columns:
            for is_creation in (False, True):
                try:
                    reader = self._reader(column, column.decimal, is_creation=is_creation)
                except LookupError:
                    continue
                if reader.is_number and column.decimal == BY_ITS_VALUES:
                    evidence = evidence_of(_texts(rows, column.place))
                    reader = self._reader(column, evidence.sign, is_creation=is_creation)
                    self._note(column, evidence)
                self._readers[is_creation, column.place] = reader

    def _reader(self, column: Column, decimal: str, *, is_creation: bool) -> FieldReader:
        return FieldReader(self._targets, column.target, decimal, self._finder.find, is_creation=is_creation)

    def _note(self, column: Column, evidence: Evidence) -> None:
        if evidence.ambiguous and not evidence.sign and column.name not in self._undecided:
            self._undecided.append(column.name)

    def _row(self, row: Row, lines: dict[str, int]) -> CheckedRow:
        checked = CheckedRow(row.line, "")
        if self._id_column is not None:
            self._read_id(row, checked, lines)
        is_creation = not checked.record_id and not checked.problems
        for column in self._columns:
            cell = row.cells[column.place] if column.place < len(row.cells) else ""
            if cell != "":
                self._read_cell(column, cell, checked, is_creation=is_creation)
        if any(cell != "" for cell in row.cells[self._width :]):
            words = "The row has more cells than the file has columns: a quote or a separator is missing."
            checked.problems.append(Problem(row.line, "", "", "", words))
        if is_creation:
            self._require(row, checked)
        return checked

    def _read_id(self, row: Row, checked: CheckedRow, lines: dict[str, int]) -> None:
        column = self._id_column
        cell = row.cells[column.place] if column and column.place < len(row.cells) else ""
        if column is None or cell == "":
            return
        try:
            checked.record_id = id_of(cell)
        except CannotRead as problem:
            checked.problems.append(_problem(row.line, column, cell, str(problem)))
            return
        first = lines.setdefault(checked.record_id, row.line)
        if first != row.line:
            checked.problems.append(_problem(row.line, column, cell, f"Row {first} has the same ID."))

    def _read_cell(self, column: Column, cell: Cell, checked: CheckedRow, *, is_creation: bool) -> None:
        reader = self._readers.get((is_creation, column.place))
        if reader is None:
            verb = "created" if is_creation else "changed"
            words = f"This field cannot be set where a record is {verb}. Leave it empty."
            checked.problems.append(_problem(checked.line, column, cell, words))
            return
        try:
            if cell == CLEAR and is_creation:
                checked.omitted.add(column.target)
                return
            value = reader.cleared() if cell == CLEAR else reader.read(cell)
        except CannotRead as problem:
            checked.problems.append(_problem(checked.line, column, cell, str(problem)))
            checked.doubts.append((column, cell))
            return
        checked.values[column.target] = value
        if not is_creation and reader.may_be_otherwise(cell, value):
            checked.doubts.append((column, cell))

    def _require(self, row: Row, checked: CheckedRow) -> None:
        """Note what a new record needs and the row does not say."""
        given = {column.target: column for column in self._columns}
        told = {problem.letters for problem in checked.problems}
        needed = [*self._targets.required, *(name for name in checked.omitted if self._is_required(name))]
        for name in needed:
            if not is_missing(checked.values.get(name)):
                continue
            column = given.get(name)
            if column is None:
                self._missing.add(name)
                checked.is_incomplete = True
            elif column.letters not in told:
                words = f"{self._targets.label(name)} is needed to create {_a(self._targets.resource.label)}."
                checked.problems.append(_problem(row.line, column, "", words))

    def _is_required(self, name: str) -> bool:
        known = self._targets.create_leaves.get(name)
        return known is not None and known.required

    def _drop_what_is_so(self, rows: Iterable[CheckedRow]) -> None:
        """What a record holds already needs no other value, and no complaint: it comes back as it went out."""
        doubtful = {row.record_id: row for row in rows if row.record_id and row.doubts}
        for record_id, record in records_of(self._targets.scope, list(doubtful)[:MOST_COMPARED]).items():
            row = doubtful[record_id]
            for column, cell in row.doubts:
                if cell_of(value_at(record, column.target)) == _as_written(cell):
                    row.values.pop(column.target, None)
                    row.problems = [one for one in row.problems if one.letters != column.letters]


def _texts(rows: Iterable[Row], place: int) -> Iterator[tuple[int, str]]:
    for row in rows:
        cell = row.cells[place] if place < len(row.cells) else ""
        if isinstance(cell, str) and cell:
            yield row.line, cell


def _as_written(cell: Cell) -> str:
    if isinstance(cell, str):
        return cell
    return cell.text if isinstance(cell, SheetError) else text_of(cell)


def _problem(line: int, column: Column, cell: Cell, words: str) -> Problem:
    shown = _as_written(cell)
    return Problem(line, column.letters, column.name, shown[:_LONGEST_SHOWN], words)


def _a(label: str) -> str:
    label = label.lower()
    return f"{'an' if label[:1] in 'aeiou' else 'a'} {label}"
