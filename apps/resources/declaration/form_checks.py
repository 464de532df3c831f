"""Compares the fields that a form names with the bodies of create and update in the contract."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from django.core.checks import Error

from apps.api.contract.contract import Field
from apps.resources.declaration.attribute_types import TYPE, class_name, nearest
from apps.resources.declaration.checked_declaration import FIELD, FLAG, TWICE, CheckedDeclaration, tag_faults
from apps.resources.forms.bodies import leaves
from apps.resources.resource import Resource

_WRITES = ("create", "update")


def form_faults(resource: Resource) -> Iterator[Error]:
    """Everything that is wrong with the form of a resource whose attributes have the right types."""
    form = _Form(resource)
    yield from form.names()
    yield from form.kinds()
    yield from form.unfillable()


class _Form(CheckedDeclaration):
    """A form beside the bodies of create and update."""

    def __init__(self, resource: Resource) -> None:
        super().__init__(resource)
        bodies = [self.operations[role].body_fields for role in _WRITES if role in self.operations]
        self.form = resource.form_class
        self.written: dict[str, Field] = {
            name: field for body in bodies for name, field in _all_names(body.values())
        }
        self._leaves = {name for body in bodies for name, _ in leaves(body.values())}

    def fault(self, attribute: str, message: str, hint: str, identity: str) -> Error:
        """An error of one of the form's attributes."""
        return Error(f"{class_name(self.form)}.{attribute}: {message}", hint=hint, id=identity)

    def names(self) -> Iterator[Error]:
        """Names that are no fields of a body, or that a form cannot have."""
        form = self.form
        named: dict[str, Iterable[str]] = {
            "groups": [name for group in form.groups for name in group.names()],
            "help_texts": form.help_texts,
            "multiline": form.multiline,
            "references": form.references,
            "units": form.units,
            "shown_with": [*form.shown_with, *form.shown_with.values()],
            "choices": form.choices,
            "passwords": form.passwords,
            "defaults": form.defaults,
        }
        for attribute, names in named.items():
            for name in dict.fromkeys(names):
                if not self._has_control(name):
                    yield self._without_control(attribute, name)
        for name in form.labels:
            if name not in self.written and name not in self.catalogue:
                yield self._without_control("labels", name)
        grouped = Counter(leaf for name in named["groups"] for leaf in self._under(name))
        for name in (name for name, count in grouped.items() if count > 1):
            yield self.fault("groups", f"{name!r} stands twice", "A field has one place in a form.", TWICE)

    def _under(self, name: str) -> Iterator[str]:
        return (leaf for leaf in self._leaves if leaf == name or leaf.startswith(f"{name}."))

    def _has_control(self, name: str) -> bool:
        return any(self._under(name))

    def _without_control(self, attribute: str, name: str) -> Error:
        field = self.written.get(name)
        is_answered = field is None and name in self.catalogue
        if is_answered or (field is not None and field.is_read_only):
            hint = "The API alone sets it: the record's page shows it, and no form asks for it."
            return self.fault(attribute, f"{name!r} is read-only in the contract", hint, FLAG)
        if field is not None:
            hint = "A list or an object of open shape is shown, and not edited: take it out."
            return self.fault(attribute, f"{name!r} is nothing a form can hold", hint, TYPE)
        hint = nearest(name, self._leaves, of_all="The form has")
        return self.fault(attribute, f"{name!r} is not in the contract", hint, FIELD)

    def kinds(self) -> Iterator[Error]:
        """Fields of another kind than the attribute is for."""
        form = self.form
        for name, tag in form.references.items():
            yield from tag_faults(self, "references", name, tag)
        for name in form.multiline:
            field = self.written.get(name)
            if field is not None and (field.type != "string" or field.enum):
                hint = "Only texts have several lines."
                yield self.fault("multiline", f"{name!r} is {_kind(field)}", hint, TYPE)
        for name, switch in form.shown_with.items():
            field = self.written.get(switch)
            if field is not None and field.type != "boolean":
                hint = "A field is shown with a field that is true or false."
                message = f"{switch!r}, the switch of {name!r}, is {_kind(field)}"
                yield self.fault("shown_with", message, hint, TYPE)
        choices: Mapping[str, object] = form.choices
        for name, values in choices.items():
            field = self.written.get(name)
            if not callable(values):
                hint = "Give the function that lists them, as `countries`, and not what it gives."
                yield self.fault("choices", f"{name!r} holds {values!r}", hint, TYPE)
            elif field is not None and (field.enum or field.item_enum):
                hint = "The contract lists its values: take it out of `choices`."
                yield self.fault("choices", f"{name!r} has values in the contract", hint, TYPE)
        for name, unit in form.units.items():
            if unit.isidentifier() and unit not in self.written and unit not in self.resource.inherited:
                hint = "One word is the name of a field: of the form, or one of the resource's `inherited`."
                yield self.fault("units", f"{unit!r}, the unit of {name!r}, is no field", hint, FIELD)

    def unfillable(self) -> Iterator[Error]:
        """What a body requires and no form can send."""
        for role in _WRITES:
            body = self.operations[role].body_fields if role in self.operations else {}
            for name, field in body.items():
                if field.required and role == "create" and not self._has_control(name):
                    hint = "Leave the create operation out of the contract, or its field optional."
                    yield self.fault("groups", f"{name!r} is required, and no form can hold it", hint, TYPE)


def _all_names(fields: Iterable[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for field in fields:
        yield prefix + field.name, field
        yield from _all_names(field.fields.values(), f"{prefix}{field.name}.")


def _kind(field: Field) -> str:
    words: Mapping[str, str] = {"array": "a list", "object": "an object", "boolean": "true or false"}
    return "one of fixed values" if field.enum else words.get(field.type, f"a {field.type}")
