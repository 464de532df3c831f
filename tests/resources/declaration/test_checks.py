"""A declaration that does not fit the contract stops the start, and the message names what is wrong."""

import json
from typing import Any

import pytest
from django.views import View

from apps.api.contract.contract import add_contract_file, builtin_contract, remove_contract_file
from apps.api.query import Filter
from apps.resources import registry
from apps.resources.declaration.attribute_types import REQUIRED
from apps.resources.declaration.system_checks import check_resources
from apps.resources.details.panels import ChildrenPanel, Panel, RelatedPanel
from apps.resources.forms.contract_form import ContractForm, FormGroup
from apps.resources.resource import Resource
from apps.resources.urls import resource_urls
from apps.resources.writes.actions import BulkAction
from apps.saved_views.lists import ShippedView
from apps.ui.columns import Badge, BadgeColumn, Column, MoneyColumn, ReferenceColumn, TitleColumn

#: Of a list whose other columns are what a test is about.
TITLE = TitleColumn("id")


class PlainForm(ContractForm):
    """A form without groups."""


class PlainResource(Resource):
    """A resource over the offers, right in every part."""

    name = "plain"
    tag = "Offers"
    label = "Plain"
    label_plural = "Plains"
    columns = [TitleColumn("name")]
    panels = [Panel("All", "name", "default_payout")]
    form_class = PlainForm


def form_with(**attributes):
    return type("OtherForm", (PlainForm,), {"__module__": __name__, **attributes})


def checked(monkeypatch, *others, **attributes):
    resource = type("OtherResource", (PlainResource,), attributes)()
    known = {one.name: one for one in (*others, resource)}
    monkeypatch.setattr(registry, "_resources", known)
    return [(message.id, message.msg) for message in check_resources()]


def only(monkeypatch, **attributes):
    """The one fault of a declaration: its id, and what it says after the class's name; it has a hint."""
    resource = type("OtherResource", (PlainResource,), attributes)()
    monkeypatch.setattr(registry, "_resources", {"plain": resource})
    [message] = check_resources()
    assert (message.hint or "").endswith((".", "?"))
    assert message.msg.startswith("tests.resources.declaration.test_checks.Other")
    return message.id, message.msg.partition(".Other")[2].partition(".")[2]


def test_the_registered_resources_fit_the_contract():
    assert registry.resources()
    assert check_resources() == []


def test_a_right_declaration_passes(monkeypatch):
    assert checked(monkeypatch) == []


def test_a_tag_without_a_list_is_refused_and_has_no_addresses(monkeypatch):
    found = checked(monkeypatch, tag="Offer")
    assert [identity for identity, _ in found] == ["integr8.E001"] * 2
    assert "no list operation for the tag 'Offer'" in found[0][1]
    assert resource_urls() == []


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"columns": [TITLE, Column("name"), Column("colour")]}, "columns: 'colour'"),
        ({"quick_filters": ["colour"]}, "quick_filters: 'colour'"),
        ({"row_fields": ["colour"]}, "row_fields: 'colour'"),
        ({"panels": [Panel("All", "name", "colour")]}, "panels: 'colour'"),
        ({"panels": [Panel("All", Column("default_payout.colour"))]}, "panels: 'default_payout.colour'"),
        ({"title_field": "colour"}, "title_field: 'colour'"),
        ({"search_field": "colour"}, "search_field: 'colour'"),
        ({"known_values": {"colour": ["red"]}}, "known_values: 'colour'"),
        ({"hidden_fields": {"colour"}}, "hidden_fields: 'colour'"),
        ({"field_labels": {"colour": "Colour"}}, "field_labels: 'colour'"),
        ({"inherited": ["currency"]}, "inherited: inherited field 'currency'"),
        (
            {
                "bulk_actions": [BulkAction("paint", "Paint", None, "Painted.", "painted")],
                "suggestion_filters": lambda self, text: [(Filter("colour", "eq", text),)],
            },
            "suggestion_filters: 'colour'",
        ),
        (
            {"columns": [TITLE, MoneyColumn("name", currency_field="colour")]},
            "columns: currency field 'colour' of 'name'",
        ),
        (
            {"panels": [Panel("All", MoneyColumn("name", currency_field="colour"))]},
            "panels: currency field 'colour' of 'name'",
        ),
        ({"form_class": form_with(groups=[FormGroup("A", ["name", ("colour",)])])}, "groups: 'colour'"),
        ({"form_class": form_with(references={"colour": "Advertisers"})}, "references: 'colour'"),
        ({"form_class": form_with(defaults={"colour": "red"})}, "defaults: 'colour'"),
        ({"form_class": form_with(labels={"colour": "Colour"})}, "labels: 'colour'"),
        ({"form_class": form_with(help_texts={"colour": "Its colour."})}, "help_texts: 'colour'"),
        ({"form_class": form_with(multiline=frozenset({"colour"}))}, "multiline: 'colour'"),
        ({"form_class": form_with(units={"colour": "%"})}, "units: 'colour'"),
        ({"form_class": form_with(shown_with={"name": "colour"})}, "shown_with: 'colour'"),
        ({"form_class": form_with(choices={"colour": list})}, "choices: 'colour'"),
        ({"form_class": form_with(passwords=frozenset({"colour"}))}, "passwords: 'colour'"),
    ],
)
def test_a_field_the_contract_has_not_is_named(monkeypatch, attributes, words):
    assert only(monkeypatch, **attributes) == ("integr8.E002", f"{words} is not in the contract")


