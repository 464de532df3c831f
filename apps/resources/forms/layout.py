"""The layout of a form: groups of fields as declared, sections and fields as its template draws them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.forms.boundfield import BoundField

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
    help_text: str
    is_folded: bool
    is_open: bool
    rows: Sequence[Sequence[FieldInForm]]
    #: Parts of the section's objects that the contract does not know: they are kept, and sent back as they are.
    kept: Sequence[str] = ()
