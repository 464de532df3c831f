"""Describes a file in words: format, time range, and facts about its columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from apps.exports.delimiters import delimiter_plural
from apps.look_inside.columns import ID, Column
from apps.look_inside.number_formats import Form
from apps.look_inside.parquet_table import TableMetadata
from apps.look_inside.query.sum_explanations import sum_words
from apps.look_inside.timestamps import form_words
from apps.network.column_meanings import Meaning
from apps.reports.range_words import range_words
from apps.ui.values import MISSING, shortened

_LONGEST_EXAMPLE = 80

_KINDS = {Meaning.AMOUNT: "Amount", Meaning.COUNT: "Count", Meaning.RATE: "Rate"}
_EXAMPLES = {Form.POINT: "1,234.50", Form.COMMA: "1.234,50"}


@dataclass(frozen=True)
class ColumnDescription:
    """One line of the list of columns."""

    column: Column
    kind: str
    filled: str
    distinct: str
    range: str
    #: Whether it is summed, and why not.
    sum: str


class FileDescription:
    """The facts as `_about.html` shows them."""

    def __init__(self, facts: TableMetadata) -> None:
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
        return range_words(moment.low, moment.high) if moment else ""

    @property
    def notes(self) -> list[str]:
        """What a reader must know of how the file was read, because it could have been meant otherwise."""
        facts = self.facts
        notes = []
        if not facts.encoding.startswith("UTF-"):
            notes.append(
                f"The file does not say how its letters are stored. By their looks it was read as {facts.encoding}."
            )
        if facts.titles:
            stand = "1 line stands" if len(facts.titles) == 1 else f"{len(facts.titles)} lines stand"
            notes.append(f"{stand} before the names of the columns: {_quoted(facts.titles[0])}.")
        if facts.is_headerless:
            notes.append("The file begins with a row, without names. Its columns are called by their place.")
        if facts.odd_name:
            notes.append(
                f"The first line gave the columns their names, and is in no row, though {_quoted(facts.odd_name)}"
                " looks like a value."
            )
        if facts.totals:
            ends = "a line" if len(facts.totals) == 1 else f"{len(facts.totals)} lines"
            notes.append(
                f"The file ends with {ends} of totals, in no row or sum here: {_quoted(facts.totals[0].text)}."
            )
        return notes

    @cached_property
    def column_facts(self) -> Sequence[ColumnDescription]:
        """The list of columns: how many rows have a value, how many different ones there are."""
        return [self._facts_of(column) for column in self._columns.all]

    def _facts_of(self, column: Column) -> ColumnDescription:
        # Counted with a small error, so never more than there are.
        distinct = min(column.distinct, column.filled)
        return ColumnDescription(
            column=column,
            kind=kind_words(column),
            filled=share_words(column.filled, self.facts.rows),
            distinct=f"{distinct:,}" if distinct < 100 else f"about {distinct:,}",
            range=f"{column.low} – {column.high}" if column.low else "",
            sum=sum_words(column, self._columns),
        )


def _quoted(text: str) -> str:
    return f"“{shortened(text, _LONGEST_EXAMPLE)}”"


def kind_words(column: Column) -> str:
    """What the values of a column are, and how they are read."""
    if column.is_time:
        words = form_words(column.form)
        return f"Time, {words}" if words else "Time"
    if not column.is_number:
        return "ID" if column.kind == ID else "Text"
    kind = _KINDS.get(column.meaning, "Number")
    if column.has_percent:
        kind = "Percentage"
    elif kind == "Amount" and column.currency:
        kind = f"Amount in {column.currency}"
    return f"{kind}, read as {_EXAMPLES[Form(column.form)]}" if column.form else kind


def share_words(part: int, whole: int) -> str:
    """A share in per cent; never 100 % or 0 % where that is not exact."""
    if not whole:
        return MISSING
    if part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    share = min(max(part * 100 / whole, 0.1), 99.9)
    return f"{share:.1f} %"
