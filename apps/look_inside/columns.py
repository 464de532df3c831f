"""Columns of a prepared table: the type of their values, and how they are grouped and summed.

What a column is was decided once, over the whole file (kinds.py), and lies beside the table. Filters, sorting, groups,
sums and files all go by this one description.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from apps.look_inside.number_formats import ANY_NUMBER, LONG_DECIMAL, NOISE_DIGITS, number_of, number_sql
from apps.look_inside.timestamps import moment_sql
from apps.network.column_meanings import Meaning, currency_of_what, meaning_of, snake_name, stem_of
from apps.text.typed_numbers import number_text

TEXT = "text"
#: A text that tells things apart: compared letter by letter, a number in every file made of it never.
ID = "id"
NUMBER = "number"
TIME = "time"
#: The form of ids and texts that are all whole numbers: they are sorted by size.
DIGITS = "digits"

#: Names that may stand in an address as they are: no sign before them, and none that looks like a place.
_PLAIN = re.compile(r"(?!column-[0-9])[A-Za-z0-9_.][A-Za-z0-9_.-]*(?: [A-Za-z0-9_.-]+)*")
#: The names under which a report has its moment, the best first.
_MOMENTS = (
    "conversion_time",
    "date_time",
    "event_time",
    "impression_time",
    "click_time",
    "created_at",
    "time",
    "date",
)
#: What a report is usually grouped by, in the order of the page.
_GROUPS = (
    ("Offer", ("offer", "offer_name", "offer_id")),
    ("Publisher", ("publisher", "publisher_name", "publisher_id")),
    ("Advertiser", ("advertiser", "advertiser_name", "advertiser_id")),
    ("Status", ("status", "success")),
    ("Currency", ("currency",)),
    ("Country", ("geo_country", "country", "country_code")),
)


class Unsummed(StrEnum):
    """Why a column is not summed."""

    RATE = "rate"
    MEASURE = "measure"
    #: Numbers of whose name nothing is known: summed when a person says so.
    UNKNOWN = "unknown"
    #: What would be an amount, but some values are no numbers.
    ODD = "odd"
    #: … but its values can be read in two ways.
    AMBIGUOUS = "ambiguous"
    #: … but its values are in several currencies.
    CURRENCIES = "currencies"


@dataclass(frozen=True)
class Column:
    """One column. In the table it is called `c0`, `c1` …, so that no name of a file ever stands in a query."""

    place: int
    name: str
    kind: str
    filled: int
    distinct: int
    low: str = ""
    high: str = ""
    #: How its numbers (numbers.Form) or times (moments.py) are written; DIGITS of an id.
    form: str = ""
    #: How many decimals each of its numbers has; None where they differ.
    decimals: int | None = None
    #: Whether each of its numbers is a percentage with its sign.
    has_percent: bool = False
    #: The currency that its name or its values say.
    currency: str = ""
    #: Why it is not summed; "" for one that is.
    unsummed: str = ""
    #: Of one that is no number: how many of its values are, and one that is none.
    numbers: int = 0
    odd: str = ""
    #: How many of its numbers have more decimals than are added.
    rounded: int = 0

    @property
    def sql(self) -> str:
        """Its name in a query."""
        return f"c{self.place}"

    @property
    def number_sql(self) -> str:
        """Its value as the exact number that is added."""
        return number_sql(self.sql, self.form if self.is_number else "")

    @property
    def is_number_sql(self) -> str:
        """Whether a value of it is a number as computers write them."""
        return f"(regexp_full_match({self.sql}, '{ANY_NUMBER}') AND {number_sql(self.sql, '')} IS NOT NULL)"

    @property
    def is_rounded_sql(self) -> str:
        """Whether a number of it has more decimals than are added."""
        longer = "DECIMAL(38,24)"
        return f"(TRY_CAST({number_sql(self.sql, '')} AS {longer}) <> TRY_CAST({self.sql} AS {longer}))"

    @property
    def size_sql(self) -> str:
        """Its value as the exact number it is compared and sorted by."""
        return f"TRY_CAST({self.sql} AS {LONG_DECIMAL})" if self.rounded else self.number_sql

    @property
    def is_noise_sql(self) -> str:
        """Whether the last digits of a value were made by a binary fraction."""
        digits = f"ltrim(regexp_replace(split_part(lower({self.sql}), 'e', 1), '[^0-9]', '', 'g'), '0')"
        return f"length({digits}) >= {NOISE_DIGITS}"

    @property
    def moment_sql(self) -> str:
        """Its time as it is compared: "2026-11-02 10:00:00"."""
        return moment_sql(self.sql, self.form)

    @property
    def key(self) -> str:
        """Its name in an address; its place where the name has signs that an address has a meaning for."""
        return self.name if _PLAIN.fullmatch(self.name) else f"column-{self.place + 1}"

    @property
    def meaning(self) -> Meaning:
        """What its name says it is."""
        return meaning_of(self.name)

    @property
    def is_number(self) -> bool:
        """Whether all its values are numbers."""
        return self.kind == NUMBER

    @property
    def is_time(self) -> bool:
        """Whether all its values are days or times."""
        return self.kind == TIME

    @property
    def is_sorted_by_size(self) -> bool:
        """Whether larger values come later: numbers, and ids that are whole numbers."""
        return self.is_number or (not self.is_time and self.form == DIGITS)

    @property
    def is_count(self) -> bool:
        """Whether it counts something, and so has no currency."""
        return self.meaning is Meaning.COUNT and not self.currency

    def typed_exactly(self, text: str) -> Decimal | None:
        """A number as a person types it for this column, each digit of it; None for none, or one too large.

        The way the column's own values are written comes first. Raises `AmbiguousNumber` for what may be two numbers.
        """
        text = text.removesuffix("%").strip() if self.has_percent else text
        number = number_of(text, self.form if self.is_number else "")
        if number is None:
            text = number_text(text, is_whole=self.form == DIGITS)
            number = number_of(text)
        # A number that a computer would write so is not rounded.
        return number if number is None or number_of(text) is None else Decimal(text)


@dataclass(frozen=True)
class Amount:
    """A column that is summed, with what says in which currency: a column, or the code itself; None and "" for nothing.

    `needs_currency` is false of what counts something.
    """

    column: Column
    currency: Column | None
    code: str = ""
    needs_currency: bool = True

    @property
    def has_currency(self) -> bool:
        """Whether it is known in which currency it is, or it has none."""
        return bool(self.currency or self.code or not self.needs_currency)


@dataclass(frozen=True)
class GroupChoice:
    """One way to group that the page offers."""

    label: str
    value: str


class Columns:
    """All columns of a table."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self.all = tuple(columns)
        self._by_key = {column.key: column for column in self.all}
        self._by_name = {snake_name(column.name): column for column in reversed(self.all)}

    def get(self, key: str) -> Column | None:
        """The column an address calls so."""
        return self._by_key.get(key)

    @cached_property
    def moment(self) -> Column | None:
        """The moment of a row: the report's time column, else the first column of times."""
        named = (self._by_name.get(name) for name in _MOMENTS)
        return next(
            (
                column
                for column in (*named, *self.all)
                if column is not None and column.is_time and column.filled
            ),
            None,
        )

    @cached_property
    def amounts(self) -> list[Amount]:
        """What is summed. `payout_currency` tells of `payout`; `currency` of all that have none of their own."""
        return [self._amount(column) for column in self.all if column.is_number and not column.unsummed]

    def amount_of(self, column: Column) -> Amount:
        """A column of numbers that a person wants to be summed, split by the currencies there are."""
        common = self._currencies[1]
        return Amount(column, common, needs_currency=common is not None)

    def _amount(self, column: Column) -> Amount:
        if column.is_count:
            return Amount(column, None, needs_currency=False)
        own, common = self._currencies
        if column.currency:
            return Amount(column, None, column.currency)
        stem, name = stem_of(column.name), snake_name(column.name)
        return Amount(column, own.get(name) or own.get("_".join(stem)) or common)

    @cached_property
    def _currencies(self) -> tuple[dict[str, Column], Column | None]:
        """The columns of currencies by the amount they tell of, and the one that tells of all others."""
        own: dict[str, Column] = {}
        common: Column | None = None
        for column in self.all:
            if column.meaning is not Meaning.CURRENCY or column.is_number or column.is_time:
                continue
            before = currency_of_what(column.name)
            if before:
                own.setdefault("_".join(before), column)
            elif common is None:
                common = column
        if common is None and len(own) == 1:
            before_all, only = next(iter(own.items()))
            # "offer_currency" tells of all amounts; "payout_currency" of payouts alone.
            is_own = any(
                before_all in (snake_name(column.name), "_".join(stem_of(column.name)))
                for column in self.all
                if column.is_number and not column.unsummed
            )
            common = None if is_own else only
        return own, common

    @cached_property
    def group_choices(self) -> list[GroupChoice]:
        """The usual ways to group that this file has columns for: per day first."""
        choices = []
        if self.moment:
            choices.append(GroupChoice("Day", f"day:{self.moment.key}"))
        for label, names in _GROUPS:
            column = next((self._by_name[name] for name in names if name in self._by_name), None)
            if column:
                choices.append(GroupChoice(label, column.key))
        return choices
