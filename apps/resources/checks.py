"""System checks of every declaration against the contract: a wrong name stops the start and is named."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register

from apps.api.contract import builtin_contract
from apps.resources import registry
from apps.resources.columns import BadgeColumn, MoneyColumn
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
        "default of": list(resource.form_class.defaults),
        "known value of": list(resource.known_values),
        "bulk action field": [name for action in resource.bulk_actions for name in action.changes or ()],
    }
    for kind, names in declared.items():
        for name in names:
            if name not in catalogue:
                yield Error(f"{kind} {name!r} is not in the contract", obj=resource, id="integr8.E002")
    yield from _check_inherited(resource, catalogue)
    yield from _check_values(resource, catalogue)
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


def _check_inherited(resource: Resource, catalogue: FieldCatalogue) -> Iterator[CheckMessage]:
    """What is read from the parent must be there, and every amount must find its currency."""
    parent = registry.by_name(resource.parent)
    above = builtin_contract().record_fields(parent.tag) if parent is not None else {}
    for name in resource.inherited:
        if name not in above:
            yield Error(f"inherited field {name!r} is not in the contract", obj=resource, id="integr8.E002")
    shown = [*resource.columns, *(field for panel in resource.panels for field in panel.fields)]
    for column in shown:
        if isinstance(column, MoneyColumn) and not (
            column.currency_field in catalogue or column.currency_field in resource.inherited
        ):
            yield Error(
                f"currency field {column.currency_field!r} is not in the contract",
                obj=resource,
                id="integr8.E002",
            )


def _check_values(resource: Resource, catalogue: FieldCatalogue) -> Iterator[CheckMessage]:
    """Values that a declaration repeats must be the contract's, where it lists them."""
    shown = [*resource.columns, *(field for panel in resource.panels for field in panel.fields)]
    named: list[tuple[str, Iterable[object]]] = [
        *((column.field, column.tones) for column in shown if isinstance(column, BadgeColumn)),
        *((name, [value]) for name, value in resource.form_class.defaults.items()),
        *(
            (name, [value])
            for action in resource.bulk_actions
            for name, value in (action.changes or {}).items()
        ),
        *resource.known_values.items(),
    ]
    wrong = [
        (name, value)
        for name, values in named
        if name in catalogue
        for value in values
        if not catalogue.can_hold(name, value)
    ]
    for name, value in dict.fromkeys(wrong):
        yield Error(f"{value!r} is no value of {name!r} in the contract", obj=resource, id="integr8.E005")