def test_a_slip_is_told_what_would_be_right(monkeypatch):
    resource = type("OtherResource", (PlainResource,), {"title_field": "nmae", "icon": "ticket"})()
    monkeypatch.setattr(registry, "_resources", {"plain": resource})
    [message] = check_resources()
    assert message.hint == "Did you mean 'name'?"


NO_BADGE: Any = {True: "ok"}
SECRET = BadgeColumn("visibility", badges={"Secret": Badge("Secret", "info")})
YES = BadgeColumn("active", badges={"yes": Badge("Yes", "ok")})
HIDE = BulkAction("hide", "Hide", {"visibility": "Secret"}, "They will be hidden.", "hidden")
SHOW = BulkAction("show", "Show", {"visibility": "Public"}, "They will be shown.", "shown")


@pytest.mark.parametrize(
    ("attributes", "attribute", "field", "value"),
    [
        ({"columns": [TITLE, SECRET]}, "columns", "visibility", "Secret"),
        ({"columns": [TITLE, YES]}, "columns", "active", "yes"),
        ({"panels": [Panel("All", SECRET)]}, "panels", "visibility", "Secret"),
        ({"columns": [TITLE, SECRET], "panels": [Panel("All", SECRET)]}, "columns", "visibility", "Secret"),
        (
            {"form_class": form_with(defaults={"currency": "GBP"})},
            "form_class.defaults",
            "currency",
            "GBP",
        ),
        ({"bulk_actions": [HIDE]}, "bulk_actions", "visibility", "Secret"),
        (
            {"known_values": {"default_payout.payout_type": ["CPA", "CPX"]}},
            "known_values",
            "default_payout.payout_type",
            "CPX",
        ),
    ],
)
def test_a_value_the_contract_does_not_list_is_named_once(monkeypatch, attributes, attribute, field, value):
    expected = f"{attribute}: {value!r} is no value of {field!r} in the contract"
    assert only(monkeypatch, **attributes) == ("integr8.E005", expected)


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_a_missing_attribute_is_named_and_leaves_the_site_its_other_pages(monkeypatch, name):
    monkeypatch.setattr(registry, "_resources", {})
    monkeypatch.setattr(registry, "_incomplete", [])
    given = {one: vars(PlainResource)[one] for one in REQUIRED if one != name}
    registry.register(type("BareResource", (Resource,), given))
    [message] = check_resources()
    assert (message.id, message.msg) == (
        "integr8.E006",
        f"tests.resources.declaration.test_checks.BareResource has no {name}",
    )
    assert REQUIRED[name] in (message.hint or "")
    assert resource_urls() == []
    assert registry.resources() == []


