"""Compares what a resource's declaration names with the contract, the site and the other resources."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.checks import Error
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.urls import Resolver404, resolve

from apps.api.query import Filter
from apps.resources import registry
from apps.resources.declaration.attribute_types import TYPE, nearest
from apps.resources.declaration.checked_declaration import (
    ACTION,
    ADDRESS,
    FIELD,
    FLAG,
    ICON,
    RELATED,
    RESOURCE,
    TEMPLATE,
    TWICE,
    VALUE,
    CheckedDeclaration,
    tag_faults,
)
from apps.resources.forms.bodies import leaves
from apps.resources.lists.state import FieldCatalogue
from apps.resources.resource import Resource
from apps.ui.columns import BadgeColumn, MoneyColumn, ReferenceColumn, TitleColumn
from apps.ui.icons import is_icon

TONES = ("ok", "neutral", "warn", "info", "bad")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PAGE = re.compile(r"[a-z][a-z0-9_-]*")


def declaration_faults(resource: Resource) -> Iterator[Error]:
    """Everything that is wrong with a declaration whose attributes have the right types."""
    declared = CheckedDeclaration(resource)
    yield from _own_words(declared)
    yield from _named_fields(declared)
    yield from _row_field_faults(declared)
    yield from _search_faults(declared)
    yield from _column_faults(declared)
    yield from _value_faults(declared)
    yield from _action_faults(declared)
    yield from _place_faults(declared)
    yield from _table_faults(declared)
    yield from _view_faults(declared)


def _own_words(declared: CheckedDeclaration) -> Iterator[Error]:
    resource = declared.resource
    if not _NAME.fullmatch(resource.name):
        hint = "One plural word in small letters, with _ between its parts, such as landing_pages."
        yield declared.fault("name", f"{resource.name!r} cannot stand in addresses", hint, TYPE)
    if not is_icon(resource.icon):
        hint = "Take one of https://lucide.dev/icons by its name there, such as “ticket”."
        yield declared.fault("icon", f"there is no icon {resource.icon!r}", hint, ICON)
    if resource.leading_panels < 0:
        yield declared.fault(
            "leading_panels", f"{resource.leading_panels} is below 0", "Give 0 or more.", TYPE
        )
    if not resource.columns:
        yield declared.fault("columns", "there is none", "The first is a TitleColumn.", TYPE)
    for place, column in enumerate(resource.columns):
        if (place == 0) is not isinstance(column, TitleColumn):
            words = "is a TitleColumn and not the first" if place else "comes first and is no TitleColumn"
            hint = "A list begins with one TitleColumn, which links to the record."
            yield declared.fault("columns", f"{column.field!r} {words}", hint, TYPE)


def _named_fields(declared: CheckedDeclaration) -> Iterator[Error]:
    resource = declared.resource
    named: dict[str, Iterable[str]] = {
        "title_field": [resource.title_field],
        "search_field": [resource.search_field],
        "columns": [column.field for column in resource.columns],
        "row_fields": resource.row_fields,
        "quick_filters": resource.quick_filters,
        "panels": [name for panel in resource.panels for name in panel.field_names()],
        "known_values": resource.known_values,
    }
    for attribute, names in named.items():
        for name in names:
            if fault := declared.unknown_field(attribute, name):
                yield fault
            elif name in resource.hidden_fields:
                hint = "Take it out of one of the two."
                yield declared.fault(attribute, f"{name!r} is one of hidden_fields", hint, FLAG)
    for attribute in ("columns", "row_fields", "quick_filters"):
        for name in _twice(named[attribute]):
            yield declared.fault(attribute, f"{name!r} stands twice", "Take one out.", TWICE)
    for panel in resource.panels:
        for name in _twice(panel.field_names()):
            yield declared.fault(
                "panels", f"{name!r} stands twice in {panel.title!r}", "Take one out.", TWICE
            )
    for title in _twice(panel.title for panel in resource.panels):
        yield declared.fault("panels", f"two are called {title!r}", "Call one of them something else.", TWICE)
    bodies = {name for operation in declared.operations.values() for name in operation.body_fields}
    for attribute, names in (
        ("hidden_fields", resource.hidden_fields),
        ("field_labels", resource.field_labels),
        ("explanations", resource.explanations),
    ):
        for name in names:
            if name not in declared.fields and name not in bodies and name not in declared.catalogue:
                yield _field_fault(declared, attribute, name)


def _field_fault(declared: CheckedDeclaration, attribute: str, name: str) -> Error:
    hint = nearest(name, declared.catalogue.names(), of_all=f"{declared.resource.tag} has")
    return declared.fault(attribute, f"{name!r} is not in the contract", hint, FIELD)


def _row_field_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    resource = declared.resource
    shown = {column.field for column in resource.columns}
    update = declared.operations.get("update")
    editable = dict(leaves(update.body_fields.values())) if update else {}
    for name in resource.row_fields:
        if name in declared.catalogue and name not in shown:
            hint = "Its value is changed where it is seen: add a column, or take it out."
            yield declared.fault("row_fields", f"{name!r} is no column of the list", hint, FIELD)
        elif name in declared.catalogue and name not in editable:
            hint = nearest(name, editable, of_all="What an update takes is")
            yield declared.fault("row_fields", f"{name!r} is nothing that an update takes", hint, FLAG)


def _search_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    resource, catalogue = declared.resource, declared.catalogue
    operators = declared.contract.filter_operators
    if resource.search_operator not in operators:
        hint = nearest(resource.search_operator, operators, of_all="The operators are")
        message = f"the API has no operator {resource.search_operator!r}"
        yield declared.fault("search_operator", message, hint, TYPE)
    for name in resource.quick_filters:
        if name in catalogue and not resource.value_choices(name, catalogue[name]):
            hint = "Only fields with a fixed set of values get a select: booleans, and those with an enum."
            yield declared.fault("quick_filters", f"{name!r} has no fixed set of values", hint, TYPE)
    suggested: Iterable[Any] = resource.suggestion_filters("1")
    for filters in suggested:
        for one in filters if isinstance(filters, list | tuple) else [filters]:
            if not isinstance(one, Filter):
                hint = "It gives a list of tuples of Filters, each tuple one call."
                yield declared.fault("suggestion_filters", f"{one!r} is no Filter", hint, TYPE)
            elif one.field != resource.search_field and (
                fault := declared.unknown_field("suggestion_filters", one.field)
            ):
                yield fault


def _column_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    resource, catalogue = declared.resource, declared.catalogue
    for attribute, column in declared.shown_columns:
        if isinstance(column, MoneyColumn) and not (
            column.currency_field in catalogue or column.currency_field in resource.inherited
        ):
            yield declared.fault(
                attribute,
                f"currency field {column.currency_field!r} of {column.field!r} is not in the contract",
                "Name the field of the record that says its currency, or one of `inherited`.",
                FIELD,
            )
        if isinstance(column, ReferenceColumn):
            yield from tag_faults(declared, attribute, column.field, column.tag)
        if isinstance(column, BadgeColumn):
            for value, badge in column.badges.items():
                if getattr(badge, "tone", None) not in TONES:
                    hint = f"Give a Badge with one of {', '.join(TONES)}."
                    yield declared.fault(
                        attribute, f"{value!r} of {column.field!r} has {badge!r}", hint, TYPE
                    )


def _value_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    """Values that a declaration repeats must be the contract's, where it lists them."""
    resource = declared.resource
    named: list[tuple[str, str, Iterable[object]]] = [
        *(
            (attribute, column.field, column.badges)
            for attribute, column in declared.shown_columns
            if isinstance(column, BadgeColumn)
        ),
        *(("form_class.defaults", name, [value]) for name, value in resource.form_class.defaults.items()),
        *(
            ("bulk_actions", name, [value])
            for action in resource.bulk_actions
            for name, value in (action.changes or {}).items()
        ),
        *(("known_values", name, values) for name, values in resource.known_values.items()),
    ]
    wrong: dict[tuple[str, object], str] = {}
    for attribute, name, values in named:
        for value in values:
            if name in declared.catalogue and not declared.catalogue.can_hold(name, value):
                wrong.setdefault((name, value), attribute)
    for (name, value), attribute in wrong.items():
        field = declared.catalogue[name]
        known = field.enum or ("True", "False")
        hint = nearest(str(value), known, of_all="Its values are")
        yield declared.fault(attribute, f"{value!r} is no value of {name!r} in the contract", hint, VALUE)


