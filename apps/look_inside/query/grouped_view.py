"""Groups for their template: heads that sort, rows that open, totals, and the chart with its choices."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import cached_property

from apps.look_inside.query.figures import Figure, Line
from apps.look_inside.query.groups import Groups
from apps.look_inside.query.pivot import Pivot
from apps.look_inside.query.state import BY_NAME, BY_PART, BY_ROWS, BY_TOTAL, PreparedTableState
from apps.ui.cells import Cell
from apps.ui.charts.chart import Chart
from apps.ui.charts.data import Kind
from apps.ui.links import ChoiceLink
from apps.ui.tables import Header, Row
from apps.ui.values import MISSING, shortened

_LONGEST_NAME = 60
_KIND_WORDS = {Kind.BARS: "Bars", Kind.STACKED: "Stacked bars", Kind.LINES: "Lines"}


class GroupedView:
    """What `_groups.html` draws of one grouping, or of two."""

    def __init__(
        self, found: Groups | Pivot, state: PreparedTableState, link: Callable[[PreparedTableState], str]
    ) -> None:
        self.found = found
        self._state = state
        self._link = link

    @property
    def label(self) -> str:
        """What rows are grouped by, in words."""
        if isinstance(self.found, Pivot):
            return f"{self.found.group.label} by {self.found.split.label}"
        return self.found.group.label

    @property
    def table_name(self) -> str:
        """What the table is called."""
        if isinstance(self.found, Pivot):
            return self.found.chart_title
        return f"Rows and sums per {self.label}"

    @property
    def listed_words(self) -> str:
        """Which groups are listed where some are not; "" where all are."""
        found = self.found
        if found.hidden_groups <= 0:
            return ""
        shown = f"{found.group_count - found.hidden_groups:,} of {found.group_count:,} groups"
        if self._state.order:
            return f"Listed are the first {shown} in this order; the totals are of all."
        if found.group.period:
            return f"Listed are the last {shown}; the totals are of all."
        most = "largest ones" if isinstance(found, Pivot) else "ones with the most rows"
        return f"Listed are {shown}, the {most}; the totals are of all."

    # --- the chart ---

    @cached_property
    def chart(self) -> Chart:
        """The figure that was chosen, drawn as was chosen."""
        return Chart(self.found.chart_data, self.kind)

    @property
    def kind(self) -> Kind:
        """How it is drawn."""
        kinds = self._kinds
        wanted = Kind(self._state.chart) if self._state.chart else kinds[0]
        return wanted if wanted in kinds else kinds[0]

    @property
    def _kinds(self) -> list[Kind]:
        bars = Kind.STACKED if isinstance(self.found, Pivot) else Kind.BARS
        return [bars, Kind.LINES] if self.found.group.period else [bars]

    @property
    def kind_links(self) -> list[ChoiceLink]:
        """The ways to draw it; nothing where there is one."""
        kinds = self._kinds
        if len(kinds) < 2:
            return []
        return [
            ChoiceLink(
                _KIND_WORDS[kind],
                self._link(self._state.with_chart("" if kind is kinds[0] else kind)),
                kind is self.kind,
            )
            for kind in kinds
        ]

    @property
    def figure_links(self) -> list[ChoiceLink]:
        """What can be drawn."""
        return [
            ChoiceLink(one.label, self._link(self._state.with_figure(one.value)), one == self.found.figure)
            for one in self.found.figures
        ]

    # --- the table ---

    @cached_property
    def heads(self) -> list[Header]:
        """The heads of the columns; each orders the groups."""
        name = self._head(self.found.group.label, "", BY_NAME)
        if isinstance(self.found, Pivot):
            parts = [
                self._head(shortened(part.name or MISSING, _LONGEST_NAME), "number", f"{BY_PART}{part.name}")
                for part in self.found.parts
            ]
            rest = [Header(self.found.rest_name, "number", "", "")] if self.found.rest_count else []
            return [name, self._head("Total", "number", BY_TOTAL), *parts, *rest]
        rows = self._head("Rows", "number", BY_ROWS)
        return [name, rows, *(self._amount_head(place) for place in range(len(self.found.amounts.all)))]

    def _amount_head(self, place: int) -> Header:
        """An amount is ordered by one currency: the one that is drawn, else the first there is."""
        name = self.found.amounts.all[place].column.name
        own = [one for one in self.found.figures if one.place == place]
        if not own:
            return Header(name, "number", "", "")
        chosen = next((one for one in own if one == self.found.figure), own[0])
        # Its rows are in several currencies, each told there: the head names one where that decides their order.
        is_ordered = self._state.order.removeprefix("-") == chosen.value
        label = f"{name}, by {chosen.currency}" if len(own) > 1 and chosen.currency and is_ordered else name
        return self._head(label, "number", chosen.value)

    def _head(self, label: str, css: str, by: str) -> Header:
        order = ""
        if self._state.order and self._state.order.removeprefix("-") == by:
            order = "descending" if self._state.order.startswith("-") else "ascending"
        return Header(label, css, self._link(self._state.with_order(by)), order)

    @cached_property
    def rows(self) -> list[Row]:
        """The groups; the name of each leads to its rows."""
        if isinstance(self.found, Pivot):
            return [
                self._row(line.key, _values(self.found, line.values, line.rest, line.total))
                for line in self.found.lines
            ]
        return [self._row(line.key, _sums(line)) for line in self.found.lines]

    @property
    def totals(self) -> list[Row]:
        """The totals of all groups, listed or not."""
        if isinstance(self.found, Pivot):
            parts = [part.total for part in self.found.parts]
            return [Row("", "Total", "", _values(self.found, parts, self.found.rest, self.found.total))]
        return [Row("", "Total", "", _sums(line)) for line in self.found.totals]

    def _row(self, key: str, cells: Sequence[Cell]) -> Row:
        url = self._link(self._state.rows_of(self.found.group, key))
        return Row("", key or MISSING, url, cells)


def _sums(line: Line) -> list[Cell]:
    sums = [Cell(one.text, suffix=one.currency_text, css="number") for one in line.sums]
    return [Cell(f"{line.rows:,}", css="number"), *sums]


def _values(
    found: Pivot, values: Sequence[Decimal | None], rest: Decimal | None, total: Decimal | None
) -> list[Cell]:
    shown = [total, *values, *([rest] if found.rest_count else [])]
    return [Cell(_text(found.figure, value), css="number") for value in shown]


def _text(figure: Figure, value: Decimal | None) -> str:
    return MISSING if value is None else figure.text(value)
