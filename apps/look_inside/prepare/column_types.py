"""Decides the type of each column (number, time, id, text), by its name and all of its values.

Two questions to the whole table, in little memory: the first, of every column, says what it can be at all; the second
looks closely at those that would be amounts but are not written as computers write numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from apps.look_inside.columns import DIGITS, ID, NUMBER, TEXT, TIME, Column, Unsummed
from apps.look_inside.number_formats import PLAIN_NUMBER, SIGNS, WRITTEN, Form, currency_of_sign, number_sql
from apps.look_inside.timestamps import (
    MIXED,
    TIME_PATTERN,
    moment_sql,
    unit_of,
    zone_sql,
)
from apps.network.column_meanings import Meaning, currency_in, meaning_of, names_amount

if TYPE_CHECKING:
    import duckdb

#: So many columns are counted by one query: each takes memory.
_COLUMNS_AT_ONCE = 24
#: So much of a value is compared to find the first and the last one, and kept of one that is no number.
_LONGEST_KEPT = 200
#: Numbers whose name says nothing are ids when they have so many digits: a phone's, a device's, a customer's.
_DIGITS_OF_AN_ID = 10
#: A column of no known meaning is called nearly a number from this share on.
_MOSTLY = 0.9
_TEXTS = (Meaning.ID, Meaning.TEXT, Meaning.CURRENCY)
_YES_AND_NO = frozenset({"true", "false", "yes", "no", "y", "n", "t", "f", "0", "1"})
_UNSUMMED = {
    Meaning.RATE: Unsummed.RATE,
    Meaning.MEASURE: Unsummed.MEASURE,
    Meaning.MOMENT: Unsummed.MEASURE,
    Meaning.UNKNOWN: Unsummed.UNKNOWN,
}


@dataclass(frozen=True)
class _Seen:
    """What was counted of a column, over all of its rows."""

    filled: int
    distinct: int
    low: str
    high: str
    #: How many values are plain numbers; not counted where the name says that there are none.
    plain: int
    #: The length of the shortest and of the longest value.
    shortest: int = 0
    longest: int = 0
    fewest_decimals: int = 0
    most_decimals: int = 0
    #: How many end in a decimal zero, and how many are "-0": written otherwise the number is the same.
    padded: int = 0
    minus_zeros: int = 0


def columns_of(connection: "duckdb.DuckDBPyConnection", names: Sequence[str]) -> list[Column]:
    """The description of every column of the view `t`, whose columns are texts called c0, c1 …"""
    found: list[Column] = []
    for first in range(0, len(names), _COLUMNS_AT_ONCE):
        places = range(first, min(first + _COLUMNS_AT_ONCE, len(names)))
        wanted = ", ".join(_seen_sql(f"c{place}", meaning_of(names[place])) for place in places)
        counts = connection.execute(f"SELECT {wanted} FROM t").fetchone() or ()
        width = len(counts) // len(places)
        for place in places:
            filled, distinct, low, high, plain = counts[width * (place - first) : width * (place - first + 1)]
            kept = ((low or "")[:_LONGEST_KEPT], (high or "")[:_LONGEST_KEPT])
            found.append(_column(connection, place, names[place], _Seen(filled, distinct, *kept, plain)))
    return found


def _seen_sql(name: str, meaning: Meaning) -> str:
    is_text = meaning in _TEXTS or meaning is Meaning.MOMENT
    plain = "0" if is_text else f"count(*) FILTER (regexp_full_match({name}, '{PLAIN_NUMBER}'))"
    return f"count({name}), approx_count_distinct({name}), min({name}), max({name}), {plain}"


def _measured(connection: "duckdb.DuckDBPyConnection", place: int, seen: _Seen) -> _Seen:
    """The same with what is only asked of columns that may hold nothing but plain numbers."""
    name = f"c{place}"
    decimals = f"CASE WHEN strpos({name}, '.') = 0 THEN 0 ELSE length({name}) - strpos({name}, '.') END"
    found = connection.execute(
        f"SELECT count(*) FILTER (regexp_full_match({name}, '{PLAIN_NUMBER}')), min(length({name})),"
        f" max(length({name})), min({decimals}), max({decimals}),"
        f" count(*) FILTER (strpos({name}, '.') > 0 AND ends_with({name}, '0')),"
        f" count(*) FILTER ({name} IN ('-0', '-0.0', '-0.00')) FROM t"
    ).fetchone()
    return _Seen(seen.filled, seen.distinct, seen.low, seen.high, *(found or (0,)))


def _may_be_plain(seen: _Seen) -> bool:
    """Whether all values may begin as numbers do: the first and the last of them in order of their letters do."""
    return "-" <= seen.low[:1] <= "9" and "-" <= seen.high[:1] <= "9"


def _column(connection: "duckdb.DuckDBPyConnection", place: int, name: str, seen: _Seen) -> Column:
    column = Column(place, name, TEXT, seen.filled, seen.distinct)
    if not seen.filled:
        return column
    meaning = meaning_of(name)
    if _may_be_plain(seen) and (seen.plain == seen.filled or meaning in (*_TEXTS, Meaning.MOMENT)):
        seen = _measured(connection, place, seen)
    moment = _as_moments(connection, column, seen, meaning)
    if moment:
        return moment
    if meaning in _TEXTS:
        return _as_text(column, seen, ID if meaning is Meaning.ID else TEXT)
    if meaning is Meaning.UNKNOWN:
        return _of_no_known_meaning(connection, column, seen)
    if seen.plain == seen.filled:
        return _as_number(column, seen, meaning)
    return _looked_at_closely(connection, column, meaning, seen)


def _as_text(column: Column, seen: _Seen, kind: str) -> Column:
    # "7" and "10" are sorted by size, and stay the texts they are.
    is_whole = seen.plain == seen.filled and seen.most_decimals == 0 and not seen.minus_zeros
    return replace(column, kind=kind, form=DIGITS if is_whole else "")


def _as_number(column: Column, seen: _Seen, meaning: Meaning) -> Column:
    decimals = seen.most_decimals if seen.most_decimals == seen.fewest_decimals else None
    return _named(replace(column, kind=NUMBER, decimals=decimals), meaning)


def _named(column: Column, meaning: Meaning) -> Column:
    """A column of numbers with what its name says: its currency, and whether it is summed."""
    unsummed = Unsummed.RATE if column.has_percent else _UNSUMMED.get(meaning, "")
    currency = column.currency or (currency_in(column.name) if meaning is Meaning.AMOUNT else "")
    return replace(column, unsummed=unsummed, currency="" if unsummed else currency)


def _of_no_known_meaning(connection: "duckdb.DuckDBPyConnection", column: Column, seen: _Seen) -> Column:
    """A column whose name tells nothing: numbers only where no text can be meant by them."""
    if seen.plain == seen.filled:
        is_even = seen.most_decimals == seen.fewest_decimals
        # 1.9 and 1.10 are a version; 1.50 and 2.25 are not.
        if seen.longest >= _DIGITS_OF_AN_ID and seen.most_decimals == 0:
            return _as_text(column, seen, ID)
        is_text = seen.minus_zeros or (seen.padded and not is_even)
        return column if is_text else _as_number(column, seen, Meaning.UNKNOWN)
    is_nearly = seen.plain >= _MOSTLY * seen.filled > 0
    ends = f"{seen.low} {seen.high}"
    has_signs = seen.plain == 0 and any(sign in ends for sign in "$€£¥₹₽₴₺₩%")
    if not (is_nearly or has_signs):
        return column
    close = _looked_at_closely(connection, column, Meaning.UNKNOWN, seen)
    # What only looks like a number stays a text, unless a sign says that it is an amount or a percentage.
    if close.kind == NUMBER and not (close.currency or close.has_percent):
        return column
    return close


def _as_moments(
    connection: "duckdb.DuckDBPyConnection", column: Column, seen: _Seen, meaning: Meaning
) -> Column | None:
    low, high = seen.low, seen.high
    if meaning is Meaning.MOMENT and seen.plain == seen.filled and seen.most_decimals == 0:
        unit = unit_of(low, high) if seen.shortest == seen.longest else ""
        return _with_range(connection, replace(column, kind=TIME, form=unit)) if unit else None
    if not (low[:1].isdigit() and high[:1].isdigit() and low[4:5] == high[4:5] == "-"):
        return None
    name = column.sql
    # Longer than a time to the second, or to the minute and no second behind it.
    has_zone = f"length({name}) > 16 AND (length({name}) <> 19 OR substr({name}, 17, 1) <> ':')"
    fitting, zoned = connection.execute(
        f"SELECT count(*) FILTER (regexp_full_match({name}, '{TIME_PATTERN}')), count(*) FILTER ({has_zone}) FROM t"
    ).fetchone() or (0, 0)
    if fitting != seen.filled:
        return None
    if not zoned:
        return replace(column, kind=TIME, low=low, high=high)
    zones = f"SELECT min({zone_sql(name)}), max({zone_sql(name)}) FROM t"
    first, last = connection.execute(zones).fetchone() or ("", "")
    return _with_range(connection, replace(column, kind=TIME, form=first if first == last else MIXED))


def _with_range(connection: "duckdb.DuckDBPyConnection", column: Column) -> Column:
    moment = moment_sql(column.sql, column.form)
    low, high = connection.execute(f"SELECT min({moment}), max({moment}) FROM t").fetchone() or ("", "")
    return replace(column, low=_bare(low), high=_bare(high))


def _bare(moment: str | None) -> str:
    """A moment without a fraction of nothing."""
    whole, _, fraction = (moment or "").partition(".")
    return f"{whole}.{fraction}" if fraction.strip("0") else whole


class _Written(NamedTuple):
    """How the values of a column are written: how many are numbers in each notation, and one that is none."""

    numbers: int
    rounded: int
    points: int
    commas: int
    only_point: int
    only_comma: int
    with_comma: int
    percents: int
    first_sign: str | None
    last_sign: str | None
    odd: str | None
    odd_point: str | None
    odd_comma: str | None
    #: A value with a comma, and one with a percent sign.
    ambiguous: str | None
    percent: str | None

    def form(self, filled: int) -> Form | None:
        """The one notation in which all values are numbers; None where there is none, or more than one."""
        if self.numbers == filled:
            return Form.PLAIN
        if self.points == filled and (self.only_point or not self.with_comma):
            return Form.POINT
        return Form.COMMA if self.commas == filled and self.only_comma else None

    def nearest(self) -> tuple[int, str]:
        """Of the notation that most values have: how many, and one that is none of it."""
        notations = ((self.numbers, self.odd), (self.points, self.odd_point), (self.commas, self.odd_comma))
        # Of equal ones the first counts.
        best, example = max(notations, key=lambda one: one[0])
        return best, example or ""


def _written(connection: "duckdb.DuckDBPyConnection", column: Column) -> _Written:
    name = column.sql
    matches = {
        form: f"(regexp_full_match({name}, {_quoted(pattern)}) AND {number_sql(name, form)} IS NOT NULL)"
        for form, pattern in WRITTEN.items()
    }
    any_number = column.is_number_sql
    point, comma = matches[Form.POINT], matches[Form.COMMA]
    sign = f"regexp_extract({name}, {_quoted(SIGNS)})"
    found = connection.execute(
        f"SELECT count(*) FILTER ({any_number}), count(*) FILTER ({column.is_rounded_sql}),"
        f" count(*) FILTER ({point}), count(*) FILTER ({comma}),"
        f" count(*) FILTER ({point} AND NOT {comma}), count(*) FILTER ({comma} AND NOT {point}),"
        f" count(*) FILTER (contains({name}, ',')), count(*) FILTER (ends_with({name}, '%')),"
        f" min(nullif({sign}, '')), max(nullif({sign}, '')),"
        f" {_odd(name, any_number)}, {_odd(name, point)}, {_odd(name, comma)},"
        f" min(left({name}, {_LONGEST_KEPT})) FILTER (contains({name}, ',')),"
        f" min(left({name}, {_LONGEST_KEPT})) FILTER (ends_with({name}, '%'))"
        f" FROM t"
    ).fetchone()
    return _Written(*(found or ()))


def _looked_at_closely(
    connection: "duckdb.DuckDBPyConnection", column: Column, meaning: Meaning, seen: _Seen
) -> Column:
    """A column of which not all values are plain numbers: whether all can be read as numbers, in one way."""
    filled, written = seen.filled, _written(connection, column)
    form, sign = written.form(filled), written.first_sign
    if form is not None and written.percents in (0, filled):
        if sign != written.last_sign:
            return replace(column, unsummed=Unsummed.CURRENCIES, odd=f"{sign}, {written.last_sign}")
        return _named(
            replace(
                column,
                kind=NUMBER,
                form=str(form),
                rounded=written.rounded if form is Form.PLAIN else 0,
                has_percent=written.percents == filled,
                currency=currency_of_sign(sign) if sign and form is not Form.PLAIN else "",
            ),
            Meaning.AMOUNT if meaning is Meaning.UNKNOWN and sign else meaning,
        )
    if not _would_be_summed(column, meaning, seen):
        return column
    if form is not None:
        return replace(
            column, unsummed=Unsummed.ODD, numbers=filled - written.percents, odd=written.percent or ""
        )
    if written.points == filled:
        return replace(column, unsummed=Unsummed.AMBIGUOUS, numbers=filled, odd=written.ambiguous or "")
    best, example = written.nearest()
    return replace(column, unsummed=Unsummed.ODD, numbers=best, odd=example)


def _odd(name: str, is_number: str) -> str:
    return f"min(left({name}, {_LONGEST_KEPT})) FILTER (NOT {is_number})"


def _would_be_summed(column: Column, meaning: Meaning, seen: _Seen) -> bool:
    """Whether a reader misses the sum of a column that has none."""
    values = {seen.low.lower(), seen.high.lower()}
    if values <= _YES_AND_NO:
        return False
    return meaning in (Meaning.AMOUNT, Meaning.COUNT, Meaning.UNKNOWN) or names_amount(column.name)


def _quoted(pattern: str) -> str:
    return "'" + pattern.replace("'", "''") + "'"
