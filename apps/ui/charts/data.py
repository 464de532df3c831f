"""What a chart shows: values of one or several series, one for each category."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from apps.ui.values import MISSING

#: So many series can be told apart by colour, pattern and mark; the last one is that of all others.
MAXIMUM_SERIES = 8


class Kind(StrEnum):
    """How values are drawn."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True)
class Series:
    """One line, or one part of each bar; None where there is no value."""

    name: str
    values: Sequence[Decimal | None]
    #: Whether it is what the others leave over.
    is_rest: bool = False


@dataclass(frozen=True)
class ChartData:
    """The values, and how they are written. A calendar runs from left to right; all else stands one under another."""

    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    is_calendar: bool
    text: Callable[[Decimal], str]

    def value_text(self, value: Decimal | None) -> str:
        """A value as the table has it."""
        return MISSING if value is None else self.text(value)

    def column_title(self, place: int) -> str:
        """What is said of one category: its name and all of its values."""
        name = self.categories[place] or MISSING
        if len(self.series) == 1:
            return f"{name}: {self.value_text(self.series[0].values[place])}"
        parts = [
            f"{one.name or MISSING}: {self.value_text(one.values[place])}"
            for one in self.series
            if one.values[place]
        ]
        return "\n".join([name, *parts])

    def part(self, places: Sequence[int]) -> "ChartData":
        """The same with these categories alone, in this order."""
        return ChartData(
            self.title,
            [self.categories[place] for place in places],
            [Series(one.name, [one.values[place] for place in places], one.is_rest) for one in self.series],
            self.is_calendar,
            self.text,
        )

    def without_rest(self) -> "ChartData":
        """The same without the series of all others."""
        own = [one for one in self.series if not one.is_rest]
        return ChartData(self.title, self.categories, own, self.is_calendar, self.text)

    def total_of(self, place: int) -> Decimal:
        """All series of one category together."""
        return sum((one.values[place] or Decimal(0) for one in self.series), Decimal(0))
