"""The records of a resource as rows of a table: of its list, and of the tables on another record's page."""

from collections.abc import Iterable, Sequence

from apps.resources.lists.cell_filters import CellFilters
from apps.resources.scope import Scope
from apps.ui.columns import Column, Record, RowContext
from apps.ui.tables import Row, table_rows


def record_rows(
    scope: Scope,
    records: Iterable[Record],
    columns: Sequence[Column],
    context: RowContext,
    filters: CellFilters | None = None,
) -> list[Row]:
    """The rows, each titled as the resource calls the record and leading to its page.

    With `filters` their cells say what a list can be filtered by.
    """
    resource = scope.resource
    return table_rows(
        records,
        columns,
        context,
        id_of=resource.record_id,
        title_of=resource.title,
        url_of=resource.url_of_record(scope.list_path),
        value_of=filters.value if filters else None,
    )