@pytest.mark.parametrize(
    ("attributes", "identity", "words"),
    [
        ({"quick_filters": "active"}, "E007", "quick_filters holds 'active'"),
        ({"columns": Column("name")}, "E007", "columns holds <"),
        ({"columns": ["name"]}, "E007", "columns holds 'name'"),
        ({"columns": []}, "E007", "columns: there is none"),
        ({"columns": [Column("name")]}, "E007", "columns: 'name' comes first and is no TitleColumn"),
        (
            {"columns": [TITLE, TitleColumn("name")]},
            "E007",
            "columns: 'name' is a TitleColumn and not the first",
        ),
        ({"panels": ["name"]}, "E007", "panels holds 'name'"),
        ({"contract_file": "contract.json"}, "E007", "contract_file holds 'contract.json'"),
        ({"leading_panels": "2"}, "E007", "leading_panels holds '2'"),
        ({"leading_panels": -1}, "E007", "leading_panels: -1 is below 0"),
        ({"hidden_fields": "name"}, "E007", "hidden_fields holds 'name'"),
        ({"field_labels": ["name"]}, "E007", "field_labels holds ['name']"),
        ({"known_values": {"active": True}}, "E007", "known_values holds True"),
        ({"bulk_actions": ["activate"]}, "E007", "bulk_actions holds 'activate'"),
        ({"children": ["offer_events"]}, "E007", "children holds 'offer_events'"),
        ({"own_views": {"links": "LinksView"}}, "E007", "own_views holds 'LinksView'"),
        ({"own_views": {"links": dict}}, "E007", "own_views['links'] holds <class 'dict'>"),
        ({"own_views": {"a/b": View}}, "E007", "own_views: 'a/b' cannot stand in an address"),
        ({"form_class": dict}, "E007", "form_class holds <class 'dict'>"),
        ({"label": " "}, "E007", "label holds ' '"),
        ({"name": "Plain things"}, "E007", "name: 'Plain things' cannot stand in addresses"),
        ({"search_operator": "like"}, "E007", "search_operator: the API has no operator 'like'"),
        ({"quick_filters": ["name"]}, "E007", "quick_filters: 'name' has no fixed set of values"),
        (
            {"suggestion_filters": lambda self, text: ["name"]},
            "E007",
            "suggestion_filters: 'name' is no Filter",
        ),
        (
            {"columns": [TITLE, BadgeColumn("active", badges=NO_BADGE)]},
            "E007",
            "columns: True of 'active' has 'ok'",
        ),
        (
            {"columns": [TITLE, BadgeColumn("active", badges={True: Badge("On", "green")})]},
            "E007",
            "columns: True of 'active' has Badge(",
        ),
        ({"icon": "no-such-icon"}, "E008", "icon: there is no icon 'no-such-icon'"),
        ({"icon": "../x"}, "E008", "icon: there is no icon '../x'"),
        (
            {"columns": [TITLE, ReferenceColumn("advertiser_id", "Advertiser", tag="Advertiser")]},
            "E009",
            "columns: 'advertiser_id' refers to the tag 'Advertiser'",
        ),
        (
            {"panels": [Panel("All", ReferenceColumn("advertiser_id", "Advertiser", tag="Clients"))]},
            "E009",
            "panels: 'advertiser_id' refers to the tag 'Clients'",
        ),
        (
            {"form_class": form_with(references={"advertiser_id": "Reports"})},
            "E009",
            "references: 'advertiser_id' refers to the tag 'Reports'",
        ),
        ({"hidden_fields": {"name"}, "panels": []}, "E010", "title_field: 'name' is one of hidden_fields"),
        ({"columns": [TITLE, Column("name"), Column("name")]}, "E011", "columns: 'name' stands twice"),
        ({"quick_filters": ["active", "active"]}, "E011", "quick_filters: 'active' stands twice"),
        ({"row_fields": ["active"]}, "E002", "row_fields: 'active' is no column of the list"),
        (
            {"row_fields": ["id"], "columns": [TITLE]},
            "E010",
            "row_fields: 'id' is nothing that an update takes",
        ),
        ({"panels": [Panel("All", "name", "name")]}, "E011", "panels: 'name' stands twice in 'All'"),
        ({"panels": [Panel("All", "id"), Panel("All", "name")]}, "E011", "panels: two are called 'All'"),
        ({"bulk_actions": [SHOW, SHOW]}, "E011", "bulk_actions: two are called 'show'"),
        ({"titel_field": "name"}, "E012", "titel_field is no attribute of a Resource"),
        ({"colour": "red"}, "E012", "colour is no attribute of a Resource"),
        ({"name_off": lambda self, record: ""}, "E012", "name_off is no attribute of a Resource"),
        ({"parent": "publisher"}, "E016", "parent: there is no resource 'publisher'"),
        (
            {"children": [ChildrenPanel("Events", "events", "None.")]},
            "E016",
            "children: there is no resource 'events'",
        ),
        (
            {"related": [RelatedPanel("Offers", "offer", "advertiser_id", "None.")]},
            "E004",
            "related: related records offer.advertiser_id do not exist",
        ),
        (
            {"own_views": {"links": type("V", (View,), {"template_name": "no_such.html"})}},
            "E017",
            "own_views: 'links' has no template 'no_such.html'",
        ),
    ],
)
def test_what_is_wrong_with_a_declaration_is_named(monkeypatch, attributes, identity, words):
    resource = type("OtherResource", (PlainResource,), attributes)()
    monkeypatch.setattr(registry, "_resources", {"plain": resource})
    found = check_resources()
    said = [
        (message.id, message.msg.partition("OtherResource.")[2] or message.msg.partition("OtherForm.")[2])
        for message in found
    ]
    assert said[0][0] == f"integr8.{identity}"
    assert said[0][1].startswith(words), said
    assert all(message.hint for message in found)


