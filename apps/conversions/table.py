"""Rows with unknown columns as a table: columns, labels, search and sorting in memory."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.api.answers.records import Record
from apps.network.column_meanings import Meaning, currency_in, currency_of_what, meaning_of, stem_of
from apps.ui.values import is_missing, label_of, moment_of, shortened, text_of

_NUMBER = re.compile(r"-?[0-9]{1,30}(?:\.[0-9]{1,30})?")
#: With a zero before it a number is an id; a whole one without is compared by size whatever it is.
_PADDED = re.compile(r"-?0[0-9]+(?:\.[0-9]*)?")
_WHOLE = re.compile(r"0|[1-9][0-9]{0,29}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}.*)?")
_LONGEST_LABEL = 100
#: So many characters are normalised at once: of a run of marks each is moved past all others.
_PIECE = 500
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Table:
    """The rows of one answer, in its order."""

    def __init__(self, rows: Sequence[Record]) -> None:
        self.rows = rows

    @cached_property
    def columns(self) -> list[str]:
        """Every column that a row has, in the order of appearance."""
        return list(dict.fromkeys(name for row in self.rows for name in row))

    @cached_property
    def labels(self) -> dict[str, str]:
        """The columns in words; a name that is no plain word, or whose words are another's too, stays as it is."""
        words = {name: label_of(name) if _PLAIN_NAME.fullmatch(name) else name for name in self.columns}
        counts = Counter(words.values())
        return {
            name: shortened(name if counts[text] > 1 else text, _LONGEST_LABEL) or "(no name)"
            for name, text in words.items()
        }

    def columns_that_fit(self, cells: int) -> list[str]:
        """The first columns, so many that rows and columns make no more cells than this; rows may be ragged."""
        return self.columns[: max(cells // max(len(self.rows), 1), 1)]

    def is_number(self, column: str) -> bool:
        """Whether the column is set like numbers: it has some, and otherwise only texts that read as one."""
        values = [row[column] for row in self.rows if not is_missing(row.get(column))]
        if meaning_of(column) in (Meaning.ID, Meaning.TEXT):
            return False
        return any(_is_number(value) for value in values) and all(
            _is_number(value) or _NUMBER.fullmatch(text_of(value)) for value in values
        )

    def currency_of(self, column: str, row: Record) -> Any:
        """The currency of an amount: what its name says, else the column of its currency, or of all."""
        return currency_in(column) or row.get(
            self._currency_columns.get(stem_of(column)) or self._common_currency
        )

    @cached_property
    def _currency_columns(self) -> dict[tuple[str, ...], str]:
        """The columns of currencies by the words of the amount that each tells of; () is of all."""
        named = [name for name in self.columns if meaning_of(name) is Meaning.CURRENCY]
        return {currency_of_what(name): name for name in named}

    @property
    def _common_currency(self) -> str:
        return self._currency_columns.get((), "")

    def holding(self, text: str) -> "Table":
        """The rows with a cell that holds the text, whatever its case or width."""
        wanted = folded(text)
        return Table([row for row in self.rows if any(wanted in cell for cell in _folded_cells(row))])

    def order_of(self, sort: str) -> tuple[str, bool] | None:
        """The column a sort names and whether it goes down; None when there is no such column."""
        if sort in self.columns:
            return sort, False
        if sort[:1] == "-" and sort[1:] in self.columns:
            return sort[1:], True
        return None

    def sorted_by(self, column: str, *, is_descending: bool) -> "Table":
        """The rows by a column: numbers by size, times by the moment they mean, then texts by their letters.

        Rows without a value come last.
        """
        present = [row for row in self.rows if not is_missing(row.get(column))]
        absent = [row for row in self.rows if is_missing(row.get(column))]
        key = _key_of(column, [row[column] for row in present])
        present.sort(key=lambda row: key(row[column]), reverse=is_descending)
        return Table([*present, *absent])


def folded(text: str) -> str:
    """A text made comparable: case and width of its letters do not count."""
    if not text.isascii():
        pieces = (text[start : start + _PIECE] for start in range(0, len(text), _PIECE))
        text = "".join(unicodedata.normalize("NFKC", piece) for piece in pieces)
    return text.casefold()


def _folded_cells(row: Record) -> Iterable[str]:
    return (folded(text_of(value)) for value in row.values() if not is_missing(value))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _key_of(column: str, values: Sequence[Any]) -> Callable[[Any], tuple[Any, ...]]:
    """What the values of a column are compared by: one thing for all of them."""
    if not all(isinstance(value, str) for value in values):
        return _number_or_text
    if all(_TIME.fullmatch(value) and moment_of(value) for value in values):
        return _moment
    is_whole = all(_WHOLE.fullmatch(value) for value in values)
    # "1.9" comes before "1.10" in a version, and "007" is no 7.
    is_text = meaning_of(column) in (Meaning.ID, Meaning.TEXT) or any(map(_PADDED.fullmatch, values))
    return _text if is_text and not is_whole else _number_or_text


def _moment(value: Any) -> tuple[Any, ...]:
    return moment_of(value), value


def _text(value: Any) -> tuple[Any, ...]:
    return (folded(value),)


def _number_or_text(value: Any) -> tuple[Any, ...]:
    if _is_number(value):
        return 0, Decimal(value), ""
    text = text_of(value)
    if _NUMBER.fullmatch(text):
        return 0, Decimal(text), ""
    return 1, Decimal(0), folded(text)
