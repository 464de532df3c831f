"""A chart for a template (`components/_chart.html`): picture, legend, and the same values as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString

from apps.ui.charts import marks
from apps.ui.charts.data import ChartData, Kind
from apps.ui.charts.lying import Lying
from apps.ui.charts.svg import element, picture
from apps.ui.charts.upright import Upright
from apps.ui.values import MISSING, shortened

#: More bars than this are too thin to be told apart.
MAXIMUM_COLUMNS = 120
MAXIMUM_LINES = 20
_LONGEST_NAME = 60


@dataclass(frozen=True)
class LegendEntry:
    """One series: how it is drawn, and its name."""

    swatch: SafeString
    name: str


@dataclass(frozen=True)
class TableLine:
    """One line of the table."""

    name: str
    values: Sequence[str]


class Chart:
    """One picture of the values; of too many categories the last of a calendar, or the largest."""

    def __init__(self, data: ChartData, kind: Kind = Kind.BARS, chart_id: str = "chart") -> None:
        self.all = data
        self.id = chart_id
        # Names have no order that a line could follow.
        self.kind = kind if data.is_calendar or kind is not Kind.LINES else Kind.STACKED
        self.shown = data.part(self._places)
        if self.kind is Kind.LINES:
            # One line for all others would press the rest to the ground.
            self.shown = self.shown.without_rest()

    @property
    def _places(self) -> list[int]:
        places = list(range(len(self.all.categories)))
        if self.all.is_calendar:
            return places[-MAXIMUM_COLUMNS:]
        return sorted(places, key=self.all.total_of, reverse=True)[:MAXIMUM_LINES]

    @property
    def hidden(self) -> int:
        """How many categories are in the table alone."""
        return len(self.all.categories) - len(self.shown.categories)

    @property
    def undrawn(self) -> str:
        """The series that is in the table alone; "" where all are drawn."""
        names = [one.name for one in self.all.series if one.is_rest]
        return names[0] if names and self.kind is Kind.LINES else ""

    @property
    def shown_count(self) -> int:
        """How many are drawn."""
        return len(self.shown.categories)

    @property
    def name(self) -> str:
        """What the picture is called by whoever hears it."""
        what = "lines" if self.kind is Kind.LINES else "bars"
        parts = f", in {len(self.shown.series)} parts" if len(self.shown.series) > 1 else ""
        return f"{self.all.title}: {self.shown_count} {what}{parts}. The table has the numbers."

    @cached_property
    def svg(self) -> SafeString:
        """The picture, with the axis before it where there is one."""
        if self.all.is_calendar:
            upright = Upright(self.shown, self.kind, self.id)
            return picture(upright.axis(), upright.area(self.name))
        return picture(Lying(self.shown, self.id).area(self.name))

    @cached_property
    def legend(self) -> list[LegendEntry]:
        """The series by their names; nothing where there is one."""
        if len(self.shown.series) < 2:
            return []
        return [
            LegendEntry(
                self._swatch(marks.number_of(place, is_rest=one.is_rest)),
                shortened(one.name or MISSING, _LONGEST_NAME),
            )
            for place, one in enumerate(self.shown.series)
        ]

    def _swatch(self, number: int) -> SafeString:
        if self.kind is Kind.LINES:
            drawn = element(
                "line",
                x1=0,
                x2=28,
                y1=7,
                y2=7,
                css=f"chart-stroke chart-line-{number}",
                stroke_dasharray=marks.dashes(number),
            ) + element("use", href=f"#{self.id}-mark-{number}", x=14, y=7, css=f"chart-ink-{number}")
            width = 28
        else:
            drawn = element("rect", width=14, height=14, fill=marks.fill(self.id, number))
            width = 14
        return picture(element("svg", drawn, width=width, height=14, aria_hidden="true", css="chart-swatch"))

    @property
    def table(self) -> list[TableLine]:
        """All values, drawn or not."""
        return [
            TableLine(name or MISSING, [self.all.value_text(one.values[place]) for one in self.all.series])
            for place, name in enumerate(self.all.categories)
        ]