@pytest.mark.parametrize(
    ("attributes", "identity", "words"),
    [
        ({"groups": [FormGroup("A", "name")]}, "E007", "groups holds 'name'"),
        ({"groups": ["name"]}, "E007", "groups holds 'name'"),
        ({"multiline": "description"}, "E007", "multiline holds 'description'"),
        ({"labels": {"name": 3}}, "E007", "labels holds 3"),
        ({"multiline": {"active"}}, "E007", "multiline: 'active' is true or false"),
        ({"multiline": {"visibility"}}, "E007", "multiline: 'visibility' is one of fixed values"),
        ({"shown_with": {"name": "currency"}}, "E007", "shown_with: 'currency', the switch of 'name'"),
        ({"choices": {"primary_domain": ["a"]}}, "E007", "choices: 'primary_domain' holds ['a']"),
        ({"choices": {"currency": list}}, "E007", "choices: 'currency' has values in the contract"),
        ({"units": {"name": "curency"}}, "E002", "units: 'curency', the unit of 'name', is no field"),
        ({"groups": [FormGroup("A", ["name", "id"])]}, "E010", "groups: 'id' is read-only in the contract"),
        ({"help_texts": {"created_at": "When."}}, "E010", "help_texts: 'created_at' is read-only"),
        (
            {"groups": [FormGroup("A", ["name"]), FormGroup("B", [("active", "name")])]},
            "E011",
            "groups: 'name' stands twice",
        ),
        (
            {"groups": [FormGroup("A", ["default_payout", "default_payout.payout"])]},
            "E011",
            "groups: 'default_payout.payout' stands twice",
        ),
        ({"help_text": {"name": "Its name."}}, "E012", "help_text is no attribute of a ContractForm"),
    ],
)
def test_what_is_wrong_with_a_form_is_named(monkeypatch, attributes, identity, words):
    found, said = only(monkeypatch, form_class=form_with(**attributes))
    assert found == f"integr8.{identity}"
    assert said.startswith(words)


def test_a_bulk_action_without_an_operation_is_named(monkeypatch):
    action = BulkAction("paint", "Paint", {"type": "blue"}, "They will be painted.", "painted")
    exports = {
        "tag": "DownloadCenter",
        "columns": [TitleColumn("type")],
        "panels": [],
        "search_field": "type",
        "title_field": "type",
    }
    assert only(monkeypatch, bulk_actions=[action], **exports) == (
        "integr8.E003",
        "bulk_actions: no operation for the bulk action 'paint'",
    )


def test_an_address_that_another_page_has_is_named(monkeypatch, tmp_path):
    paths = {
        path: {"get": {"operationId": name, "tags": ["Stamps"], "summary": name}}
        for path, name in (("/publishers", "listStamps"), ("/publishers/{stampID}", "getStamp"))
    }
    file = contract_file(tmp_path, {"openapi": "3.1.0", "paths": paths})
    found = with_contract(
        monkeypatch,
        file,
        tag="Stamps",
        columns=[TitleColumn("id")],
        panels=[],
        title_field="id",
        search_field="id",
    )
    assert ("integr8.E013", "name: /publishers/ opens 'publishers:list'") in found


# --- The contract that a resource brings ---


def contract_file(folder, document):
    file = folder / "contract.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return file


def with_contract(monkeypatch, file, **attributes):
    """The faults of a resource with that file."""
    add_contract_file(file)
    try:
        resource = type("OtherResource", (PlainResource,), {"contract_file": file, **attributes})()
        monkeypatch.setattr(registry, "_resources", {"plain": resource})
        return [(m.id, m.msg.partition("OtherResource.")[2] or m.msg) for m in check_resources()]
    finally:
        remove_contract_file(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "neither JSON nor YAML"),
        ("[]", "has no paths"),
        ('{"openapi": "2.0", "paths": {}}', "not written for OpenAPI 3"),
        (None, "cannot be read"),
    ],
)
def test_a_contract_file_that_cannot_be_used_is_named_and_breaks_nothing(monkeypatch, tmp_path, text, words):
    file = tmp_path / "contract.json" if text is None else contract_file(tmp_path, text)
    [(identity, said)] = with_contract(monkeypatch, file)
    assert identity == "integr8.E014"
    assert str(file) in said
    assert words in said
    assert builtin_contract().for_tag("Offers")


