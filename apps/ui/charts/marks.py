"""What tells series apart besides their colour: the pattern of a fill, the dashes of a line, the shape of its marks."""

from apps.ui.charts.data import MAXIMUM_SERIES
from apps.ui.charts.svg import element

#: Hatchings, one a series; the first is plain. Drawn over the series' own colour.
_HATCHINGS = (
    "",
    "M-2 2L2 -2M0 8L8 0M6 10L10 6",
    "M2 2h2v2h-2zM6 6h2v2h-2z",
    "M0 2H8M0 6H8",
    "M-2 6L2 10M0 0L8 8M6 -2L10 2",
    "M2 0V8M6 0V8",
    "M0 4H8M4 0V8",
    "M0 0L8 8M0 8L8 0",
)
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 2", "5 2 1 2 1 2")
_SHAPES = (
    "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
    "M-3 -3h6v6h-6z",
    "M0 -4.2L4 3H-4z",
    "M0 -4.5L4.5 0L0 4.5L-4.5 0z",
    "M0 4.2L4 -3H-4z",
    "M-1.4 -4.2h2.8v2.8h2.8v2.8h-2.8v2.8h-2.8v-2.8h-2.8v-2.8h2.8z",
    "M-4 -1.8h8v3.6h-8z",
    "M-1.8 -4h3.6v8h-3.6z",
)


def number_of(place: int, *, is_rest: bool) -> int:
    """The number under which the style sheet knows a series, from 1; the last one is that of all others."""
    return MAXIMUM_SERIES if is_rest else place % (MAXIMUM_SERIES - 1) + 1


def definitions(chart_id: str, numbers: list[int]) -> str:
    """The patterns and marks that the elements of one chart name."""
    parts = []
    for number in numbers:
        hatching = _HATCHINGS[number - 1]
        ground = element("rect", width=8, height=8, css=f"chart-ink-{number}")
        lines = element("path", d=hatching, css="chart-hatch") if hatching else ""
        parts.append(
            element(
                "pattern",
                ground + lines,
                id=f"{chart_id}-fill-{number}",
                width=8,
                height=8,
                patternUnits="userSpaceOnUse",
            )
        )
        parts.append(element("path", id=f"{chart_id}-mark-{number}", d=_SHAPES[number - 1]))
    return element("defs", "".join(parts))


def fill(chart_id: str, number: int) -> str:
    """The value of `fill` for a series."""
    return f"url(#{chart_id}-fill-{number})"


def dashes(number: int) -> str:
    """The value of `stroke-dasharray` for a series; "" for an unbroken line."""
    return _DASHES[number - 1]
