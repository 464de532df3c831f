"""Every field of every form says what it is for, or is named here with the reason why its label is enough."""

import pytest

from apps.api.contract import builtin_contract
from apps.resources import registry
from apps.resources.forms import _leaves

#: Field → why its label says it all.
CLEAR_BY_LABEL = {
    "first_name": "part of a person's name",
    "last_name": "part of a person's name",
    "address": "a postal address",
    "city": "part of a postal address",
}


@pytest.mark.parametrize("resource", registry.resources(), ids=lambda resource: resource.name)
def test_every_field_has_a_help_text_and_every_help_text_a_field(resource):
    operations = builtin_contract().for_tag(resource.tag)
    fields = {
        name for role in ("create", "update") for name, _ in _leaves(operations[role].body_fields.values())
    }
    helped = set(resource.form_class.help_texts)
    assert fields - helped - CLEAR_BY_LABEL.keys() == set()
    assert helped - fields == set()
    for name, text in resource.form_class.help_texts.items():
        assert text.endswith("."), name