def stamps(**properties):
    """A contract of records with these fields."""
    body = {"application/json": {"schema": {"type": "object", "properties": properties}}}

    def operation(name, **besides):
        return {"operationId": name, "tags": ["Stamps"], "summary": name, **besides}

    return {
        "openapi": "3.0.3",
        "paths": {
            "/stamps": {
                "get": operation("listStamps"),
                "post": operation("createStamp", requestBody={"content": body}),
            },
            "/stamps/{stampID}": {
                "get": operation("getStamp"),
                "patch": operation("updateStamp", requestBody={"content": body}),
            },
        },
    }


STAMPS = {"tag": "Stamps", "columns": [TitleColumn("name")], "panels": []}


def test_a_read_only_field_in_a_form_and_a_write_only_one_in_a_column_are_named(monkeypatch, tmp_path):
    fields = {
        "name": {"type": "string"},
        "used": {"allOf": [{"type": "integer"}, {"readOnly": True}]},
        "secret": {"type": "string", "writeOnly": True},
        "parts": {"type": "array", "items": {"type": "object"}},
    }
    form = form_with(groups=[FormGroup("A", ["name", "used", "parts"])], defaults={"used": 1})
    found = with_contract(
        monkeypatch,
        contract_file(tmp_path, stamps(**fields)),
        **{**STAMPS, "columns": [TitleColumn("name"), Column("secret")], "form_class": form},
        bulk_actions=[BulkAction("use", "Use", {"used": 1}, "They will be used.", "used")],
    )
    said = {(identity, words.rpartition("OtherForm.")[2]) for identity, words in found}
    assert said == {
        ("integr8.E010", "columns: 'secret' is write-only in the contract"),
        ("integr8.E010", "bulk_actions: 'used' is read-only in the contract"),
        ("integr8.E003", "bulk_actions: no operation for the bulk action 'use'"),
        ("integr8.E010", "groups: 'used' is read-only in the contract"),
        ("integr8.E010", "defaults: 'used' is read-only in the contract"),
        ("integr8.E007", "groups: 'parts' is nothing a form can hold"),
    }


def test_what_can_be_read_in_part_only_is_said_at_start(monkeypatch, tmp_path):
    fields = {"name": {"type": "string"}, "odd": {"oneOf": [{"type": "string"}, {"type": "integer"}]}}
    [(identity, said), *_] = with_contract(monkeypatch, contract_file(tmp_path, stamps(**fields)), **STAMPS)
    assert identity == "integr8.W015"
    assert said.endswith(
        "createStamp: the body, field odd is one of 2 kinds (string, integer): it is read as the first."
    )


def test_two_resources_of_one_tag_are_named(monkeypatch):
    second = type("OtherResource", (PlainResource,), {"name": "again"})()
    monkeypatch.setattr(registry, "_resources", {"plain": PlainResource(), "again": second})
    assert "integr8.E011" in [message.id for message in check_resources()]


def test_a_name_may_stand_once(monkeypatch):
    monkeypatch.setattr(registry, "_resources", {})
    registry.register(PlainResource)
    with pytest.raises(ValueError, match="'plain'"):
        registry.register(PlainResource)


@pytest.mark.parametrize(
    ("views", "words"),
    [
        ([ShippedView("on", "On", {"filter[colour]": "red"})], "'on': There is no field “colour”"),
        ([ShippedView("on", "On", {"sort": "-colour"})], "'on': There is no field “colour” to sort by"),
        ([ShippedView("on", "On", {"filter[active]": "perhaps"})], "'on': “perhaps” is not"),
        (
            [ShippedView("on", "On", {"filter[name][like]": "x"})],
            "'on': The API has no filter operator “like”",
        ),
        ([ShippedView("on", "On", {"columns": "name"})], "'on': “columns” is no part of a view"),
        ([ShippedView("on", "On", {"page[size]": "26"})], "'on': "),
        ([ShippedView("on", "On"), ShippedView("on", "Off")], "two have the key 'on'"),
        ([ShippedView("all", "Everything")], "'all' cannot be a key"),
        ([ShippedView("Not a key", "On")], "'Not a key' cannot be a key"),
    ],
)
def test_a_view_that_comes_with_a_list_holds_against_its_filters_sorts_and_keys(monkeypatch, views, words):
    assert f"views: {words}" in only(monkeypatch, views=views)[1]


def test_a_view_may_not_compare_with_what_nobody_may_see(monkeypatch):
    view = ShippedView("secret", "Secret", {"filter[description]": "x"})
    [problem] = checked(monkeypatch, views=[view], hidden_fields={"description"})
    assert "no field “description”" in problem[1]
