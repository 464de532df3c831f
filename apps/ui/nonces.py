"""A random number (nonce) that identifies one opened form, so that a form sent twice takes effect once."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms


class NonceField(forms.UUIDField):
    """The number as a hidden field; a form that lost it counts as a new one."""

    widget = forms.HiddenInput

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)

    def clean(self, value: Any) -> uuid.UUID:
        """The number. Raises `ValidationError` when the text is none."""
        return super().clean(value) or uuid.uuid4()


def read_nonce(data: Mapping[str, Any]) -> uuid.UUID:
    """The number of a posted form; a new one where it has none."""
    try:
        return uuid.UUID(data.get("nonce", ""))
    except ValueError:
        return uuid.uuid4()
