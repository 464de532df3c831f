"""Every box for a number takes it as people type it: forms, fields of many records, filters."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from apps.api.contract.contract import builtin_contract
from apps.bulk.edit.form import NUMBER, VALUE, EditForm, control_name
from apps.resources.forms.bodies import leaves
from apps.resources.lists.state import FieldCatalogue, ListState

WHOLE = {"1 200": 1200, "1\u202f200": 1200, "1,500": 1500, "1.500": 1500, "\u22127": -7, "7\u200b": 7}
BROKEN = {
    "11,50": "11.50",
    "1 200": "1200",
    "1\u202f234,5": "1234.5",
    "1.234,5": "1234.5",
    "1,234.5": "1234.5",
    "\u22120,125": "-0.125",
    "1.500": "1.500",
}
UNCLEAR = "1,500"


def number_fields(resource, role="update"):
    """Name → type of the form's boxes for numbers."""
    operation = builtin_contract().for_tag(resource.tag).get(role)
    form_class = resource.form_class
    others = {*form_class.references, *form_class.choices, *form_class.passwords}
    fields = leaves(operation.body_fields.values()) if operation else ()
    return {
        name: field.type
        for name, field in fields
        if field.type in ("integer", "number") and not field.enum and name not in others
    }


def takes_numbers(box, kind):
    """Hold the box to what it must read."""
    if kind == "integer":
        assert {typed: box.to_python(typed) for typed in WHOLE} == WHOLE
    else:
        assert {typed: box.to_python(typed) for typed in BROKEN} == {
            typed: Decimal(number) for typed, number in BROKEN.items()
        }
        with pytest.raises(ValidationError, match="may be 1500 or"):
            box.to_python(UNCLEAR)


@pytest.mark.parametrize("role", ["create", "update"])
def test_forms(resource, operations, role):
    for name, kind in number_fields(resource, role).items():
        takes_numbers(resource.form_class(operation=operations[role]).fields[name], kind)


def test_the_field_of_one_row(resource, operations):
    for name in number_fields(resource).keys() & set(resource.row_fields):
        form = resource.form_class(operation=operations["update"], original={}, only=(name,))
        takes_numbers(form.fields[name], number_fields(resource)[name])


def test_fields_of_many_records(resource, operations):
    form = EditForm(resource, operations["update"])
    for name, kind in number_fields(resource).items():
        takes_numbers(form.fields[control_name(NUMBER, name)], "number")
        takes_numbers(form.fields[control_name(VALUE, name)], kind)


def test_filters(resource):
    contract = builtin_contract()
    catalogue = FieldCatalogue(contract.record_fields(resource.tag), contract, resource.hidden_fields)
    for name in catalogue.names():
        kind, parameter = catalogue[name].type, f"filter[{name}][gte]"
        if kind not in ("integer", "number") or catalogue[name].name == "id":
            continue
        for typed, number in (WHOLE if kind == "integer" else BROKEN).items():
            query = QueryDict(mutable=True)
            query[parameter] = typed
            state = ListState.from_query(query, catalogue)
            assert (state.problems, state.value_of(name, "gte")) == ((), str(number)), (name, typed)
        if kind == "number":
            query[parameter] = UNCLEAR
            state = ListState.from_query(query, catalogue)
            assert state.filters == ()
            assert "may be 1500 or 1.500" in state.problems[0]
