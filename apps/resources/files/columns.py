"""The columns of a resource's list as those of a file: field names of the API above, raw values below."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from apps.api.contract.contract import Field
from apps.resources.files.values import FOR_PEOPLE, cell_of
from apps.resources.resource import Resource
from apps.ui.columns import (
    Column,
    IdColumn,
    MoneyColumn,
    Record,
    ReferenceColumn,
    RowContext,
    TimeColumn,
    TitleColumn,
)
from apps.ui.values import identifier, value_at


@dataclass(frozen=True)
class FileColumn:
    """One column of a file: its header, whether it holds numbers, and the cell of a record."""

    header: str
    is_number: bool
    cell: Callable[[Record, RowContext], str]


def file_columns(
    resource: Resource, fields: Mapping[str, Field], shown: Sequence[Column]
) -> Sequence[FileColumn]:
    """The columns shown in their order, each under its field's name, which an import knows again.

    Beside a reference stands the name it is shown by, after an amount its currency, and beside a record's first column
    what the list calls it, where that is not the field alone.
    """
    columns: dict[str, FileColumn] = {}

    def add(header: str, cell: Callable[[Record, RowContext], str], *, is_number: bool = False) -> None:
        columns.setdefault(header, FileColumn(header, is_number, cell))

    for column in shown:
        name, field = column.field, fields.get(column.field)
        is_id = isinstance(column, IdColumn | ReferenceColumn)
        is_number = field is not None and field.type in ("integer", "number") and not is_id
        add(name, _value_cell(name, is_time=isinstance(column, TimeColumn)), is_number=is_number)
        if isinstance(column, ReferenceColumn):
            add(name + FOR_PEOPLE, _name_cell(name, column.tag))
        elif isinstance(column, TitleColumn) and resource.title_field != name:
            add(name + FOR_PEOPLE, lambda record, context: cell_of(resource.name_of(record)))
        elif isinstance(column, MoneyColumn):
            add(column.currency_field, _value_cell(column.currency_field))
    return list(columns.values())


def _value_cell(name: str, *, is_time: bool = False) -> Callable[[Record, RowContext], str]:
    def cell(record: Record, context: RowContext) -> str:
        value = value_at(record, name)
        # What the record takes over from the one it lies below, as its currency.
        return cell_of(value_at(context.inherited, name) if value is None else value, is_time=is_time)

    return cell


def _name_cell(name: str, tag: str) -> Callable[[Record, RowContext], str]:
    def cell(record: Record, context: RowContext) -> str:
        return cell_of(context.names.get(tag, {}).get(identifier(value_at(record, name)), ""))

    return cell
