"""The axis of a chart: round numbers from the lowest value to the highest, zero among them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))
_UNITS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "G"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "k"))
_WANTED_TICKS = 4


@dataclass(frozen=True)
class Scale:
    """From `low` to `high` by `step`; never without a span."""

    low: Decimal
    high: Decimal
    step: Decimal

    @classmethod
    def of(cls, values: Iterable[Decimal]) -> "Scale":
        """The scale that holds all values and zero."""
        found = [Decimal(0), *values]
        low, high = min(found), max(found)
        if low == high:
            return cls(Decimal(0), Decimal(1), Decimal(1))
        step = _round_step((high - low) / _WANTED_TICKS)
        return cls(_down(low, step), -_down(-high, step), step)

    @property
    def ticks(self) -> list[Decimal]:
        """The values that have a line of their own."""
        count = int((self.high - self.low) / self.step)
        return [self.low + self.step * number for number in range(count + 1)]

    def share(self, value: Decimal) -> Decimal:
        """Where a value lies: 0 at the lowest end, 1 at the highest."""
        return (value - self.low) / (self.high - self.low)


def short_number(value: Decimal) -> str:
    """A number of an axis in few signs: 2.5k, 10M."""
    for size, sign in _UNITS:
        if abs(value) >= size:
            return f"{_plain(value / size)}{sign}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value.normalize():f}"
    return "0" if text == "-0" else text


def _round_step(rough: Decimal) -> Decimal:
    size = Decimal(1).scaleb(rough.adjusted())
    return next(size * step for step in _STEPS if size * step >= rough)


def _down(value: Decimal, step: Decimal) -> Decimal:
    whole = value // step
    return step * (whole - 1 if whole * step > value else whole)
