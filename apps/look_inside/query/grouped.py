"""The groups that an address asks for: of one grouping, or of two."""

from apps.look_inside.columns import Columns
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.groups import MAXIMUM_GROUPS, Groups, read_groups
from apps.look_inside.query.pivot import Pivot, read_pivot
from apps.look_inside.query.sql import condition
from apps.look_inside.query.state import Group, PreparedTableState, read_group


def read_grouped(
    questions: TableConnection,
    group: Group,
    columns: Columns,
    state: PreparedTableState,
    most: int = MAXIMUM_GROUPS,
) -> Groups | Pivot:
    """Ask for the groups, `most` of them at most. Raises what `TableConnection.query` raises."""
    where = condition(state.filters, columns)
    split = read_group(state.split, columns) if state.split else None
    if split:
        return read_pivot(questions, (group, split), columns, where, state, most)
    return read_groups(questions, group, columns, where, state, most)
