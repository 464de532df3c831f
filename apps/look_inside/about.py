"""What is known of a file besides its rows, in words: how it was read, from when to when, how full its columns are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.exports.delimiters import delimiter_plural
from apps.look_inside.columns import Column
from apps.look_inside.store import Facts
from apps.resources.values import MISSING


@dataclass(frozen=True)
class ColumnFacts:
    """One line of the list of columns."""

    column: Column
    kind: str
    filled: str
    distinct: str
    range: str


class About:
    """The facts as `_about.html` shows them."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self._columns = facts.table_columns

    @property
    def delimiter_words(self) -> str:
        """What separates the cells of the file."""
        return delimiter_plural(self.facts.delimiter)

    @property
    def range_words(self) -> str:
        """From when to when the rows are."""
        moment = self._columns.moment
        return f"{moment.low} – {moment.high}" if moment else ""

    @cached_property
    def column_facts(self) -> Sequence[ColumnFacts]:
        """The list of columns: how many rows have a value, how many different ones there are."""
        return [self._facts_of(column) for column in self._columns.all]

    def _facts_of(self, column: Column) -> ColumnFacts:
        # Counted with a small error, so never more than there are.
        distinct = min(column.distinct, column.filled)
        return ColumnFacts(
            column=column,
            kind={"number": "Number", "time": "Time"}.get(column.kind, "Text"),
            filled=share_words(column.filled, self.facts.rows),
            distinct=f"{distinct:,}" if distinct < 100 else f"about {distinct:,}",
            range=f"{column.low} – {column.high}" if column.low else "",
        )


def share_words(part: int, whole: int) -> str:
    """A share in per cent; never 100 % or 0 % where that is not exact."""
    if not whole:
        return MISSING
    if part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    share = min(max(part * 100 / whole, 0.1), 99.9)
    return f"{share:.1f} %"
