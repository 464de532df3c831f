"""A form's field together with what was sent for it, or with what the record has."""

from typing import Any

from django import forms

from apps.ui.values import is_missing, text_of


class ContractBoundField(forms.BoundField):
    """A field of a form with what was sent for it, or what the record has where the person left it alone."""

    @property
    def data(self) -> Any:
        """What was sent; of an untouched field what the browser would send of the value it shows."""
        if self.name not in getattr(self.form, "untouched", ()):
            return super().data
        if isinstance(self.field, forms.BooleanField):
            return self.initial is True
        if isinstance(self.field, forms.MultipleChoiceField):
            return self.field.prepare_value(self.initial)
        return shown_text(self.field.prepare_value(self.initial))


def shown_text(value: Any) -> str:
    """A value as a control shows it; "" for nothing."""
    return "" if is_missing(value) else text_of(value)
