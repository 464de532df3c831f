"""Groups rows (by day, offer, publisher …) with their sums, and orders the groups by any of their figures."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property

from apps.look_inside.columns import Columns
from apps.look_inside.number_formats import number_sql
from apps.look_inside.query.calendar import with_gaps_filled
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.figures import Figure, Line, SummedAmounts, summable
from apps.look_inside.query.sql import Query, currency_sql, key_sql, sum_sql
from apps.look_inside.query.state import BY_NAME, BY_ROWS, Group, PreparedTableState
from apps.ui.charts.data import ChartData, Series

#: So many groups are listed; a calendar of a year has 366 days.
MAXIMUM_GROUPS = 400
#: So many lines of groups and currencies are read at most.
_MAXIMUM_LINES = 5_000


class Groups:
    """The lines, the totals for each currency, and what is drawn of them."""

    def __init__(self, group: Group, amounts: SummedAmounts, state: PreparedTableState) -> None:
        self.group = group
        self.amounts = amounts
        self._state = state
        self.lines: list[Line] = []
        self.totals: list[Line] = []
        self.group_count = 0

    @property
    def listed(self) -> int:
        """How many groups are listed."""
        return len({line.key for line in self.lines})

    @property
    def hidden_groups(self) -> int:
        """How many groups are not."""
        return self.group_count - self.listed

    @cached_property
    def figures(self) -> list[Figure]:
        """What can be drawn."""
        return self.amounts.figures(self.totals)

    @property
    def figure(self) -> Figure:
        """What is drawn."""
        return next((one for one in self.figures if one.value == self._state.figure), self.figures[0])

    @property
    def chart_title(self) -> str:
        """What is drawn, in words."""
        return f"{self.figure.label} per {self.group.label}"

    @property
    def chart_data(self) -> ChartData:
        """One value for each group, of one currency only; days without rows stand in a calendar too."""
        figure = self.figure
        values: dict[str, Decimal] = {}
        for line in self.lines:
            value = Decimal(line.rows)
            if figure.place is not None:
                one = line.sums[figure.place]
                value = one.amount if one.currency == figure.currency and one.amount else Decimal(0)
            values[line.key] = values.get(line.key, Decimal(0)) + value
        keys = sorted(values) if self.group.period else list(values)
        if self.hidden_groups <= 0:
            # A day that is not listed is not one without rows.
            keys = with_gaps_filled(keys, self.group.period)
        series = Series(figure.label, [values.get(key, Decimal(0)) for key in keys])
        return ChartData(self.chart_title, keys, [series], bool(self.group.period), figure.text)


def read_groups(
    questions: TableConnection,
    group: Group,
    columns: Columns,
    where: Query,
    state: PreparedTableState,
    most: int = MAXIMUM_GROUPS,
) -> Groups:
    """Ask the table for the groups, and for the totals of all rows, listed or not."""
    amounts = collect(questions, [group], columns, where, state)
    found = Groups(group, amounts, state)
    found.group_count = int(questions.query("SELECT count(*) FROM (SELECT DISTINCT key FROM g)")[0][0])
    found.totals = totals_of(questions, amounts)
    ranked = _ranking(found, state)
    names = ["key", *amounts.names, "n", *(f"s{place}" for place in range(len(amounts.all)))]
    lines = questions.query(
        f"WITH kept AS (SELECT key, {ranked.sql} AS place FROM g GROUP BY key ORDER BY place LIMIT {most})"
        f" SELECT {', '.join(f'g.{name}' for name in names)} FROM g"
        " JOIN kept ON g.key IS NOT DISTINCT FROM kept.key"
        f" ORDER BY {', '.join([_shown_order(group, state), *amounts.names])} LIMIT {_MAXIMUM_LINES}",
        ranked.parameters,
    )
    found.lines = amounts.lines(lines)
    return found


def collect(
    questions: TableConnection,
    groups: Sequence[Group],
    columns: Columns,
    where: Query,
    state: PreparedTableState,
) -> SummedAmounts:
    """Make the table `g`: a row for each group (`key`, with a second grouping `part`) and currency, with its figures.

    The rows are read once; everything else is asked of the groups they make.
    """
    # A sum of the column that rows are grouped by tells nothing.
    grouped = [group.column for group in groups]
    amounts = SummedAmounts([one for one in summable(columns, state) if one.column not in grouped], state)
    keys = [f"{key_sql(group)} AS {name}" for group, name in zip(groups, ("key", "part"), strict=False)]
    splits = [f"{currency_sql(column)} AS u{column.place}" for column in amounts.currencies]
    values = [f"{sum_sql(amount)} AS s{place}" for place, amount in enumerate(amounts.all)]
    by = ["key", "part"][: len(groups)] + amounts.names
    questions.query(
        f"CREATE TEMP TABLE g AS SELECT {', '.join([*keys, *splits, 'count(*) AS n', *values])}"
        f" FROM t WHERE {where.sql} GROUP BY {', '.join(by)}",
        where.parameters,
    )
    return amounts


def totals_of(questions: TableConnection, amounts: SummedAmounts) -> list[Line]:
    """The sums of all groups, a line for each currency."""
    names = amounts.names
    added = [f"sum(s{place})" for place in range(len(amounts.all))]
    return amounts.lines(
        questions.query(
            f"SELECT {', '.join(['NULL', *names, 'sum(n)', *added])} FROM g"
            f" GROUP BY {', '.join(names or ['ALL'])} ORDER BY {', '.join(names or ['1'])} LIMIT {_MAXIMUM_LINES}"
        )
    )


def name_order(group: Group, name: str = "key") -> str:
    """What orders groups by their names: whole numbers and amounts by size, all else by signs."""
    column = group.column
    if group.period or not column.is_sorted_by_size:
        return name
    return number_sql(name, column.form if column.is_number else "")


def ordered(by: str, *, is_down: bool) -> str:
    """A place for each group by that value; groups without it come last."""
    return f"row_number() OVER (ORDER BY {by} {'DESC' if is_down else 'ASC'} NULLS LAST, key NULLS LAST)"


def _ranking(found: Groups, state: PreparedTableState) -> Query:
    """The place of each group. By itself the newest of a calendar are kept, of all else those with the most rows."""
    by, is_down = state.order.removeprefix("-"), state.order.startswith("-")
    if by == BY_NAME:
        return Query(ordered(name_order(found.group), is_down=is_down))
    figure = next((one for one in found.figures if one.value and one.value == by), None)
    if figure:
        value = found.amounts.value_sql(figure)
        return Query(ordered(value, is_down=is_down), found.amounts.value_parameters(figure))
    if by != BY_ROWS and found.group.period:
        return Query(ordered("key", is_down=True))
    return Query(ordered("sum(n)", is_down=is_down or by != BY_ROWS))


def _shown_order(group: Group, state: PreparedTableState) -> str:
    """A calendar runs from its beginning unless something else is asked for."""
    return "g.key" if group.period and not state.order else "kept.place"
