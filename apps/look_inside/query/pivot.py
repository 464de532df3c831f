"""Two groupings at once: the groups of one stand under each other, those of the other beside each other.

One figure stands in the cells, so no two currencies meet. Parts beyond the largest ones are added up as "others".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from apps.look_inside.columns import Columns
from apps.look_inside.query.calendar import with_gaps_filled
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.figures import Figure, SummedAmounts
from apps.look_inside.query.groups import MAXIMUM_GROUPS, collect, name_order, ordered, totals_of
from apps.look_inside.query.sql import Query
from apps.look_inside.query.state import BY_NAME, BY_PART, BY_TOTAL, Group, PreparedTableState
from apps.ui.charts.data import MAXIMUM_SERIES, ChartData, Series
from apps.ui.values import MISSING

#: So many parts stand beside each other.
MAXIMUM_PARTS = 12
_REST = -1


@dataclass(frozen=True)
class Part:
    """One group of the second grouping."""

    name: str
    total: Decimal | None


@dataclass(frozen=True)
class PivotLine:
    """One group of the first grouping: a value for each part, one for all others together, and one for all."""

    key: str
    values: Sequence[Decimal | None]
    rest: Decimal | None
    total: Decimal | None


class Pivot:
    """The table of two groupings, of one figure."""

    def __init__(
        self,
        groups: tuple[Group, Group],
        amounts: SummedAmounts,
        state: PreparedTableState,
        figures: list[Figure],
    ) -> None:
        self.group, self.split = groups
        self.amounts = amounts
        self.figures = figures
        self.figure = next((one for one in figures if one.value == state.figure), figures[0])
        self.parts: list[Part] = []
        self.part_count = 0
        self.lines: list[PivotLine] = []
        self.rest: Decimal | None = None
        self.total: Decimal | None = None
        self.group_count = 0

    @property
    def hidden_groups(self) -> int:
        """How many groups are not listed."""
        return self.group_count - len(self.lines)

    @property
    def rest_count(self) -> int:
        """How many parts are added up as others."""
        return self.part_count - len(self.parts)

    @property
    def rest_name(self) -> str:
        """What they are called."""
        return f"{self.rest_count:,} other{'s' if self.rest_count > 1 else ''}"

    @property
    def chart_title(self) -> str:
        """What is drawn, in words."""
        return f"{self.figure.label} per {self.group.label} by {self.split.label}"

    @cached_property
    def chart_data(self) -> ChartData:
        """The largest parts as series, and all that are left as one more."""
        by_key = {line.key: line for line in self.lines}
        keys = sorted(by_key) if self.group.period else list(by_key)
        if self.hidden_groups <= 0:
            keys = with_gaps_filled(keys, self.group.period)
        drawn = self._drawn()
        series = [
            Series(self.parts[place].name or MISSING, [_value(by_key, key, place) for key in keys])
            for place in drawn
        ]
        left = self.part_count - len(drawn)
        if left:
            values = [_left_over(by_key.get(key), drawn) for key in keys]
            series.append(Series(f"{left:,} other{'s' if left > 1 else ''}", values, is_rest=True))
        return ChartData(self.chart_title, keys, series, bool(self.group.period), self.figure.text)

    def _drawn(self) -> list[int]:
        """The places of the parts that get a series of their own."""
        places = list(range(len(self.parts)))
        if self.part_count <= MAXIMUM_SERIES - 1:
            return places
        largest = sorted(places, key=lambda place: abs(self.parts[place].total or Decimal(0)), reverse=True)
        return sorted(largest[: MAXIMUM_SERIES - 1])


def read_pivot(
    questions: TableConnection,
    groups: tuple[Group, Group],
    columns: Columns,
    where: Query,
    state: PreparedTableState,
    most: int = MAXIMUM_GROUPS,
) -> Pivot:
    """Ask the table for both groupings."""
    amounts = collect(questions, groups, columns, where, state)
    found = Pivot(groups, amounts, state, amounts.figures(totals_of(questions, amounts)))
    counts = questions.query(
        "SELECT (SELECT count(*) FROM (SELECT DISTINCT key FROM g)),"
        " (SELECT count(*) FROM (SELECT DISTINCT part FROM g))"
    )
    found.group_count, found.part_count = int(counts[0][0]), int(counts[0][1])
    _read_parts(questions, found)
    _read_lines(questions, found, state, most)
    return found


def _read_parts(questions: TableConnection, found: Pivot) -> None:
    """The largest parts, or the newest ones of a calendar, numbered as they stand beside each other."""
    value = found.amounts.value_sql(found.figure)
    kept = "part DESC NULLS LAST" if found.split.period else "abs(total) DESC NULLS LAST, part NULLS LAST"
    shown = name_order(found.split, "part") if found.split.period else kept
    questions.query(
        f"CREATE TEMP TABLE p AS SELECT part, total, row_number() OVER (ORDER BY {shown}) - 1 AS place FROM"
        f" (SELECT part, {value} AS total FROM g GROUP BY part ORDER BY {kept} LIMIT {MAXIMUM_PARTS})",
        found.amounts.value_parameters(found.figure),
    )
    parts = questions.query("SELECT part, total FROM p ORDER BY place")
    found.parts = [Part(_name(part), _decimal(total)) for part, total in parts]


def _read_lines(questions: TableConnection, found: Pivot, state: PreparedTableState, most: int) -> None:
    value, given = found.amounts.value_sql(found.figure), found.amounts.value_parameters(found.figure)
    ranked = _ranking(found, state)
    shown = "g.key" if found.group.period and not state.order else "min(kept.place)"
    cells = questions.query(
        f"WITH kept AS (SELECT key, {ranked.sql} AS place FROM g GROUP BY key ORDER BY place LIMIT {most})"
        f" SELECT g.key, coalesce(p.place, {_REST}), {value} FROM g"
        " JOIN kept ON g.key IS NOT DISTINCT FROM kept.key"
        " LEFT JOIN p ON g.part IS NOT DISTINCT FROM p.part"
        f" GROUP BY g.key, p.place ORDER BY {shown} NULLS LAST",
        (*ranked.parameters, *given),
    )
    by_key: dict[str, dict[int, Decimal | None]] = {}
    for key, place, cell in cells:
        by_key.setdefault(_name(key), {})[int(place)] = _decimal(cell)
    found.lines = [
        PivotLine(
            key,
            [values.get(place) for place in range(len(found.parts))],
            values.get(_REST),
            _added(values.values()),
        )
        for key, values in by_key.items()
    ]
    totals = questions.query(
        f"SELECT {value}, (SELECT {value} FROM g WHERE NOT EXISTS"
        " (SELECT 1 FROM p WHERE p.part IS NOT DISTINCT FROM g.part)) FROM g",
        (*given, *given),
    )
    found.total, found.rest = _decimal(totals[0][0]), _decimal(totals[0][1])


def _ranking(found: Pivot, state: PreparedTableState) -> Query:
    """The place of each group. By itself the newest of a calendar are kept, of all else the largest."""
    by, is_down = state.order.removeprefix("-"), state.order.startswith("-")
    value, given = found.amounts.value_sql(found.figure), found.amounts.value_parameters(found.figure)
    if by == BY_NAME:
        return Query(ordered(name_order(found.group), is_down=is_down))
    if by.startswith(BY_PART):
        name = by.removeprefix(BY_PART)
        if found.figure.place is None:
            return Query(ordered("sum(n) FILTER (WHERE coalesce(part, '') = ?)", is_down=is_down), (name,))
        only = f"sum(CASE WHEN coalesce(part, '') = ? THEN s{found.figure.place} END)"
        column = found.amounts.all[found.figure.place].currency
        if column:
            only = f"{only} FILTER (WHERE u{column.place} = ?)"
        return Query(ordered(only, is_down=is_down), (name, *given))
    if by != BY_TOTAL and found.group.period:
        return Query(ordered("key", is_down=True))
    return Query(ordered(value, is_down=is_down or by != BY_TOTAL), given)


def _name(value: Any) -> str:
    return "" if value is None else str(value)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(value)


def _added(values: Any) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal(0)) if known else None


def _value(by_key: dict[str, PivotLine], key: str, place: int) -> Decimal | None:
    line = by_key.get(key)
    return line.values[place] if line else None


def _left_over(line: PivotLine | None, drawn: Sequence[int]) -> Decimal | None:
    if line is None:
        return None
    own = [value for place, value in enumerate(line.values) if place not in drawn]
    return _added([*own, line.rest])
