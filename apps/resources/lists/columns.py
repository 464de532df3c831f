"""The columns a list can show: those declared, and every other field of the contract, drawn as its type says."""

from collections.abc import Sequence

from apps.api.contract.contract import Field
from apps.resources.details.panels import column_for
from apps.resources.lists.state import FieldCatalogue
from apps.resources.resource import Resource
from apps.ui.columns import Column, ReferenceColumn, TitleColumn, UrlColumn


class ListColumns:
    """The columns of one resource at one service."""

    def __init__(self, resource: Resource, catalogue: FieldCatalogue) -> None:
        self._resource = resource
        self._catalogue = catalogue
        self._declared = {
            column.field: column for column in resource.columns if not isinstance(column, TitleColumn)
        }

    @property
    def default_names(self) -> list[str]:
        """The fields of the columns that are declared, after the title."""
        return list(self._declared)

    def labels(self) -> dict[str, str]:
        """Field → label of every column there is to choose, those declared first."""
        title = self._resource.columns[0].field
        own = {name: column.label for name, column in self._declared.items()}
        others = {
            name: self._resource.label_of(name)
            for name in self._catalogue.names()
            if name not in own and name != title and _is_showable(self._catalogue[name])
        }
        return {**own, **others}

    def chosen(self, names: Sequence[str]) -> tuple[list[Column], list[str]]:
        """The title and the columns of these fields, and the names there is no column for; of none, those declared."""
        found, unknown = [], []
        for name in names:
            column = self._declared.get(name) or self._further(name)
            if column:
                found.append(column)
            else:
                unknown.append(name)
        shown = found or list(self._declared.values())
        return [self._resource.columns[0], *shown], unknown

    def _further(self, name: str) -> Column | None:
        """The column of a field that the list does not declare: a panel's where one is declared there."""
        resource = self._resource
        title = resource.columns[0].field
        if name == title or not self._catalogue.is_comparable(name):
            return None
        field = self._catalogue[name]
        if not _is_showable(field):
            return None
        declared = resource.panel_columns.get(name)
        if declared:
            return declared
        label = resource.label_of(name)
        if tag := resource.references.get(name):
            return ReferenceColumn(name, label, tag=tag)
        column = column_for(field, name, label)
        # A record's page keeps the lines of a text; a cell has one.
        return UrlColumn(name, label) if isinstance(column, UrlColumn) else column


def _is_showable(field: Field) -> bool:
    """Whether the field's value fits into a cell: a list of objects does not."""
    return field.item_type != "object"
