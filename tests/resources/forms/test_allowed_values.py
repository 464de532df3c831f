"""What the contract lets a field hold, for values that nobody typed, and for typed ones alike."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from apps.api.contract.openapi import Document, Field
from apps.bulk.field_edits import CannotEdit, FieldEdit, Operation
from apps.resources.forms.allowed_values import problem_with
from apps.resources.forms.fields import form_field

SCHEMA = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "payout": {"type": "number", "minimum": 0, "maximum": 99.5},
        "cap": {"type": "integer", "minimum": 1},
        "name": {"type": "string", "maxLength": 5},
        "kind": {"type": "string", "enum": ["a", "b"]},
        "landing_url": {"type": "string"},
        "open": {"type": "number", "minimum": True, "maximum": "many"},
    },
}
FIELDS = Document({"openapi": "3.1.0", "paths": {}}).fields(SCHEMA)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("payout", Decimal("-0.01"), "0 at least"),
        ("payout", Decimal("99.6"), "99.5 at most"),
        ("payout", Decimal("99.5"), ""),
        ("cap", 0, "1 at least"),
        ("name", "longer", "6 characters, and the API takes 5"),
        ("name", " ", "requires something"),
        ("kind", "c", "one of a, b"),
        ("landing_url", "shop", "Begin the address"),
        ("landing_url", "", ""),
        ("open", -5, ""),
    ],
)
def test_a_value_out_of_bounds_is_told_in_words(name, value, words):
    problem = problem_with(value, FIELDS[name])
    assert words in problem
    assert bool(problem) is bool(words)


@pytest.mark.parametrize(("name", "typed"), [("payout", "-1"), ("cap", "0"), ("name", "longer")])
def test_a_form_holds_to_the_same_limits(name, typed):
    field = form_field(FIELDS[name], label=name, help_text="", current=None, is_multiline=False)
    with pytest.raises(ValidationError):
        field.clean(typed)


def test_an_edit_that_would_break_a_limit_says_so_and_one_that_changes_nothing_does_not():
    lower = FieldEdit("payout", Operation.ADD, -5)
    with pytest.raises(CannotEdit, match=r"It would be “-1”. The API takes 0 at least"):
        lower.value_for({"payout": 4}, FIELDS)
    assert FieldEdit("payout", Operation.AT_LEAST, -20).value_for({"payout": -3}, FIELDS) == -3
    unlimited: Field = replace(FIELDS["payout"], minimum=None)
    assert lower.value_for({"payout": 4}, {"payout": unlimited}) == -1