def _action_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    resource = declared.resource
    for name in _twice(action.name for action in resource.bulk_actions):
        yield declared.fault("bulk_actions", f"two are called {name!r}", "Give one another name.", TWICE)
    for action in resource.bulk_actions:
        for name in action.changes or {}:
            if fault := declared.unknown_field("bulk_actions", name):
                yield fault
            elif declared.catalogue[name].is_read_only:
                hint = "The API alone sets it: no action can."
                yield declared.fault("bulk_actions", f"{name!r} is read-only in the contract", hint, FLAG)
        if not action.is_possible(declared.operations):
            hint = f"Its tag needs an operation of the role {action.single_role} or {action.bulk_role}."
            message = f"no operation for the bulk action {action.name!r}"
            yield declared.fault("bulk_actions", message, hint, ACTION)


def _place_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    """Where the resource lies: below its parent as the contract has it, at addresses of its own."""
    resource = declared.resource
    parent = registry.by_name(resource.parent) if resource.parent else None
    above = [name for name in resource.path_parameters if name != "integrationID"]
    if resource.parent and parent is None:
        known = [one.name for one in registry.resources()]
        hint = nearest(resource.parent, known, of_all="Resources are")
        yield declared.fault("parent", f"there is no resource {resource.parent!r}", hint, RESOURCE)
    elif parent is not None and parent.id_parameter not in above[-1:]:
        hint = f"A list below {parent.name} has {{{parent.id_parameter}}} last in its path."
        message = f"the path of the list is not below {resource.parent!r}"
        yield declared.fault("parent", message, hint, RESOURCE)
    elif parent is None and above:
        hint = "Name the resource whose records these lie below."
        yield declared.fault(
            "parent", f"the list's path has {{{above[-1]}}}, and no parent is given", hint, RESOURCE
        )
    fields = declared.contract.record_fields(parent.tag) if parent is not None else {}
    for name in resource.inherited:
        if name not in fields:
            hint = nearest(name, fields, of_all=f"The records above ({resource.parent or 'no parent'}) have")
            message = f"inherited field {name!r} is not in the contract"
            yield declared.fault("inherited", message, hint, FIELD)
    address = "/" + re.sub(r"<record:\w+>", "1", resource.prefix)
    try:
        found = resolve(address)
    except Resolver404:
        return
    shown: object = getattr(found.func, "view_initkwargs", {}).get("resource")
    # Two resources of one tag are named as such.
    is_twin = isinstance(shown, Resource) and shown.tag == resource.tag
    if found.namespace != resource.name and not is_twin:
        hint = "Another page has this address: the list needs another path, or the resource another name."
        yield declared.fault("name", f"{address} opens {found.view_name!r}", hint, ADDRESS)


