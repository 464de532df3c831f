"""Draws a calendar: bars, stacked bars or lines from left to right.

Across, everything stands at a share of the width, and nothing is scaled: letters are as large on a phone as on a desk.
"""

from decimal import Decimal

from apps.ui.charts import marks
from apps.ui.charts.data import ChartData, Kind
from apps.ui.charts.scale import Scale, short_number
from apps.ui.charts.svg import at, element, percent, text, title
from apps.ui.values import MISSING

PLOT = 200
_TOP, _BOTTOM, _AXIS = 10, 24, 52
HEIGHT = _TOP + PLOT + _BOTTOM
#: Labels under the calendar on a desk, and on a phone.
_LABELS, _FEW_LABELS = 9, 3
#: More marks than this make a line unreadable.
_MOST_MARKS = 45
_WIDEST_BAR = Decimal("0.08")
#: The width that paths are drawn in; the browser stretches it.
_PATH_WIDTH = 1000


class Upright:
    """One calendar as two pictures beside each other: the axis of fixed width, and the area that takes the rest."""

    def __init__(self, data: ChartData, kind: Kind, chart_id: str) -> None:
        self._data = data
        self._kind = kind
        self._id = chart_id
        self._numbers = [marks.number_of(place, is_rest=one.is_rest) for place, one in enumerate(data.series)]
        self._scale = Scale.of(self._extremes())
        self._step = Decimal(1) / max(len(data.categories), 1)

    def _extremes(self) -> list[Decimal]:
        if self._kind is Kind.LINES:
            return [value for one in self._data.series for value in one.values if value is not None]
        found = []
        for place in range(len(self._data.categories)):
            values = [one.values[place] or Decimal(0) for one in self._data.series]
            found.append(sum((value for value in values if value > 0), Decimal(0)))
            found.append(sum((value for value in values if value < 0), Decimal(0)))
        return found

    def axis(self) -> str:
        """The numbers of the lines; said by the table, so not read out."""
        labels = "".join(
            text(short_number(tick), x=_AXIS - 6, y=self._y(tick) + 4, css="chart-label chart-end")
            for tick in self._scale.ticks
        )
        return element("svg", labels, css="chart-axis", width=_AXIS, height=HEIGHT, aria_hidden="true")

    def area(self, name: str) -> str:
        """Lines of the axis, values and labels; `name` is what is read out."""
        parts = [marks.definitions(self._id, sorted(set(self._numbers)))]
        for tick in self._scale.ticks:
            css = "chart-zero" if not tick else "chart-line"
            y = self._y(tick)
            parts.append(element("line", x1=0, x2="100%", y1=y, y2=y, css=css))
        parts += self._lines() if self._kind is Kind.LINES else self._bars()
        parts += [self._hit(place) for place in range(len(self._data.categories))]
        parts += self._labels()
        return element(
            "svg", "".join(parts), css="chart-area", width="100%", height=HEIGHT, role="img", aria_label=name
        )

    def _y(self, value: Decimal) -> Decimal:
        return _TOP + PLOT * (1 - self._scale.share(value))

    def _middle(self, place: int) -> Decimal:
        return self._step * place + self._step / 2

    def _bars(self) -> list[str]:
        width = min(self._step * Decimal("0.8"), _WIDEST_BAR)
        found = []
        for place in range(len(self._data.categories)):
            x = self._middle(place) - width / 2
            above = below = Decimal(0)
            for one, number in zip(self._data.series, self._numbers, strict=True):
                value = one.values[place]
                if not value:
                    continue
                start = above if value > 0 else below
                low, high = sorted((start, start + value))
                if value > 0:
                    above = high
                else:
                    below = low
                top, bottom = self._y(high), self._y(low)
                found.append(
                    element(
                        "rect",
                        x=percent(x),
                        y=top,
                        width=percent(width),
                        height=bottom - top,
                        fill=marks.fill(self._id, number),
                        css="chart-bar",
                    )
                )
        return found

    def _lines(self) -> list[str]:
        found = []
        has_marks = len(self._data.categories) <= _MOST_MARKS
        for one, number in zip(self._data.series, self._numbers, strict=True):
            points = [
                (self._middle(place), self._y(value))
                for place, value in enumerate(one.values)
                if value is not None
            ]
            joined = "L".join(f"{at(x * _PATH_WIDTH)} {at(y)}" for x, y in points)
            path = element(
                "path",
                d=f"M{joined}",
                css=f"chart-stroke chart-line-{number}",
                stroke_dasharray=marks.dashes(number),
                vector_effect="non-scaling-stroke",
            )
            if points:
                found.append(
                    element(
                        "svg",
                        path,
                        width="100%",
                        height=HEIGHT,
                        view_box=f"0 0 {_PATH_WIDTH} {HEIGHT}",
                        keep_ratio="none",
                    )
                )
            if has_marks or len(points) == 1:
                found += [
                    element(
                        "use", href=f"#{self._id}-mark-{number}", x=percent(x), y=y, css=f"chart-ink-{number}"
                    )
                    for x, y in points
                ]
        return found

    def _hit(self, place: int) -> str:
        """The whole height of a category says its values when it is pointed at."""
        return element(
            "rect",
            title(self._data.column_title(place)),
            x=percent(self._step * place),
            y=_TOP,
            width=percent(self._step),
            height=PLOT,
            css="chart-hit",
        )

    def _labels(self) -> list[str]:
        count = len(self._data.categories)
        every = -(-count // _LABELS)
        shown = list(range(0, count, every))
        few = set(shown[:: -(-len(shown) // _FEW_LABELS)]) if shown else set()
        found = []
        for place in shown:
            x, side = self._middle(place), ""
            if place == 0 and count > 1:
                x, side = Decimal(0), " chart-start"
            elif x > Decimal("0.85"):
                x, side = Decimal(1), " chart-end"
            css = "chart-label" + (side or " chart-middle") + ("" if place in few else " chart-wide")
            words = self._data.categories[place] or MISSING
            found.append(text(words, x=percent(x), y=_TOP + PLOT + 17, css=css))
        return found
