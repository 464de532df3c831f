"""The template of a file to import: every column, and a line that shows how values are written."""

import io
from collections.abc import Sequence

from django import forms

from apps.api.contract.contract import Field
from apps.bulk.imports.columns.targets import ID, Targets
from apps.ui.files.csv_files import write_rows
from apps.ui.files.workbook import write_workbook

_BY_FORMAT = {
    "email": "jane@example.com",
    "uri": "https://example.com/",
    "date-time": "2026-10-01T12:00:00+00:00",
}
_BY_TYPE = {"integer": "1", "number": "1.50", "boolean": "true", "array": "", "string": ""}


def example_rows(targets: Targets) -> tuple[list[str], list[str]]:
    """The headers, and a row that creates a record once what it refers to is filled in."""
    names = targets.names()
    return names, ["" if name == ID else _example(targets, name) for name in names]


def _example(targets: Targets, name: str) -> str:
    field = targets.fields[name]
    choices = _choices(targets, name)
    if choices:
        return choices[0]
    if name == targets.resource.title_field:
        return f"Example {targets.resource.label.lower()}"
    if name in targets.resource.references:
        return "123" if field.required else ""
    return _by_kind(name, field)


def _by_kind(name: str, field: Field) -> str:
    if field.format in _BY_FORMAT:
        return _BY_FORMAT[field.format]
    if name.endswith("_url") or name == "website":
        return _BY_FORMAT["uri"]
    return _BY_FORMAT["email"] if name == "email" else _BY_TYPE.get(field.type, "")


def _choices(targets: Targets, name: str) -> Sequence[str]:
    """The API's words for the values of a fixed set."""
    form_field: forms.Field | None = None
    for form in (targets.create, targets.update):
        if form is not None and name in form.fields:
            form_field = form.fields[name]
            break
    field = targets.fields[name]
    if field.enum or field.item_enum:
        return list(field.enum or field.item_enum)
    choices = getattr(form_field, "choices", ())
    return [str(value) for value, _label in choices if value][:1] if field.required else []


def example_csv(targets: Targets) -> bytes:
    """The template as CSV for spreadsheets."""
    out = io.StringIO(newline="")
    out.write("\ufeff")
    write_rows(out, example_rows(targets))
    return out.getvalue().encode()


def example_workbook(targets: Targets) -> bytes:
    """The template as a workbook, amounts as numbers and all else as texts."""
    headers, example = example_rows(targets)
    numbers = [name != ID and targets.fields[name].type == "number" for name in headers]
    out = io.BytesIO()
    write_workbook(out, headers, numbers, [[example]])
    return out.getvalue()