def _table_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    resource = declared.resource
    known = [one.name for one in registry.resources()]
    for panel in resource.children:
        child = registry.by_name(panel.resource)
        if child is None:
            hint = nearest(panel.resource, known, of_all="Resources are")
            yield declared.fault("children", f"there is no resource {panel.resource!r}", hint, RESOURCE)
        elif child.parent != resource.name:
            hint = f"Say parent = {resource.name!r} in its declaration."
            yield declared.fault("children", f"{panel.resource!r} does not lie below these", hint, RESOURCE)
    for related in resource.related:
        other = registry.by_name(related.resource)
        fields: Mapping[str, object] = (
            FieldCatalogue(declared.contract.record_fields(other.tag), declared.contract).fields
            if other is not None
            else {}
        )
        if related.field not in fields:
            wanted, there = (related.field, fields) if other is not None else (related.resource, known)
            message = f"related records {related.resource}.{related.field} do not exist"
            yield declared.fault("related", message, nearest(wanted, list(there)), RELATED)


def _view_faults(declared: CheckedDeclaration) -> Iterator[Error]:
    for name, view in declared.resource.own_views.items():
        if not _PAGE.fullmatch(name):
            hint = "Small letters, with - or _ between words."
            yield declared.fault("own_views", f"{name!r} cannot stand in an address", hint, TYPE)
        template = getattr(view, "template_name", None)
        if isinstance(template, str) and template:
            folder = declared.resource.name
            for place in (f"{folder}/{template}", f"resources/{template}", template):
                try:
                    get_template(place)
                    break
                except TemplateDoesNotExist:
                    continue
            else:
                hint = f"It stands in templates/{folder}/."
                yield declared.fault("own_views", f"{name!r} has no template {template!r}", hint, TEMPLATE)


def _twice(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]
