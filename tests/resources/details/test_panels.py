"""A record's page shows every field: those declared, the contract's others, and those nobody knows."""

from pathlib import Path

from apps.api.contract.contract import Field, builtin_contract
from apps.offers.resource import OfferResource
from apps.resources.details.panels import Panel, build_panels
from apps.ui.columns import Badge, BadgeColumn, Column, RowContext
from apps.ui.values import MISSING

FIELDS = builtin_contract().record_fields("Offers")


def shown(panels, record, fields=FIELDS, labels=None):
    """Title → label → text."""
    built = build_panels(panels, record, fields, RowContext(), labels or {})
    return {panel.title: {fact.label: fact.cell.text for fact in panel.facts} for panel in built}


def test_fields_no_panel_names_come_last_under_more():
    panels = shown([Panel("Overview", "name")], {"name": "Summer", "currency": "EUR"})
    assert list(panels) == ["Overview", "More"]
    assert panels["Overview"] == {"Name": "Summer"}
    assert panels["More"]["Currency"] == "EUR"
    assert panels["More"]["Visibility"] == MISSING
    assert "Name" not in panels["More"]


def test_a_resource_that_names_every_field_has_no_more():
    assert "More" not in shown(OfferResource.panels, {"id": 1})


def test_an_object_is_shown_field_by_field():
    panels = shown(
        [Panel("Payout", "default_payout")], {"default_payout": {"payout": 4, "payout_type": "CPA"}}
    )
    assert panels["Payout"]["Payout"] == "4"
    assert panels["Payout"]["Payout type"] == "CPA"
    assert panels["Payout"]["Revenue"] == MISSING


def test_fields_the_contract_has_not_stand_under_other_fields_by_their_own_name():
    record = {"tags": ["a", "<b>"], "score": 0.5, "a.b": "dotted", "link": "https://example.com"}
    built = build_panels(OfferResource.panels, record, FIELDS, RowContext(), {})
    other = built[-1]
    assert other.title == "Other fields"
    assert {fact.label: fact.cell.text for fact in other.facts} == {
        "tags": "a, <b>",
        "score": "0.5",
        "a.b": "dotted",
        "link": "https://example.com",
    }


def test_unknown_keys_inside_a_known_object_are_shown_too():
    record = {"default_payout": {"payout": 1, "tier_config": {"over": 100}}}
    assert shown(OfferResource.panels, record)["Other fields"] == {
        "default_payout.tier_config": '{"over": 100}'
    }


def test_an_object_that_came_as_something_else_is_not_dropped():
    assert shown(OfferResource.panels, {"default_payout": "5 USD"})["Other fields"] == {
        "default_payout": "5 USD"
    }
    assert "Other fields" not in shown(OfferResource.panels, {"default_payout": None})


def test_a_panel_may_hold_columns_and_labels_are_the_resources():
    panel = Panel("State", BadgeColumn("active", "Status", badges={True: Badge("On", "ok")}), "name")
    panels = shown([panel], {"active": True, "name": "x"}, labels={"name": "Title"})
    assert panels["State"] == {"Status": "On", "Title": "x"}


def test_a_long_or_broken_text_gets_a_row_of_its_own():
    fields = {name: Field(name, "string") for name in ("a", "b", "c")}
    [panel] = build_panels(
        [Panel("P", "a", "b", "c")], {"a": "x" * 61, "b": "x\ny", "c": "x"}, fields, RowContext(), {}
    )
    assert [fact.is_wide for fact in panel.facts] == [True, True, False]


def _with_subclasses(of):
    return [of, *(one for child in of.__subclasses__() for one in _with_subclasses(child))]


def test_every_look_that_a_column_names_has_a_style():
    styles = "".join(
        file.read_text(encoding="utf-8")
        for file in (Path(__file__).parents[3] / "static" / "css").glob("*.css")
    )
    looks = {word for column in _with_subclasses(Column) for word in column.css.split()}
    assert {"multiline", "mono", "number"} <= looks
    assert {look for look in looks if f".{look}" not in styles} == set()


def test_a_term_is_explained_beside_the_field_that_shows_it():
    panels = build_panels(
        OfferResource.panels,
        {"visibility": "Private"},
        FIELDS,
        RowContext(),
        {},
        explanations=OfferResource.explanations,
    )
    explained = {fact.label: fact.explanation for panel in panels for fact in panel.facts}
    assert explained["Visibility"].startswith("Public: any publisher.")
    assert "CPA/RPA" in explained["Payout type"] and explained["Name"] == ""
