"""What the columns of a file can go to: the fields that a record is created and changed by, and its id."""

import re
from collections.abc import Iterable, Mapping
from functools import cached_property

from django import forms

from apps.api.contract.contract import Field
from apps.resources.files.values import FOR_PEOPLE
from apps.resources.forms.bodies import leaves
from apps.resources.forms.contract_form import ContractForm
from apps.resources.scope import Scope
from apps.resources.writes.bodies import is_never_told

ID = "id"
_SAYS_NOTHING = re.compile(r"[\W_]+")


def plain_name(header: str) -> str:
    """A name without what people write differently: case, spaces, underscores, dots, a star for "required"."""
    return _SAYS_NOTHING.sub("", header.casefold())


class Targets:
    """The fields of one resource at one service, with the form fields that check them, made once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.resource = scope.resource
        self.create, self.create_leaves = self._form("create")
        self.update, self.update_leaves = self._form("update")
        self.fields: Mapping[str, Field] = {**self.create_leaves, **self.update_leaves}

    def _form(self, role: str) -> tuple[ContractForm | None, dict[str, Field]]:
        operation = self.scope.operations.get(role)
        if operation is None:
            return None, {}
        form = self.resource.form_class(operation=operation)
        found = {
            name: field
            for name, field in leaves(operation.body_fields.values())
            if name not in form.passwords and not is_never_told(name, field)
        }
        return form, found

    @property
    def place(self) -> dict[str, str]:
        """The path parameters of the list."""
        return self.scope.list_path

    def form_field(self, name: str, *, is_creation: bool) -> forms.Field:
        """The form field of a field. Raises `LookupError` where the call has none of that name."""
        form, known = (self.create, self.create_leaves) if is_creation else (self.update, self.update_leaves)
        if form is None or name not in known:
            raise LookupError(name)
        return form.fields[name]

    def label(self, name: str) -> str:
        """What people call the field; of one within an object its own name, which is unlike all others."""
        if name == ID:
            return "ID"
        for form in (self.create, self.update):
            if form is not None and name in form.fields:
                return str(form.fields[name].label)
        return self.resource.label_of(name)

    def names(self) -> list[str]:
        """The id, then all fields, in the order of the form."""
        order = [name for form in (self.create, self.update) if form is not None for name in form.fields]
        return [ID, *dict.fromkeys(name for name in order if name in self.fields)]

    @cached_property
    def required(self) -> list[str]:
        """The fields that a new record needs and that no default gives."""
        defaults = self.defaults
        return [name for name, field in self.create_leaves.items() if field.required and name not in defaults]

    @cached_property
    def defaults(self) -> Mapping[str, object]:
        """What a new record gets where the file says nothing: what the form of a new one shows."""
        if self.create is None:
            return {}
        found: dict[str, object] = {}
        for name in self.create_leaves:
            initial = self.create.initial.get(name)
            if isinstance(self.create.fields[name], forms.BooleanField):
                if "." not in name:
                    found[name] = initial is True
            elif initial not in (None, "", []):
                found[name] = initial
        return found

    @cached_property
    def _by_plain_name(self) -> Mapping[str, str]:
        """Plain name → the one field that is called so by name, by its words, or by its last part."""
        found: dict[str, str] = {}
        for spellings in (self._names, self._labels, self._last_parts):
            level: dict[str, set[str]] = {}
            for plain, name in spellings():
                level.setdefault(plain, set()).add(name)
            for plain, names in level.items():
                if len(names) == 1:
                    found.setdefault(plain, *names)
        return found

    def _names(self) -> Iterable[tuple[str, str]]:
        return ((plain_name(name), name) for name in self.names())

    def _labels(self) -> Iterable[tuple[str, str]]:
        for name in self.names():
            yield plain_name(self.label(name)), name
            yield plain_name(self.resource.label_of(name)), name

    def _last_parts(self) -> Iterable[tuple[str, str]]:
        return ((plain_name(name.rpartition(".")[2]), name) for name in self.names())

    def guess(self, header: str) -> str:
        """The field that a header names; "" for none, or for one that more than one could be meant by."""
        if header in self.fields or header == ID:
            return header
        if header.endswith(FOR_PEOPLE):
            return ""
        return self._by_plain_name.get(plain_name(header), "")

    def is_read_only(self, header: str) -> bool:
        """Whether a header names what the API sets itself, as the time of the last change."""
        if self.guess(header) or header.endswith(FOR_PEOPLE):
            return False
        shown = {name for name, field in self.scope.catalogue.fields.items() if field.type != "object"}
        plain = plain_name(header)
        return any(
            plain in (plain_name(name), plain_name(self.resource.label_of(name)))
            for name in shown - self.fields.keys()
        )
