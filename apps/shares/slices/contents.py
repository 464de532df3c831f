"""What a guest will see of a file: which columns, which rows in words, how many, the first of them, whose they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.look_inside.columns import Column, Columns
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.filters import filter_words
from apps.look_inside.query.reading import count_different, count_rows, first_rows
from apps.look_inside.query.results import row_of
from apps.look_inside.query.state import PreparedTableState
from apps.network.column_meanings import snake_name, words_of
from apps.ui.tables import Row

FIRST_ROWS = 10
#: A file of more rows is not made for a guest: it opens in no spreadsheet.
MOST_ROWS = 500_000
#: Words of columns that say what the network earns: left out unless somebody ticks them.
_OWN_MONEY = frozenset({"revenue", "revenues", "profit", "profits", "margin", "income", "turnover", "gmv"})
_PUBLISHERS = ("publisher_id", "publisher", "publisher_name")


def is_own_money(column: Column) -> bool:
    """Whether the column says what the network earns, which partners are seldom told."""
    return bool(_OWN_MONEY.intersection(words_of(column.name)))


def offered_columns(columns: Columns) -> list[Column]:
    """The columns that are ticked by themselves."""
    return [column for column in columns.all if not is_own_money(column)]


def publisher_column(columns: Columns) -> Column | None:
    """The column that says whose a row is."""
    named = {snake_name(column.name): column for column in reversed(columns.all)}
    return next((named[name] for name in _PUBLISHERS if name in named), None)


def counted_publishers(questions: TableConnection, columns: Columns, state: PreparedTableState) -> int | None:
    """How many publishers the rows are of; None where no column says it. Raises what `query` raises."""
    column = publisher_column(columns)
    return None if column is None else count_different(questions, column, columns, state)


@dataclass
class SliceContents:
    """The rows and columns of one link."""

    columns: Columns
    chosen: Sequence[Column]
    state: PreparedTableState
    rows: int = 0
    publishers: int | None = None
    first: Sequence[tuple[Any, ...]] = ()

    def load(self, questions: TableConnection) -> None:
        """Count the rows and read the first. Raises what `query` raises."""
        self.rows = count_rows(questions, self.columns, self.state)
        self.publishers = counted_publishers(questions, self.columns, self.state)
        if self.chosen:
            self.first = first_rows(questions, self.chosen, self.columns, self.state, FIRST_ROWS)

    @property
    def names(self) -> list[str]:
        """The names of the chosen columns."""
        return [column.name for column in self.chosen]

    @property
    def first_rows(self) -> list[Row]:
        """The first rows as the guest gets them."""
        return [row_of(self.chosen, values) for values in self.first]

    @cached_property
    def filters(self) -> list[str]:
        """Which rows, in words; nothing where it is all of them."""
        return [filter_words(item, self.columns) for item in self.state.filters]

    @property
    def own_money(self) -> list[str]:
        """The chosen columns that say what the network earns."""
        return [column.name for column in self.chosen if is_own_money(column)]

    @property
    def choices(self) -> list[tuple[Column, bool]]:
        """Every column, and whether it is chosen."""
        return [(column, column in self.chosen) for column in self.columns.all]

    @property
    def problem(self) -> str:
        """Why no link can be made; "" when one can."""
        if not self.chosen:
            return "Choose at least one column."
        if not self.rows:
            return "No rows match, so there is nothing to share."
        if self.rows > MOST_ROWS:
            return f"{self.rows:,} rows are too many for one link. Filter to {MOST_ROWS:,} or fewer."
        return ""
