"""Values as JSON in a text column: read back exactly as written, whatever the database."""

import json
from typing import Any

from django.db import models

_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), default=str)


def canonical(value: object) -> str:
    """The value as JSON, the same text for equal values; what JSON has no form for becomes text.

    Only ASCII, so that control characters and halves of surrogate pairs are stored as escapes: PostgreSQL refuses both.
    """
    return _encoder.encode(value)


class ExactJSONField(models.Field[Any, Any]):
    """JSON that keeps its text, because a digest is made of it: PostgreSQL's own type writes 1e22 as an integer."""

    def get_internal_type(self) -> str:
        """The column is one of text."""
        return "TextField"

    def from_db_value(self, value: str | None, _expression: object, _connection: object) -> Any:
        """The value behind the column's text; a text that is no JSON, because somebody altered it, as it is."""
        try:
            return None if value is None else json.loads(value)
        except ValueError:
            return value

    def get_prep_value(self, value: Any) -> str:
        """The column's text, also of None."""
        return canonical(value)

    def to_python(self, value: Any) -> Any:
        """The value itself: forms and fixtures give it as it is."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """The text a fixture holds."""
        return canonical(self.value_from_object(obj))
