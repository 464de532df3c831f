"""Spark lines: how a number went, within a line of text or a cell."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from django.utils.safestring import SafeString

from apps.ui.charts.svg import at, element, picture, title

WIDTH, HEIGHT = 96, 24
_EDGE = 3


def spark_line(values: Sequence[Decimal], name: str, text: Callable[[Decimal], str]) -> SafeString:
    """The values as a line with a dot at the last. `name` says what they are; the numbers that matter follow it."""
    if not values:
        return picture()
    low, high = min(values), max(values)
    words = f"{name}: lowest {text(low)}, highest {text(high)}, last {text(values[-1])}"
    span = (high - low) or Decimal(1)
    step = Decimal(WIDTH - 2 * _EDGE) / max(len(values) - 1, 1)
    points = [
        (_EDGE + step * place, HEIGHT - _EDGE - (value - low) / span * (HEIGHT - 2 * _EDGE))
        for place, value in enumerate(values)
    ]
    path = "L".join(f"{at(x)} {at(y)}" for x, y in points)
    last = points[-1]
    drawn = (
        title(words)
        + element("path", d=f"M{path}", css="chart-stroke chart-line-1")
        + element("circle", cx=last[0], cy=last[1], r=Decimal("2.5"), css="chart-ink-1")
    )
    return picture(
        element("svg", drawn, css="spark", width=WIDTH, height=HEIGHT, role="img", aria_label=words)
    )
