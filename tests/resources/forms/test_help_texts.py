"""Every field of every form says what it is for, or is named here with the reason why its label is enough;
the values to choose from read as people write them."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.network.payment import PAYMENT_TYPES
from apps.resources import registry
from apps.resources.forms.bodies import leaves

#: Field → why its label says it all.
CLEAR_BY_LABEL = {
    "first_name": "part of a person's name",
    "last_name": "part of a person's name",
    "address": "a postal address",
    "city": "part of a postal address",
}


#: Those of our own contract: whoever brings a contract of their own says as much as they like.
OWN = [resource for resource in registry.resources() if resource.contract_file is None]


@pytest.mark.parametrize("resource", OWN, ids=lambda resource: resource.name)
def test_every_field_has_a_help_text_and_every_help_text_a_field(resource):
    operations = builtin_contract().for_tag(resource.tag)
    fields = {
        name for role in ("create", "update") for name, _ in leaves(operations[role].body_fields.values())
    }
    helped = set(resource.form_class.help_texts)
    assert fields - helped - CLEAR_BY_LABEL.keys() == set()
    assert helped - fields == set()
    for name, text in resource.form_class.help_texts.items():
        assert text.endswith("."), name


def enums() -> dict[str, tuple[str, ...]]:
    """The fixed sets of values that the forms offer, by resource and field."""
    contract = builtin_contract()
    return {
        f"{resource.name}.{name}": field.enum or field.item_enum
        for resource in registry.resources()
        for role in ("create", "update")
        if role in contract.for_tag(resource.tag)
        for name, field in leaves(contract.for_tag(resource.tag)[role].body_fields.values())
        if field.enum or field.item_enum
    }


def choices(name: str) -> dict[str, str]:
    """What the form of a resource calls the values of a field."""
    resource_name, field = name.split(".", 1)
    resource = registry.named(resource_name)
    operations = builtin_contract().for_tag(resource.tag)
    operation = operations.get("update") or operations["create"]
    options = resource.form_class(operation=operation)[field].subwidgets
    return {option.data["value"]: option.data["label"] for option in options if option.data["value"]}


@pytest.mark.parametrize("name", enums())
def test_a_form_calls_every_value_as_people_write_it_and_as_the_badge_in_the_list_does(name):
    words = choices(name)
    assert tuple(words) == enums()[name]
    resource_name, field = name.split(".", 1)
    badges = registry.named(resource_name).value_words(field)
    for value, text in words.items():
        assert text == badges.get(value, text)
        assert "_" not in text
        assert text[0].isupper()
        if value.isupper() or value in ("CPAxCPS", "RPAxRPS"):
            assert text == value
        else:
            assert text == text.capitalize()


def test_every_type_of_payout_and_revenue_is_explained_once():
    explained = PAYMENT_TYPES.replace("/", " ").replace(":", " ").split()
    types = {value for name, values in enums().items() if name.endswith("_type") for value in values}
    assert {value: explained.count(value) for value in types} == dict.fromkeys(types, 1)
    for name in ("offers", "offer_events"):
        texts = [group.help_text for group in registry.named(name).form_class.groups]
        assert sum(PAYMENT_TYPES in text for text in texts) == 1
