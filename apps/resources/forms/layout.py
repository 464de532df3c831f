"""The layout of a form: groups of fields as declared, sections and fields as its template draws them."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField
from django.utils.text import slugify

from apps.resources.references.resolution import Suggestion


@dataclass(frozen=True)
class FormGroup:
    """A section of a form: a title and the contract's fields in it; a tuple of fields stands in one row."""

    title: str
    fields: Sequence[str | tuple[str, ...]]
    help_text: str = ""
    #: Whether the section is always there; a folded one opens by a click, or when it holds an error.
    is_open: bool = True

    def names(self) -> Iterator[str]:
        """The names of the group's fields."""
        for item in self.fields:
            yield from (item,) if isinstance(item, str) else item

    @property
    def anchor(self) -> str:
        """The section's place on the form's page."""
        return f"section-{slugify(self.title)}"

    def has_field(self, leaf: str) -> bool:
        """Whether the field, dotted inside objects, stands in the group."""
        return any(leaf == name or leaf.startswith(f"{name}.") for name in self.names())


#: The section of the fields that no group names.
REST = FormGroup("More", ())


def anchor_of_first(names: Iterable[str], groups: Sequence[FormGroup], in_form: Container[str]) -> str:
    """The anchor of the section with the first of these fields that a form has; "" where it has none of them."""
    first = next((name for name in names if name in in_form), None)
    if first is None:
        return ""
    return next((group for group in groups if group.has_field(first)), REST).anchor


@dataclass(frozen=True)
class Lookup:
    """How the record a field refers to is found by its name, and what the present one is called."""

    suggest_url: str = ""
    name: str = ""
    #: The records that what was typed may mean.
    choices: Sequence[Suggestion] = ()


@dataclass(frozen=True)
class FieldInForm:
    """A field as the template draws it."""

    bound: BoundField
    #: The check box that makes this field matter, by its name in the form.
    shown_with: str
    #: How a record is looked up; None where the field refers to none.
    lookup: Lookup | None
    #: What stands after the value, for example a currency, and the field of this form that says it.
    unit: str = ""
    unit_of: str = ""

    @property
    def name(self) -> str:
        """The field's name in the contract."""
        return self.bound.name


@dataclass(frozen=True)
class Section:
    """A group with its fields."""

    title: str
    anchor: str
    help_text: str
    is_folded: bool
    #: How many of its fields have something to mend.
    error_count: int
    rows: Sequence[Sequence[FieldInForm]]
    #: Parts of the section's objects that the contract does not know: they are kept, and sent back as they are.
    kept: Sequence[str] = ()

    @property
    def is_open(self) -> bool:
        """Whether it opens by itself where it is folded: something in it is to be mended."""
        return self.error_count > 0
