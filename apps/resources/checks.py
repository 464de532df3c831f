"""System checks of every declaration against the contract: a wrong name stops the start and is named."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from apps.api.contract import builtin_contract
from apps.resources import registry
from apps.resources.list_state import FieldCatalogue
from apps.resources.resource import Resource


def register_checks() -> None:
    """Have Django run the checks with its own."""
    register(check_resources)


def check_resources(**options: Any) -> list[CheckMessage]:
    """Errors of all registered resources."""
    return [message for resource in registry.resources() for message in _check(resource)]


def _check(resource: Resource) -> Iterator[CheckMessage]:
    contract = builtin_contract()
    operations = contract.for_tag(resource.tag)
    if "list" not in operations:
        yield Error(
            f"the contract has no list operation for the tag {resource.tag!r}",
            obj=resource,
            id="integr8.E001",
        )
        return
    catalogue = FieldCatalogue(contract.record_fields(resource.tag), contract)
    declared = {
        "column": [column.field for column in resource.columns],
        "quick filter": list(resource.quick_filters),
        "panel field": [name for panel in resource.panels for name in panel.field_names()],
        "form field": [name for group in resource.form_class.groups for name in group.names()],
        "reference": list(resource.form_class.references),
        "search field": [resource.search_field],
        "bulk action field": [name for action in resource.bulk_actions for name in action.changes or ()],
    }
    for kind, names in declared.items():
        for name in names:
            if name not in catalogue:
                yield Error(f"{kind} {name!r} is not in the contract", obj=resource, id="integr8.E002")
    for panel in resource.related:
        other = registry.by_name(panel.resource)
        if other is None or panel.field not in contract.record_fields(other.tag):
            yield Error(
                f"related records {panel.resource}.{panel.field} do not exist",
                obj=resource,
                id="integr8.E004",
            )
    for action in resource.bulk_actions:
        if not action.is_possible(operations):
            yield Error(f"no operation for the bulk action {action.name!r}", obj=resource, id="integr8.E003")
