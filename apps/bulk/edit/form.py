"""The form that says what to do with which fields of many records: leave, set, clear, reckon, find and replace."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from apps.api.contract.contract import Field
from apps.api.contract.contract import Operation as ApiOperation
from apps.bulk.edit.choices import LEAVE, OFF, ON, SWITCHED, TO, WORDS, can_be_cleared, choices_for
from apps.bulk.field_edits import ARITHMETIC, FieldEdit, Operation
from apps.resources import registry
from apps.resources.forms.bodies import leaves
from apps.resources.forms.fields import ApiTextField, amount_field
from apps.resources.forms.layout import FieldInForm, FormGroup, Lookup, Section
from apps.resources.references.resolution import Resolution
from apps.resources.resource import Resource
from apps.resources.writes.bodies import is_never_told

#: The controls of one field: what is done with it, and the values for that.
CHOICE, VALUE, NUMBER, SOUGHT, REPLACEMENT = "do", "set", "by", "find", "with"
_PARTS = (VALUE, NUMBER, SOUGHT, REPLACEMENT)


def control_name(part: str, name: str) -> str:
    """The name of one of a field's controls."""
    return f"{part}-{name}"


def _parts_used(choice: str) -> tuple[str, ...]:
    if choice == Operation.SET:
        return (VALUE,)
    if choice == Operation.REPLACE:
        return (SOUGHT, REPLACEMENT)
    return (NUMBER,) if choice in ARITHMETIC else ()


@dataclass(frozen=True)
class EditRow:
    """One field as the template draws it; a control that the field does not have is None."""

    label: str
    help_text: str
    choice: BoundField
    value: BoundField | None
    lookup: Lookup | None
    number: BoundField | None
    sought: BoundField | None
    replacement: BoundField | None
    unit: str
    #: What to know about its unit, in a sentence.
    note: str


@dataclass(frozen=True)
class EditSection:
    """A group of fields."""

    title: str
    help_text: str
    is_open: bool
    rows: list[EditRow]


