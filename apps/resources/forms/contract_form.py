"""Forms made from the contract: what a `ModelForm` is to a model."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django import forms

from apps.api.contract.contract import Field, Operation
from apps.api.errors import RequestRefused
from apps.resources.forms import snapshots
from apps.resources.forms.bodies import leaves
from apps.resources.forms.bound_field import ContractBoundField, shown_text
from apps.resources.forms.fields import (
    NEVER_KEPT,
    AmountField,
    LinesField,
    ReferenceField,
    chosen_field,
    form_field,
    password_field,
)
from apps.resources.forms.layout import REST, FieldInForm, FormGroup, Lookup, Section
from apps.resources.references.resolution import Resolution
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean
from apps.ui.values import is_missing, label_of, value_at

__all__ = ["ContractForm", "FormGroup", "Lookup"]

SNAPSHOT_SALT = "resources.form-snapshot"
#: The hidden field with what the form was opened on.
ORIGINAL = "_original"
DEPRECATED = "The API calls this field deprecated."


class ContractForm(forms.Form):
    """A form over the body of an operation. Subclasses say what the contract cannot: groups, words, references.

    `original` is the record as it was when the form was opened, None for a new one; `model` is what a new one
    starts with in place of the defaults. Whatever was sent, `untouched` fields show and keep what `original` has.
    It has the fields of `only`; all where that is None.
    """

    groups: Sequence[FormGroup] = ()
    labels: Mapping[str, str] = {}
    help_texts: Mapping[str, str] = {}
    #: Fields of several lines.
    multiline: frozenset[str] = frozenset()
    #: Field → tag of the records its value refers to.
    references: Mapping[str, str] = {}
    #: Field → what stands after its value: a text, or the name of the field that says it (of the form or its parent).
    units: Mapping[str, str] = {}
    #: Field → the switch that makes it matter.
    shown_with: Mapping[str, str] = {}
    #: Field → a list of (value, words) to choose from, where the contract leaves the values open.
    choices: Mapping[str, Callable[[], Sequence[tuple[str, str]]]] = {}
    #: Fields that are written and never shown.
    passwords: frozenset[str] = frozenset()
    #: What a new record starts with.
    defaults: Mapping[str, Any] = {}

    use_required_attribute = False
    bound_field_class = ContractBoundField

    def __init__(
        self,
        data: Any = None,
        *,
        operation: Operation,
        original: Record | None = None,
        model: Record | None = None,
        untouched: Collection[str] = (),
        only: Collection[str] | None = None,
        **options: Any,
    ) -> None:
        self.operation = operation
        self.original = original
        self.model = model
        self.untouched = untouched
        #: Reference field → how its record is looked up, as far as the page says it.
        self.lookups: Mapping[str, Lookup] = {}
        #: Reference field → what was typed for it and is no id.
        self.unresolved: Mapping[str, Resolution] = {}
        #: Values of the record these lie below, where its units are said.
        self.inherited: Record = {}
        self._leaves = {
            name: field
            for name, field in leaves(operation.body_fields.values())
            if only is None or name in only
        }
        super().__init__(data, initial=self._initial_values(), **options)
        for name, field in self._leaves.items():
            self.fields[name] = own = self._form_field(name, field)
            if isinstance(own, AmountField):
                own.unit_now = partial(self._unit, name)
        # The error summary and the Tab key follow the order of the page.
        self.order_fields(
            [leaf for group in self.groups for name in group.names() for leaf in self._leaf_names(name)]
        )
        if original is not None:
            self.fields[ORIGINAL] = forms.CharField(
                widget=forms.HiddenInput, initial=self.snapshot(original), required=False
            )

    def _initial_values(self) -> dict[str, Any]:
        started = self.defaults if self.model is None else self.model
        source: Record = started if self.original is None else self.original
        initial = {name: value_at(source, name) for name in self._leaves if not self._is_secret(name)}
        if self.original is None and self.model is None:
            # What the API would take where nothing is sent, unless the form says better.
            initial |= {
                name: field.default
                for name, field in self._leaves.items()
                if initial.get(name) is None and field.default is not None
            }
        return initial

    def _is_secret(self, name: str) -> bool:
        """Whether the field is written and never shown: by its declaration, or by the contract."""
        return name in self.passwords or self._leaves[name].is_write_only

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        """What the control shows at first: a value of another type than the contract's as its text."""
        value = super().get_initial_for_field(field, field_name)
        if isinstance(field, forms.BooleanField):
            return as_boolean(value) is True
        if isinstance(value, list) and isinstance(field, LinesField | forms.MultipleChoiceField):
            return value
        return shown_text(value)

    def _form_field(self, name: str, field: Field) -> forms.Field:
        made = self._unmarked_field(name, field)
        if self._is_secret(name):
            made.widget.attrs |= NEVER_KEPT
        return made

    def _unmarked_field(self, name: str, field: Field) -> forms.Field:
        label = self.labels.get(name) or label_of(name)
        help_text = self.help_texts.get(name, "")
        if field.is_deprecated:
            help_text = f"{help_text} {DEPRECATED}".strip()
        if name in self.references:
            return ReferenceField(
                is_integer=field.type == "integer", label=label, help_text=help_text, required=field.required
            )
        if name in self.passwords or (field.is_write_only and field.format == "password"):
            return password_field(field, label=label, help_text=help_text)
        current = self.initial.get(name)
        if name in self.choices:
            return chosen_field(
                field, self.choices[name](), label=label, help_text=help_text, current=current
            )
        return form_field(
            field,
            label=label,
            help_text=help_text,
            current=current,
            is_multiline=name in self.multiline,
        )

    # --- What was there when the form was opened ---

    def shown_of(self, record: Record) -> dict[str, Any]:
        """What the form shows of a record: the fields of its body that are no secrets."""
        return {
            name: record[name]
            for name, field in self.operation.body_fields.items()
            if name in record
            and name not in self.passwords
            and not field.is_write_only
            and not field.is_read_only
        }

    def snapshot(self, record: Record) -> str:
        """The record as the form shows it, for its hidden `_original`."""
        return snapshots.sign(self.shown_of(record), SNAPSHOT_SALT)

    @staticmethod
    def read_snapshot(text: str) -> dict[str, Any] | None:
        """The record in a posted `_original`; None when it is missing, forged or older than a day."""
        return snapshots.read(text, SNAPSHOT_SALT)

    # --- What the person changed ---

    def _submitted(self, name: str) -> Any:
        return self[name].data

    def has_field_changed(self, name: str) -> bool:
        """Whether what was sent for the field differs from what the form showed."""
        if name not in self.fields:
            return False
        submitted, initial = self._submitted(name), self.initial.get(name)
        if isinstance(submitted, str) and submitted.replace("\r\n", "\n") == shown_text(initial):
            return False
        if isinstance(self.fields[name], forms.BooleanField):
            return bool(submitted) != (as_boolean(initial) is True)
        return self.fields[name].has_changed(initial, submitted)

    def clean(self) -> dict[str, Any]:
        """Check the form after its fields: unchanged values have no errors, a name that led to no record is one."""
        super().clean()
        for name in list(self.errors):
            # A value of another type than the contract's is kept, not complained about, while it is unchanged.
            if (
                self.original is not None
                and not is_missing(self.initial.get(name))
                and not self.has_field_changed(name)
            ):
                del self.errors[name]
        for name, resolution in self.unresolved.items():
            self.errors.pop(name, None)
            self.add_error(name, resolution.problem)
        for name, field in self._leaves.items():
            if self._is_cleared_for_good(name, field):
                self.add_error(name, "The API has no way to empty this field. Enter a value, for example 0.")
        return self.cleaned_data

    def _is_cleared_for_good(self, name: str, field: Field) -> bool:
        return (
            self.original is not None
            and not field.is_nullable
            and field.type in ("integer", "number")
            and name not in self.errors
            and self.cleaned_data.get(name) in (None, "")
            and self.has_field_changed(name)
        )

    def contract_field_names(self) -> list[str]:
        """The names of all fields that stand for a value of the contract, dotted inside objects."""
        return list(self._leaves)

    def changed_names(self) -> list[str]:
        """The contract's fields that the person changed; for a new record those that hold something."""
        return [name for name in self._leaves if self._is_to_send(name)]

    def _is_to_send(self, name: str) -> bool:
        if self.original is not None:
            return self.has_field_changed(name)
        if isinstance(self.fields[name], forms.BooleanField):
            # A new record gets every switch of its own fields as the form showed it.
            return "." not in name
        return self.cleaned_data.get(name) not in (None, "", [])

    def values(self) -> dict[str, Any]:
        """What is to be set: the changed fields, dotted inside objects, with their values."""
        return {name: self._value_to_send(name) for name in self.changed_names()}

    def _value_to_send(self, name: str) -> Any:
        """What was typed; for an emptied field null, where the contract has that word for "nothing"."""
        value = self.cleaned_data[name]
        return None if value == "" and self._leaves[name].is_nullable else value

    def show_refusal(self, error: RequestRefused) -> None:
        """Put the API's words at the fields it names, and the rest on top."""
        if not error.field_errors:
            self.add_error(None, error.user_message or "The API refused this without giving a reason.")
        for name, messages in error.field_errors.items():
            for message in messages:
                if name in self.fields:
                    self.add_error(name, message)
                else:
                    self.add_error(None, f"{label_of(name)}: {message}" if name else message)

    # --- What the template draws ---

    def sections(self) -> list[Section]:
        """The form's groups with their fields; fields of the contract that no group names come last."""
        grouped = {leaf for group in self.groups for name in group.names() for leaf in self._leaf_names(name)}
        sections = [self._section(group) for group in self.groups]
        rest = [leaf for leaf in self._leaves if leaf not in grouped]
        if rest:
            sections.append(self._section(replace(REST, fields=rest)))
        return [section for section in sections if section.rows]

    def _section(self, group: FormGroup) -> Section:
        rows: list[list[FieldInForm]] = []
        for item in group.fields:
            if isinstance(item, tuple):
                rows.append([self._field_of(leaf) for name in item for leaf in self._leaf_names(name)])
            else:
                rows.extend([self._field_of(leaf)] for leaf in self._leaf_names(item))
        error_count = sum(field.name in self.errors for row in rows for field in row)
        kept = list(self._kept(field.name for row in rows for field in row))
        return Section(
            group.title,
            group.anchor,
            group.help_text,
            not group.is_open,
            error_count,
            [row for row in rows if row],
            kept,
        )

    def _leaf_names(self, name: str) -> Iterator[str]:
        return (leaf for leaf in self._leaves if leaf == name or leaf.startswith(f"{name}."))

    def _field_of(self, leaf: str) -> FieldInForm:
        lookup = self.lookups.get(leaf, Lookup()) if leaf in self.references else None
        unit = self.units.get(leaf, "")
        unit_of = unit if unit in self.fields else ""
        return FieldInForm(self[leaf], self.shown_with.get(leaf, ""), lookup, self._unit(leaf), unit_of)

    def _unit(self, leaf: str) -> str:
        """What stands after the field's value: as the form has it now, or the record, or the one above it."""
        unit = self.units.get(leaf, "")
        if unit in self.fields:
            return shown_text(self[unit].value())
        if not unit.isidentifier():
            return unit
        said = value_at(self.inherited, unit)
        return shown_text(value_at(self.original or {}, unit) if is_missing(said) else said)

    def _kept(self, names: Iterable[str]) -> Iterator[str]:
        for name in dict.fromkeys(leaf.split(".")[0] for leaf in names if "." in leaf):
            value, field = (self.original or {}).get(name), self.operation.body_fields[name]
            if isinstance(value, Mapping):
                yield from (str(key) for key in value if key not in field.fields)
