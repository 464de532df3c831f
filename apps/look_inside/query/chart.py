"""Bar charts: computes the coordinates of an SVG, which the template writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.ui.values import MISSING, shortened

WIDTH = 900
#: More bars than this are too thin to be told apart.
MAXIMUM_COLUMNS = 120
MAXIMUM_LINES = 25
_COLUMN_HEIGHT = 180
_LINE_HEIGHT = 26
_TOP = 22
_BOTTOM = 24
_LABEL_WIDTH = 230
_VALUE_WIDTH = 130
_LONGEST_LABEL = 32
#: The width of a day's label and some air.
_CALENDAR_LABEL = 84


@dataclass(frozen=True)
class Bar:
    """One value with its name."""

    label: str
    value: Decimal
    text: str

    @property
    def name(self) -> str:
        """The name; a dash where the rows have no value."""
        return self.label or MISSING


@dataclass(frozen=True)
class Rectangle:
    """A bar where it is drawn, with its label's place."""

    bar: Bar
    x: str
    y: str
    width: str
    height: str
    label_x: str
    label_y: str
    label: str
    value_x: str = ""


@dataclass(frozen=True)
class Chart:
    """The whole picture. A calendar stands upright, from left to right; everything else lies."""

    is_upright: bool
    height: int
    base: str
    rectangles: Sequence[Rectangle]
    highest: str
    hidden: int
    width: int = WIDTH
    label_x: int = _LABEL_WIDTH - 8

    @classmethod
    def of(cls, bars: Sequence[Bar], *, is_calendar: bool) -> "Chart":
        """The bars as a picture; of too many the last days, or the largest ones."""
        return _upright(bars[-MAXIMUM_COLUMNS:], len(bars)) if is_calendar else _lying(bars, len(bars))


def _upright(bars: Sequence[Bar], count: int) -> Chart:
    low, span = _scale(bars)
    step = Decimal(WIDTH) / max(len(bars), 1)
    base = _TOP + _COLUMN_HEIGHT * (1 + low / span)
    # Between two labels the others say their name when pointed at.
    every = max(1, -(-len(bars) * _CALENDAR_LABEL // WIDTH))
    rectangles = []
    for place, bar in enumerate(bars):
        height = abs(bar.value) / span * _COLUMN_HEIGHT
        x = step * place
        width = min(max(step * Decimal("0.8"), Decimal(1)), Decimal(60))
        y = base - height if bar.value >= 0 else base
        is_labelled = place % every == 0 and x + _CALENDAR_LABEL <= WIDTH
        label = bar.name if is_labelled else ""
        rectangles.append(
            Rectangle(
                bar, _at(x), _at(y), _at(width), _at(height), _at(x), _at(_TOP + _COLUMN_HEIGHT + 17), label
            )
        )
    highest = max(bars, key=lambda bar: bar.value).text if bars else ""
    return Chart(True, _TOP + _COLUMN_HEIGHT + _BOTTOM, _at(base), rectangles, highest, count - len(bars))


def _lying(bars: Sequence[Bar], count: int) -> Chart:
    shown = sorted(bars, key=lambda bar: bar.value, reverse=True)[:MAXIMUM_LINES]
    low, span = _scale(shown)
    room = WIDTH - _LABEL_WIDTH - _VALUE_WIDTH
    base = _LABEL_WIDTH - room * low / span
    rectangles = []
    for place, bar in enumerate(shown):
        width = abs(bar.value) / span * room
        x = base if bar.value >= 0 else base - width
        y = place * _LINE_HEIGHT
        label = shortened(bar.name, _LONGEST_LABEL)
        rectangles.append(
            Rectangle(
                *(bar, _at(x), _at(Decimal(y + 4)), _at(width), _at(Decimal(_LINE_HEIGHT - 8))),
                *(_at(Decimal(_LABEL_WIDTH - 8)), _at(Decimal(y + 18)), label, _at(x + width + 6)),
            )
        )
    return Chart(False, max(len(shown), 1) * _LINE_HEIGHT, _at(base), rectangles, "", count - len(shown))


def _scale(bars: Sequence[Bar]) -> tuple[Decimal, Decimal]:
    """The lowest value, at most 0, and how far it is from there to the highest; never 0."""
    low = min((bar.value for bar in bars), default=Decimal(0))
    high = max((bar.value for bar in bars), default=Decimal(0))
    low, high = min(low, Decimal(0)), max(high, Decimal(0))
    return low, (high - low) or Decimal(1)


def _at(value: Decimal | int) -> str:
    """A coordinate as SVG has it, with a point whatever the locale."""
    return f"{value:.1f}"