class EditForm(forms.Form):
    """What the resource's own form has, without secrets, in the same words; each field is left at first.

    What is edited in its place (`Resource.row_fields`) comes first, but for names and what has
    an action; the rest is as in the form.

    Once it is valid, `edits` are what was chosen. The page sets `lookups` and `unresolved`, as of a `ContractForm`.
    """

    use_required_attribute = False

    def __init__(self, resource: Resource, operation: ApiOperation, data: Any = None) -> None:
        super().__init__(data)
        self._resource = resource
        self._record_form = resource.form_class(operation=operation, original={})
        self._fields = {
            name: field
            for name, field in leaves(operation.body_fields.values())
            if name not in resource.form_class.passwords and not is_never_told(name, field)
        }
        self.edits: tuple[FieldEdit, ...] = ()
        self.references = {
            name: tag for name, tag in resource.form_class.references.items() if name in self._fields
        }
        self.lookups: Mapping[str, Lookup] = {}
        self.unresolved: Mapping[str, Resolution] = {}
        # The error summary and the Tab key follow the order of the page.
        self._sections = list(self._arranged(self._record_form.sections()))
        for _section, rows in self._sections:
            for item in rows:
                self.fields |= dict(self._controls(item.name, self._fields[item.name]))

    def _arranged(self, sections: list[Section]) -> Iterator[tuple[Section | FormGroup, list[FieldInForm]]]:
        """The record form's sections and fields, after those that are changed all day."""
        every = [item for section in sections for row in section.rows for item in row]
        rare = {self._resource.title_field, *self._resource.switched_fields}
        often = [
            item
            for name in self._resource.row_fields
            for item in every
            if item.name == name and name in self._fields and name not in rare
        ]
        if often:
            yield FormGroup("Often changed", ()), often
        for section in sections:
            items = (item for row in section.rows for item in row)
            rows = [item for item in items if item.name in self._fields and item not in often]
            if rows:
                yield section, rows

    def _controls(self, name: str, field: Field) -> Iterator[tuple[str, forms.Field]]:
        own = self._record_form.fields[name]
        is_open = name not in self.references and name not in self._resource.form_class.choices
        offered = choices_for(field, is_open=is_open)
        words = {**WORDS, **self._value_words(name, field)}
        yield (
            control_name(CHOICE, name),
            forms.ChoiceField(
                label=own.label,
                choices=[(choice, words[choice]) for choice in (LEAVE, *offered)],
                initial=LEAVE,
                required=False,
            ),
        )
        label = str(own.label)
        if Operation.SET in offered:
            own.label, own.help_text, own.required = f"{label}, new value", "", False
            yield control_name(VALUE, name), own
        if ARITHMETIC.intersection(offered):
            yield control_name(NUMBER, name), amount_field(label=f"{label}, number", required=False)
        if Operation.REPLACE in offered:
            yield control_name(SOUGHT, name), ApiTextField(label=f"{label}, find", required=False)
            yield control_name(REPLACEMENT, name), ApiTextField(label="Replace it with", required=False)

    def _value_words(self, name: str, field: Field) -> dict[str, str]:
        """What it is called to set the field to each of its few values."""
        switches = {"true": ON, "false": OFF} if field.type == "boolean" else {}
        return {
            switches.get(value, f"{TO}{value}"): f"Set to: {words}"
            for value, words in self._resource.value_choices(name, field)
        }

    # --- What was chosen ---

    def clean(self) -> dict[str, Any]:
        """Check the controls that count; what stands in the others is nobody's concern."""
        super().clean()
        edits = []
        for name in self._names():
            choice = self.cleaned_data.get(control_name(CHOICE, name)) or LEAVE
            used = _parts_used(choice)
            for part in _PARTS:
                if part not in used:
                    self.errors.pop(control_name(part, name), None)
            if choice == Operation.SET and name in self.unresolved:
                self.errors.pop(control_name(VALUE, name), None)
                self.add_error(control_name(VALUE, name), self.unresolved[name].problem)
            elif choice != LEAVE and (edit := self._edit(name, choice)) is not None:
                edits.append(edit)
        if not edits and not self.errors:
            self.add_error(None, "Choose for at least one field what to do with it.")
        self.edits = tuple(edits)
        return self.cleaned_data

    def _names(self) -> Iterator[str]:
        return (item.name for _section, rows in self._sections for item in rows)

    def _edit(self, name: str, choice: str) -> FieldEdit | None:
        """The edit; None where a value for it is missing or wrong, which its control says."""
        if choice in SWITCHED:
            return FieldEdit(name, Operation.SET, SWITCHED[choice])
        if choice.startswith(TO):
            return FieldEdit(
                name, Operation.SET, self._record_form.fields[name].clean(choice.removeprefix(TO))
            )
        operation = Operation(choice)
        missing = ""
        if operation == Operation.SET:
            or_else = ", or choose “Clear”" if can_be_cleared(self._fields[name]) else ""
            missing = self._missing(VALUE, name, f"Enter a value{or_else}.")
        elif operation in ARITHMETIC:
            missing = self._missing(NUMBER, name, "Enter a number.")
        elif operation == Operation.REPLACE:
            missing = self._missing(SOUGHT, name, "Enter the text to look for.")
        used = _parts_used(choice)
        if missing or any(control_name(part, name) in self.errors for part in used):
            return None
        values = [self.cleaned_data[control_name(part, name)] for part in used]
        return FieldEdit(name, operation, *values)

    def _missing(self, part: str, name: str, words: str) -> str:
        """Say at the control that nothing is in it; "" where something is, or is wrong."""
        control = control_name(part, name)
        if control in self.errors or self.cleaned_data.get(control) not in (None, "", []):
            return ""
        self.add_error(control, words)
        return words

    # --- What the template draws ---

    def sections(self) -> list[EditSection]:
        """The groups with their fields: the first is open, and so is where something was chosen."""
        return [
            EditSection(
                section.title, section.help_text, place == 0 or self._has_choice(rows), self._rows(rows)
            )
            for place, (section, rows) in enumerate(self._sections)
        ]

    def _has_choice(self, rows: list[FieldInForm]) -> bool:
        return any(self[control_name(CHOICE, item.name)].value() not in (LEAVE, None, "") for item in rows)

    def _rows(self, rows: list[FieldInForm]) -> list[EditRow]:
        return [self._row(item) for item in rows]

    def _row(self, item: FieldInForm) -> EditRow:
        name = item.name
        choice = self[control_name(CHOICE, name)]
        value, number, sought, replacement = (self._bound(part, name) for part in _PARTS)
        lookup = self.lookups.get(name, Lookup()) if name in self.references else None
        unit = self._resource.form_class.units.get(name, "")
        is_field = unit.isidentifier()
        return EditRow(
            str(choice.label),
            self._resource.form_class.help_texts.get(name, ""),
            choice,
            value,
            lookup,
            number,
            sought,
            replacement,
            "" if is_field else unit,
            self._unit_note(unit) if is_field else "",
        )

    def _bound(self, part: str, name: str) -> BoundField | None:
        control = control_name(part, name)
        return self[control] if control in self.fields else None

    def _unit_note(self, unit: str) -> str:
        """Whose unit the numbers are in: each record's own, or that of the record they lie below."""
        parent = registry.by_name(self._resource.parent)
        if unit not in self._fields and parent is not None:
            return f"In the {parent.label.lower()}'s {parent.label_of(unit).lower()}."
        return f"In each record's own {self._resource.label_of(unit).lower()}."
