"""Which column of a file goes to which field, guessed first and corrected by a person; stored as plain data."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from apps.bulk.imports.columns.targets import ID, Targets
from apps.resources.files.values import FOR_PEOPLE

#: How a column writes decimals: told by its values, or by a person.
BY_ITS_VALUES, POINT, COMMA = "", ".", ","


@dataclass(frozen=True)
class Column:
    """One column: where it stands, what it is called, the field it goes to ("" for none), its decimal sign."""

    place: int
    header: str
    target: str = ""
    decimal: str = BY_ITS_VALUES
    #: Why it goes to no field, where that is known.
    note: str = ""

    @property
    def letters(self) -> str:
        """The column's name in a spreadsheet: A, B, …, AA."""
        letters, number = "", self.place + 1
        while number:
            number, rest = divmod(number - 1, 26)
            letters = chr(ord("A") + rest) + letters
        return letters

    @property
    def name(self) -> str:
        """Its header, else where it stands."""
        return self.header or f"column {self.letters}"


def guessed(headers: Sequence[str], targets: Targets) -> list[Column]:
    """The columns with the fields that their headers name; each field once, of equal ones the first."""
    taken: set[str] = set()
    columns = []
    for place, header in enumerate(headers):
        target, note = targets.guess(header), ""
        if target in taken:
            target, note = "", f"An earlier column goes to {targets.label(target)} already."
        elif not header:
            note = "It has no name."
        elif header.endswith(FOR_PEOPLE):
            note = "For reading only: the column with the ID counts."
        elif not target:
            note = "The API sets this itself." if targets.is_read_only(header) else "No field is called so."
        if target:
            taken.add(target)
        columns.append(Column(place, header, target, note=note))
    return columns


def chosen(columns: Sequence[Column], targets: Targets, answers: Any) -> list[Column]:
    """The columns as a person answered: `target-<place>` and `decimal-<place>`; what is no field is none."""
    names = set(targets.names())
    found = []
    for column in columns:
        target = answers.get(f"target-{column.place}", column.target)
        decimal = answers.get(f"decimal-{column.place}", column.decimal)
        found.append(
            replace(
                column,
                target=target if target in names else "",
                decimal=decimal if decimal in (POINT, COMMA) else BY_ITS_VALUES,
            )
        )
    return found


def problems_of(columns: Sequence[Column], targets: Targets) -> list[str]:
    """Why a file cannot be checked with these columns, in sentences."""
    used = Counter(column.target for column in columns if column.target)
    problems = [
        f"{count} columns go to {targets.label(name)}. Choose one of them."
        for name, count in used.items()
        if count > 1
    ]
    if not set(used) - {ID}:
        problems.append("No column goes to a field. Choose at least one.")
    if ID not in used and targets.create is None:
        problems.append("Nothing of this kind can be created here, so a column with the ID is needed.")
    if ID in used and targets.update is None:
        problems.append("Nothing of this kind can be changed here; leave the column with the ID out.")
    return problems


def as_data(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The columns to be stored."""
    return [asdict(column) for column in columns]


def from_data(data: Sequence[dict[str, Any]]) -> list[Column]:
    """The stored columns."""
    return [Column(**column) for column in data]
