"""A declaration that does not fit the contract stops the start, and the message names what is wrong."""

import pytest

from apps.resources import registry
from apps.resources.bulk_actions import BulkAction
from apps.resources.checks import check_resources
from apps.resources.columns import BadgeColumn, Column, MoneyColumn, Tone
from apps.resources.forms import ContractForm, FormGroup
from apps.resources.panels import Panel
from apps.resources.resource import Resource


class PlainForm(ContractForm):
    """A form without groups."""


class PlainResource(Resource):
    """A resource over the offers, right in every part."""

    name = "plain"
    tag = "Offers"
    label = "Plain"
    label_plural = "Plains"
    columns = [Column("name")]
    panels = [Panel("All", "name", "default_payout")]
    form_class = PlainForm


def form_with(**attributes):
    return type("OtherForm", (PlainForm,), attributes)


def checked(monkeypatch, **attributes):
    resource = type("OtherResource", (PlainResource,), attributes)()
    monkeypatch.setattr(registry, "_resources", {"plain": resource})
    return [(message.id, message.msg) for message in check_resources()]


def test_the_registered_resources_fit_the_contract():
    assert registry.resources()
    assert check_resources() == []


def test_a_right_declaration_passes(monkeypatch):
    assert checked(monkeypatch) == []


def test_a_tag_without_a_list_is_refused(monkeypatch):
    [(identity, message)] = checked(monkeypatch, tag="Nothing")
    assert identity == "integr8.E001"
    assert "'Nothing'" in message


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"columns": [Column("name"), Column("colour")]}, "column 'colour'"),
        ({"quick_filters": ["colour"]}, "quick filter 'colour'"),
        ({"panels": [Panel("All", "name", "colour")]}, "panel field 'colour'"),
        ({"panels": [Panel("All", Column("default_payout.colour"))]}, "panel field 'default_payout.colour'"),
        ({"form_class": form_with(groups=[FormGroup("A", ["name", ("colour",)])])}, "form field 'colour'"),
        ({"form_class": form_with(references={"colour": "Advertisers"})}, "reference 'colour'"),
        (
            {"bulk_actions": [BulkAction("paint", "Paint", {"colour": "blue"}, "Painted.", "painted")]},
            "bulk action field 'colour'",
        ),
        ({"form_class": form_with(defaults={"colour": "red"})}, "default of 'colour'"),
        ({"known_values": {"colour": ["red"]}}, "known value of 'colour'"),
        ({"search_field": "colour"}, "search field 'colour'"),
        ({"inherited": ["currency"]}, "inherited field 'currency'"),
        ({"columns": [MoneyColumn("name", currency_field="colour")]}, "currency field 'colour'"),
        ({"panels": [Panel("All", MoneyColumn("name", currency_field="colour"))]}, "currency field 'colour'"),
    ],
)
def test_a_field_the_contract_has_not_is_named(monkeypatch, attributes, words):
    assert checked(monkeypatch, **attributes) == [("integr8.E002", f"{words} is not in the contract")]


SECRET = BadgeColumn("visibility", tones={"Secret": Tone("Secret", "info")})
YES = BadgeColumn("active", tones={"yes": Tone("Yes", "ok")})
HIDE = BulkAction("hide", "Hide", {"visibility": "Secret"}, "They will be hidden.", "hidden")


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ({"columns": [SECRET]}, "visibility", "Secret"),
        ({"columns": [YES]}, "active", "yes"),
        ({"panels": [Panel("All", SECRET)]}, "visibility", "Secret"),
        ({"columns": [SECRET], "panels": [Panel("All", SECRET)]}, "visibility", "Secret"),
        ({"form_class": form_with(defaults={"currency": "GBP"})}, "currency", "GBP"),
        ({"bulk_actions": [HIDE]}, "visibility", "Secret"),
        (
            {"known_values": {"default_payout.payout_type": ["CPA", "CPX"]}},
            "default_payout.payout_type",
            "CPX",
        ),
    ],
)
def test_a_value_the_contract_does_not_list_is_named_once(monkeypatch, attributes, field, value):
    assert checked(monkeypatch, **attributes) == [
        ("integr8.E005", f"{value!r} is no value of {field!r} in the contract")
    ]


def test_a_bulk_action_without_an_operation_is_named(monkeypatch):
    action = BulkAction("paint", "Paint", {"type": "blue"}, "They will be painted.", "painted")
    exports = {"tag": "DownloadCenter", "columns": [Column("type")], "panels": [], "search_field": "type"}
    assert checked(monkeypatch, bulk_actions=[action], **exports) == [
        ("integr8.E003", "no operation for the bulk action 'paint'")
    ]


def test_a_name_may_stand_once(monkeypatch):
    monkeypatch.setattr(registry, "_resources", {})
    registry.register(PlainResource)
    with pytest.raises(ValueError, match="'plain'"):
        registry.register(PlainResource)
