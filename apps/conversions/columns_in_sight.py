"""Which columns of a token API's answer are shown where nobody chose any: those that fit a desk.

The API lists its columns nowhere, so that they are judged by their names and by what stands in them.
"""

from collections.abc import Sequence

from apps.api.answers.records import Record
from apps.conversions.table import Table
from apps.network.column_meanings import Meaning, is_amount, meaning_of, words_of
from apps.ui.values import is_missing, shortened, text_of

#: What a table has beside the navigation of a desk of 1,280 px, and of one of 1,024 px.
DESK_PIXELS, SMALL_DESK_PIXELS = 1000, 740
#: What a column takes of it.
_PIXELS_OF_COLUMN, _PIXELS_OF_LETTER = 24, 7
#: A longer text is cut in its cell.
_LONGEST_LINE = 38
#: So many columns and rows are looked at, whatever an answer has.
_MOST_COLUMNS = 100
_MOST_ROWS = 100
_STATUSES = frozenset({"status", "state"})


def columns_in_sight(table: Table, pixels: int) -> list[str]:
    """In the order of the answer: the first one, then money, status and time before the rest, as many as fit."""
    rows = table.rows[:_MOST_ROWS]
    columns = table.columns[:_MOST_COLUMNS]
    room, fitting = pixels, set[str]()
    for name in sorted(columns, key=lambda name: _rank(name, rows, is_first=name == columns[0])):
        room -= _width(table.labels[name], name, rows)
        if room < 0 and fitting:
            break
        fitting.add(name)
    return [name for name in columns if name in fitting]


def _rank(name: str, rows: Sequence[Record], *, is_first: bool) -> tuple[bool, bool]:
    is_asked_for = (
        is_first
        or is_amount(name)
        or meaning_of(name) in (Meaning.CURRENCY, Meaning.MOMENT)
        or bool(_STATUSES.intersection(words_of(name)))
    )
    is_sparse = 2 * sum(not is_missing(row.get(name)) for row in rows) < len(rows)
    return is_sparse, not is_asked_for


def _width(label: str, name: str, rows: Sequence[Record]) -> int:
    longest = max((len(shortened(text_of(row.get(name)), _LONGEST_LINE)) for row in rows), default=0)
    letters = min(max(len(label), longest), _LONGEST_LINE)
    return _PIXELS_OF_COLUMN + letters * _PIXELS_OF_LETTER
