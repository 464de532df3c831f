"""Draws bars one under another: the name and the value above each, so that both have room on a phone."""

from decimal import Decimal

from apps.ui.charts import marks
from apps.ui.charts.data import ChartData
from apps.ui.charts.scale import Scale
from apps.ui.charts.svg import element, percent, text, title
from apps.ui.values import MISSING, shortened

_ROW, _BAR = 36, 12
_LONGEST_NAME = 40


class Lying:
    """The bars, each perhaps of several parts."""

    def __init__(self, data: ChartData, chart_id: str) -> None:
        self._data = data
        self._id = chart_id
        self._numbers = [marks.number_of(place, is_rest=one.is_rest) for place, one in enumerate(data.series)]
        values = [[one.values[place] or Decimal(0) for one in data.series] for place in self._places]
        self._scale = Scale.of(
            [
                *(sum((one for one in row if one > 0), Decimal(0)) for row in values),
                *(sum((one for one in row if one < 0), Decimal(0)) for row in values),
            ]
        )

    @property
    def _places(self) -> range:
        return range(len(self._data.categories))

    def area(self, name: str) -> str:
        """The whole picture; `name` is what is read out."""
        zero = percent(self._scale.share(Decimal(0)))
        height = max(len(self._data.categories), 1) * _ROW
        parts = [marks.definitions(self._id, sorted(set(self._numbers)))]
        parts += [self._row(place) for place in self._places]
        parts.append(element("line", x1=zero, x2=zero, y1=0, y2=height, css="chart-zero"))
        return element(
            "svg",
            "".join(parts),
            css="chart-area chart-lying",
            width="100%",
            height=height,
            role="img",
            aria_label=name,
        )

    def _row(self, place: int) -> str:
        y = place * _ROW
        name = shortened(self._data.categories[place] or MISSING, _LONGEST_NAME)
        parts = [
            title(self._data.column_title(place)),
            text(name, x=4, y=y + 14, css="chart-label chart-name"),
            text(
                self._data.value_text(self._data.total_of(place)),
                x="100%",
                y=y + 14,
                css="chart-label chart-end",
            ),
        ]
        above = below = Decimal(0)
        for one, number in zip(self._data.series, self._numbers, strict=True):
            value = one.values[place]
            if not value:
                continue
            start = above if value > 0 else below
            low, high = sorted((start, start + value))
            above, below = (high, below) if value > 0 else (above, low)
            x, end = self._scale.share(low), self._scale.share(high)
            parts.append(
                element(
                    "rect",
                    x=percent(x),
                    y=y + 19,
                    width=percent(end - x),
                    height=_BAR,
                    fill=marks.fill(self._id, number),
                    css="chart-bar",
                )
            )
        return element("g", "".join(parts), css="chart-row")
