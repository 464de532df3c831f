"""Answers about the rows of a state: how many, of how many different values, the first of them."""

from collections.abc import Sequence
from typing import Any

from apps.look_inside.columns import Column, Columns
from apps.look_inside.query.connection import TableConnection
from apps.look_inside.query.sql import condition, order
from apps.look_inside.query.state import PreparedTableState


def count_rows(questions: TableConnection, columns: Columns, state: PreparedTableState) -> int:
    """How many rows the filters leave. Raises what `TableConnection.query` raises."""
    where = condition(state.filters, columns)
    return int(questions.query(f"SELECT count(*) FROM t WHERE {where.sql}", where.parameters)[0][0])


def count_different(
    questions: TableConnection, column: Column, columns: Columns, state: PreparedTableState
) -> int:
    """How many different values a column has in them. Raises the same."""
    where = condition(state.filters, columns)
    found = questions.query(f"SELECT count(DISTINCT {column.sql}) FROM t WHERE {where.sql}", where.parameters)
    return int(found[0][0])


def first_rows(
    questions: TableConnection,
    chosen: Sequence[Column],
    columns: Columns,
    state: PreparedTableState,
    most: int,
) -> list[tuple[Any, ...]]:
    """The chosen columns of the first rows. Raises the same."""
    where = condition(state.filters, columns)
    return questions.query(
        f"SELECT {', '.join(column.sql for column in chosen)} FROM t WHERE {where.sql}"
        f" ORDER BY {order(state, columns)} LIMIT {int(most)}",
        where.parameters,
    )
