"""Which attributes a declaration must have, and of which types. The other checks rely on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

from django.core.checks import Error
from django.views import View

from apps.resources.details.panels import ChildrenPanel, Panel, RelatedPanel
from apps.resources.forms.contract_form import ContractForm
from apps.resources.forms.layout import FormGroup
from apps.resources.resource import Resource
from apps.resources.writes.actions import BulkAction
from apps.saved_views.lists import ShippedView
from apps.ui.columns import Column

MISSING, TYPE, UNKNOWN_ATTRIBUTE = "integr8.E006", "integr8.E007", "integr8.E012"
REQUIRED = {
    "name": "a plural word such as “coupons”",
    "tag": "the tag of its operations in the contract",
    "label": "what people call one record",
    "label_plural": "what people call several records",
    "columns": "the columns of its list",
    "panels": "the groups of fields on a record's page",
    "form_class": "the form of new and edited records",
}


@dataclass(frozen=True)
class Shape:
    """What an attribute may hold, and that in words."""

    words: str
    kind: Any
    #: Of each item of a sequence, or each value of a mapping.
    item: Any = object


def _list_of(kind: Any, words: str) -> Shape:
    return Shape(f"a list of {words}", (list, tuple), kind)


_TEXT = Shape("a text", str)
_NAMES = Shape("a set of names of fields", (frozenset, set), str)
_BY_FIELD = Shape("a dictionary of texts by field", Mapping, str)
_OF_RESOURCE = {
    "name": _TEXT,
    "tag": _TEXT,
    "contract_file": Shape("a pathlib.Path", (Path, type(None))),
    "label": _TEXT,
    "label_plural": _TEXT,
    "icon": _TEXT,
    "title_field": _TEXT,
    "columns": _list_of(Column, "columns"),
    "search_field": _TEXT,
    "search_operator": _TEXT,
    "views": _list_of(ShippedView, "ShippedViews"),
    "row_fields": _list_of(str, "names of fields"),
    "quick_filters": _list_of(str, "names of fields"),
    "panels": _list_of(Panel, "Panels"),
    "leading_panels": Shape("a whole number", int),
    "children": _list_of(ChildrenPanel, "ChildrenPanels"),
    "related": _list_of(RelatedPanel, "RelatedPanels"),
    "report_filter": _TEXT,
    "parent": _TEXT,
    "inherited": _list_of(str, "names of fields"),
    "hidden_fields": _NAMES,
    "bulk_actions": _list_of(BulkAction, "BulkActions"),
    "field_labels": _BY_FIELD,
    "explanations": _BY_FIELD,
    "known_values": Shape(
        "a dictionary of lists of values by field", Mapping, (list, tuple, set, frozenset, Mapping)
    ),
    "own_views": Shape("a dictionary of view classes by name", Mapping, type),
}
_OF_FORM = {
    "groups": _list_of(FormGroup, "FormGroups"),
    "labels": _BY_FIELD,
    "help_texts": _BY_FIELD,
    "multiline": _NAMES,
    "references": Shape("a dictionary of tags by field", Mapping, str),
    "units": _BY_FIELD,
    "shown_with": Shape("a dictionary of switches by field", Mapping, str),
    "choices": Shape("a dictionary of functions by field", Mapping),
    "passwords": _NAMES,
    "defaults": Shape("a dictionary of values by field", Mapping),
}


def missing_attributes(resource_class: type[Resource]) -> list[str]:
    """The attributes without a default that the class does not give."""
    return [name for name in REQUIRED if not hasattr(resource_class, name)]


def class_name(declared: type) -> str:
    """A class by its full name, as messages call it."""
    return f"{declared.__module__}.{declared.__qualname__}"


def nearest(name: str, known: Collection[str], *, of_all: str = "") -> str:
    """What would be right in place of a wrong name, as a hint; all there is where nothing is like it."""
    close = get_close_matches(name, list(known), n=1)
    if close:
        return f"Did you mean {close[0]!r}?"
    listed = ", ".join(sorted(known)[:60])
    return f"{of_all or 'There is'}: {listed}." if listed else "There is none."


def missing_faults(resource_class: type[Resource]) -> Iterator[Error]:
    """An error for each attribute that is not given."""
    for name in missing_attributes(resource_class):
        yield Error(
            f"{class_name(resource_class)} has no {name}",
            hint=f"Give it {name}: {REQUIRED[name]}.",
            id=MISSING,
        )


def type_faults(resource: Resource) -> Iterator[Error]:
    """Errors of attributes that hold something of another type, and of attributes that nothing reads."""
    declared = type(resource)
    yield from _wrong_types(declared, resource, _OF_RESOURCE)
    yield from _unknown_attributes(declared, Resource)
    form: Any = declared.form_class
    if not (isinstance(form, type) and issubclass(form, ContractForm)):
        yield _wrong(declared, "form_class", form, "a subclass of ContractForm")
        return
    yield from _wrong_types(form, form, _OF_FORM)
    yield from _unknown_attributes(form, ContractForm)
    yield from _odd_groups(form)
    views: Any = declared.own_views
    for name, view in views.items() if isinstance(views, Mapping) else ():
        if not (isinstance(view, type) and issubclass(view, View)):
            yield _wrong(declared, f"own_views[{name!r}]", view, "a view class")


def _odd_groups(form: Any) -> Iterator[Error]:
    for group in form.groups if isinstance(form.groups, list | tuple) else ():
        fields = getattr(group, "fields", ())
        are_right = isinstance(fields, list | tuple) and all(isinstance(one, str | tuple) for one in fields)
        if isinstance(group, FormGroup) and not are_right:
            yield _wrong(form, "groups", fields, f"a list of names of fields in {group.title!r}")


def _wrong_types(declared: type, holder: object, shapes: Mapping[str, Shape]) -> Iterator[Error]:
    for name, shape in shapes.items():
        value = getattr(holder, name)
        if not isinstance(value, shape.kind) or (shape.kind is int and isinstance(value, bool)):
            yield _wrong(declared, name, value, shape.words)
            continue
        items: Any = ()
        if isinstance(value, Mapping):
            items = value.values()
            odd = [key for key in value if not isinstance(key, str)]
            if odd:
                yield _wrong(declared, name, odd[0], shape.words)
        elif isinstance(value, Sequence | frozenset | set) and not isinstance(value, str):
            items = value
        for item in items:
            if not isinstance(item, shape.item):
                yield _wrong(declared, name, item, shape.words)
        if shape is _TEXT and not value.strip() and name in REQUIRED:
            yield _wrong(declared, name, value, REQUIRED[name])


def _wrong(declared: type, attribute: str, value: object, words: str) -> Error:
    return Error(f"{class_name(declared)}.{attribute} holds {value!r}", hint=f"It must be {words}.", id=TYPE)


def _unknown_attributes(declared: type, engine: type) -> Iterator[Error]:
    """Errors of attributes that nothing reads: mostly a misspelt name."""
    known = {name for name in {**vars(engine), **get_type_hints(engine)} if not name.startswith("_")}
    for one in declared.__mro__[: declared.__mro__.index(engine)]:
        for name, value in vars(one).items():
            if name.startswith("_") or hasattr(engine, name) or name in known:
                continue
            if name in ("declared_fields", "base_fields", "media"):
                continue
            # A method or a constant of its own is fine, unless it is one letter away from one of ours.
            close = get_close_matches(name, list(known), n=1, cutoff=0.85)
            is_plain = not callable(value) and not isinstance(value, property | classmethod | staticmethod)
            if close or (is_plain and not name.isupper()):
                yield Error(
                    f"{class_name(one)}.{name} is no attribute of a {engine.__name__}: nothing reads it",
                    hint=nearest(name, known, of_all="The attributes are"),
                    id=UNKNOWN_ATTRIBUTE,
                )
