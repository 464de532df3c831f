"""Values of a list's cells to filter by: which columns take one, and how the address says it."""

from functools import cached_property

from apps.api.query import Filter
from apps.resources.lists.filter_values import fits, has_control_characters
from apps.resources.scope import Scope
from apps.ui.columns import Column, Record
from apps.ui.contract_values import as_boolean
from apps.ui.values import LONGEST_ID, is_missing, text_of, value_at

_EQUALS = "eq"


class CellFilters:
    """What the cells of one list are filtered by."""

    def __init__(self, scope: Scope) -> None:
        self._catalogue = scope.catalogue
        self._columns = scope.resource.columns if _EQUALS in scope.offered_operators else []

    @cached_property
    def _fields(self) -> frozenset[str]:
        return frozenset(
            column.field
            for column in self._columns
            if column.is_filter and self._catalogue.is_comparable(column.field)
        )

    def parameter(self, column: Column) -> str:
        """The parameter of the address by which the column's values are filtered; "" for none."""
        return Filter(column.field, _EQUALS, "").name if column.field in self._fields else ""

    def value(self, column: Column, record: Record) -> str:
        """The record's value as a filter says it; "" for what cannot be filtered by."""
        if column.field not in self._fields:
            return ""
        value, field = value_at(record, column.field), self._catalogue[column.field]
        if is_missing(value) or isinstance(value, list | dict):
            return ""
        if field.type == "boolean":
            switch = as_boolean(value)
            return "" if switch is None else str(switch).lower()
        text = text_of(value)
        is_legible = len(text) <= LONGEST_ID and not has_control_characters(text)
        return text if is_legible and fits(text, field) else ""
