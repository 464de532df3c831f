"""Controls for long lists of choices, drawn in one go: a template for each of 249 countries takes far longer."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.safestring import SafeString

Pairs = tuple[tuple[str, str], ...]


@lru_cache(maxsize=64)
def _escaped(choices: Pairs) -> Pairs:
    """Values and labels as they stand in markup; the same list is drawn on every page."""
    return tuple((escape(value), escape(label)) for value, label in choices)


def _pairs(choices: Iterable[tuple[Any, Any]]) -> Pairs:
    return _escaped(tuple((str(value), str(label)) for value, label in choices))


class LongSelect(forms.Select):
    """A select whose options have no groups."""

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The select with the value chosen."""
        chosen = {escape(text) for text in self.format_value(value)}
        options = "".join(
            f'<option value="{key}"{" selected" if key in chosen else ""}>{label}</option>'
            for key, label in _pairs(self.choices)
        )
        attributes = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        return SafeString(f"<select{attributes}>{options}</select>")


class ManyBoxes(forms.CheckboxSelectMultiple):
    """A box and a label for each choice; the list gets a box to search in. Its template is `components/_field.html`."""

    #: The template includes the control itself in place of a loop over its options.
    draws_itself = True

    def render(
        self, name: str, value: Any, attrs: Mapping[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        """The labelled boxes with the values ticked; the first has the field's id, for links from error summaries."""
        chosen = {escape(text) for text in self.format_value(value)}
        given = self.build_attrs(self.attrs, dict(attrs or {}))
        field_id = given.pop("id", "")
        first = flatatt({"id": f"{field_id}_0", "data-searchable": True}) if field_id else " data-searchable"
        others, field = flatatt(given), escape(name)
        return SafeString(
            "".join(
                f'<label class="check"><input type="checkbox" name="{field}" value="{key}"'
                f"{'' if number else first}{others}{' checked' if key in chosen else ''}><span>{label}</span></label>"
                for number, (key, label) in enumerate(_pairs(self.choices))
            )
        )
