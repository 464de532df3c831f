"""The columns of a prepared table: what their values are, and which of them a report is grouped and summed by."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

TEXT = "text"
NUMBER = "number"
TIME = "time"

#: A number as most are written, without leading zeros: "007" is an id, and stays a text. Fits DECIMAL(27,12).
PLAIN_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?"
#: The same however it is written: ".5", "+1", "1e3", "0.30000000000000004". Not all of them fit.
ANY_NUMBER = r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"
#: A day, or a day and a time of day, perhaps with a zone.
TIME_PATTERN = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?(?: ?(?:Z|UTC|[+-][0-9]{2}:?[0-9]{2}))?)?"
)

#: An exact number: what is added, compared and sorted. More than twelve decimals are rounded, binary noise with them.
DECIMALS = 12
DECIMAL = f"DECIMAL(27,{DECIMALS})"
_LARGEST = Decimal(10) ** 15
_ANY_NUMBER = re.compile(ANY_NUMBER)
#: A column of texts is called mostly numbers from this share on.
_MOSTLY = 0.9

_PLAIN = re.compile(r"[A-Za-z0-9_.-]+(?: [A-Za-z0-9_.-]+)*")
#: Words in the name of a column whose numbers are no amounts.
_NO_AMOUNT = re.compile(
    "id|ids|ip|time|date|unix|timestamp|version|code|zip|postcode|phone|year|month|day|hour|port|number|bundle|"
    "session|device"
)
_CURRENCY = re.compile(r"(?:(?P<before>.+)[_ ])?currency(?:[_ ]code)?", re.IGNORECASE)
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


def number_of(text: str) -> Decimal | None:
    """The exact number a text is taken for; None for one that is none, or is too large."""
    if not _ANY_NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    if number.adjusted() >= _LARGEST.adjusted():
        return None
    rounded = number.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP)
    return rounded if abs(rounded) < _LARGEST else None


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
    #: Of a column of texts: how many of its values are numbers, and one that is none.
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
        """Its value as an exact number."""
        return f"TRY_CAST({self.sql} AS {DECIMAL})"

    @property
    def is_number_sql(self) -> str:
        """Whether a value of it is a number."""
        return f"(regexp_full_match({self.sql}, '{ANY_NUMBER}') AND {self.number_sql} IS NOT NULL)"

    @property
    def is_rounded_sql(self) -> str:
        """Whether a number of it has more decimals than are added."""
        longer = "DECIMAL(38,24)"
        return f"(TRY_CAST({self.number_sql} AS {longer}) <> TRY_CAST({self.sql} AS {longer}))"

    @property
    def moment_sql(self) -> str:
        """Its time as the wall clock showed it: "2026-11-02 10:00:00"."""
        return f"replace(substr({self.sql}, 1, 19), 'T', ' ')"

    @property
    def key(self) -> str:
        """Its name in an address; its place where the name has signs that an address has a meaning for."""
        return self.name if _PLAIN.fullmatch(self.name) else f"column-{self.place + 1}"

    @property
    def words(self) -> frozenset[str]:
        """The words its name is made of."""
        return frozenset(re.findall(r"[a-z]+|[0-9]+", self.name.lower()))

    @property
    def is_number(self) -> bool:
        """Whether all its values are numbers."""
        return self.kind == NUMBER

    @property
    def is_time(self) -> bool:
        """Whether all its values are days or times."""
        return self.kind == TIME

    @property
    def is_amount(self) -> bool:
        """Whether it can be summed: numbers that are neither ids nor moments."""
        return self.is_number and self._names_an_amount

    @property
    def is_nearly_amount(self) -> bool:
        """Whether it would be summed but for a few of its values."""
        is_mostly = self.kind == TEXT and self.numbers >= _MOSTLY * self.filled > 0
        return is_mostly and self._names_an_amount

    @property
    def _names_an_amount(self) -> bool:
        return not any(_NO_AMOUNT.fullmatch(word) for word in self.words)


@dataclass(frozen=True)
class Amount:
    """A column that can be summed, with the column that says in which currency; None where the file has none."""

    column: Column
    currency: Column | None


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
        self._by_name = {column.name.lower(): column for column in reversed(self.all)}

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
        """What can be summed. `payout_currency` tells of `payout`; `currency` of all that have none of their own."""
        own: dict[str, Column] = {}
        common: Column | None = None
        for column in self.all:
            match = None if column.is_number or column.is_time else _CURRENCY.fullmatch(column.name)
            if match and match["before"]:
                own.setdefault(match["before"].lower(), column)
            elif match and common is None:
                common = column
        if common is None and len(own) == 1:
            before, only = next(iter(own.items()))
            # "offer_currency" tells of all amounts; "payout_currency" of payouts alone.
            common = None if before in self._by_name and self._by_name[before].is_amount else only
        return [
            Amount(column, own.get(column.name.lower(), common)) for column in self.all if column.is_amount
        ]

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
