"""A declaration together with what the contract says of its tag, and the errors that several checks report."""

from collections.abc import Iterator
from functools import cached_property

from django.core.checks import Error

from apps.api.contract.contract import builtin_contract
from apps.resources.declaration.attribute_types import class_name, nearest
from apps.resources.lists.state import FieldCatalogue
from apps.resources.resource import Resource
from apps.ui.columns import Column

FIELD, ACTION, RELATED, VALUE = "integr8.E002", "integr8.E003", "integr8.E004", "integr8.E005"
ICON, TAG, FLAG, TWICE = "integr8.E008", "integr8.E009", "integr8.E010", "integr8.E011"
ADDRESS, RESOURCE, TEMPLATE = "integr8.E013", "integr8.E016", "integr8.E017"


class CheckedDeclaration:
    """A resource, and the operations and fields of its tag in the contract."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.contract = builtin_contract()
        self.operations = self.contract.for_tag(resource.tag)
        self.fields = self.contract.record_fields(resource.tag)
        self.catalogue = FieldCatalogue(self.fields, self.contract)

    @cached_property
    def shown_columns(self) -> list[tuple[str, Column]]:
        """Every column of the list and the panels, with the attribute it stands in."""
        resource = self.resource
        in_panels = [field for panel in resource.panels for field in panel.fields]
        return [
            *(("columns", column) for column in resource.columns),
            *(("panels", field) for field in in_panels if isinstance(field, Column)),
        ]

    def fault(self, attribute: str, message: str, hint: str, identity: str) -> Error:
        """An error of one attribute."""
        return Error(f"{class_name(type(self.resource))}.{attribute}: {message}", hint=hint, id=identity)

    def unknown_field(self, attribute: str, name: str, *, what: str = "") -> Error | None:
        """The error of a name that is no field that may be shown; None for one that is."""
        if name in self.catalogue:
            return None
        field = self.fields.get(name)
        words = f"{what} {name!r}".strip()
        if field is not None and field.is_write_only:
            hint = "It is sent and never answered: leave it to the form."
            return self.fault(attribute, f"{words} is write-only in the contract", hint, FLAG)
        hint = nearest(name, self._field_names, of_all=f"{self.resource.tag} has")
        return self.fault(attribute, f"{words} is not in the contract", hint, FIELD)

    @cached_property
    def _field_names(self) -> list[str]:
        return self.catalogue.names()


def tag_faults(declared: CheckedDeclaration, attribute: str, field: str, tag: str) -> Iterator[Error]:
    """The error of a reference to records that cannot be read."""
    operations = declared.contract.for_tag(tag)
    if not {"list", "get"} <= operations.keys():
        tags = {one.tag for one in declared.contract.operations.values() if one.role == "get"}
        message = f"{field!r} refers to the tag {tag!r}, which the contract has not, or no list and get of it"
        yield declared.fault(attribute, message, nearest(tag, tags, of_all="The tags are"), TAG)
