"""Forms over the contract: what is shown, what counts as changed, and what is sent."""

from decimal import Decimal

import pytest
from django.core import signing
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.api.contract.contract import builtin_contract
from apps.api.errors import RequestRefused
from apps.api.http.protocol import encode
from apps.offers.forms import OfferForm
from apps.resources.forms.contract_form import SNAPSHOT_SALT, ContractForm, FormGroup
from apps.resources.forms.snapshots import LONGEST_OPEN_SECONDS
from apps.resources.writes.bodies import NO_RECORD, body_of

OPERATIONS = builtin_contract().for_tag("Offers")
RECORD = {
    "id": 1001,
    "name": "Summer",
    "advertiser_id": 101,
    "active": True,
    "currency": "EUR",
    "visibility": "Public",
    "description": "Two\nlines",
    "default_payout": {"payout": Decimal("4.50"), "payout_type": "CPA", "tier_config": {"over": 100}},
    "created_at": "2026-01-01T00:00:00Z",
}


def posted(form: ContractForm) -> dict[str, object]:
    """What a browser sends for a form as it is shown: nothing typed, no box touched."""
    data: dict[str, object] = {}
    for bound in form:
        attributes = bound.subwidgets[0].data["attrs"] if bound.subwidgets else {}
        if bound.widget_type == "checkbox":
            if attributes.get("checked"):
                data[bound.name] = "on"
        elif bound.widget_type == "select":
            selected = [option.data for option in bound.subwidgets if option.data["selected"]]
            data[bound.name] = (selected or [bound.subwidgets[0].data])[0]["value"]
        else:
            value = bound.field.widget.format_value(bound.value())
            data[bound.name] = (value or "").replace("\n", "\r\n")
    return data


def edit(record: dict[str, object], **changes: object) -> OfferForm:
    """The form of the record, sent with only these changes (None unticks a box)."""
    data = posted(OfferForm(operation=OPERATIONS["update"], original=record))
    data.update(changes)
    data = {name: value for name, value in data.items() if value is not None}
    # The record travels through the form's own snapshot, as it does in a request.
    snapshot = ContractForm.read_snapshot(str(data["_original"]))
    return OfferForm(data, operation=OPERATIONS["update"], original=snapshot)


def create(**values: object) -> OfferForm:
    data = posted(OfferForm(operation=OPERATIONS["create"]))
    return OfferForm({**data, **values}, operation=OPERATIONS["create"])


def choices_of(form: OfferForm, name: str) -> dict[str, str]:
    return {option.data["value"]: option.data["label"] for option in form[name].subwidgets}


def body_from(form, record=NO_RECORD):
    return body_of(form.values(), form.operation.body_fields, record)


def test_every_field_of_the_body_is_in_exactly_one_section():
    form = OfferForm(operation=OPERATIONS["create"])
    shown = [field.name for section in form.sections() for row in section.rows for field in row]
    assert sorted(shown) == sorted(form.fields)
    assert "default_payout.revenue_type" in shown


def test_fields_no_group_names_are_not_lost():
    class ShortForm(ContractForm):
        groups = [FormGroup("General", ["name"])]

    sections = ShortForm(operation=OPERATIONS["create"]).sections()
    assert [section.title for section in sections] == ["General", "More"]
    assert "currency" in [field.name for row in sections[1].rows for field in row]


def test_required_marks_types_and_choices_are_the_contracts():
    form = OfferForm(operation=OPERATIONS["create"])
    assert {name for name, field in form.fields.items() if field.required} == {"name", "advertiser_id"}
    assert list(choices_of(form, "visibility")) == ["Public", "Private", "Requires_Approval"]


# --- Editing ---


def test_a_form_sent_as_it_was_shown_changes_nothing():
    form = edit(RECORD)
    assert form.is_valid(), form.errors
    assert form.changed_names() == []


def test_the_changed_field_is_sent_with_what_the_contract_requires():
    form = edit(RECORD, description="New")
    assert form.is_valid()
    assert body_from(form, RECORD) == {
        "advertiser_id": 101,
        "name": "Summer",
        "description": "New",
    }


def test_required_fields_are_sent_as_the_record_has_them_now():
    form = edit(RECORD, description="New")
    assert form.is_valid()
    assert body_from(form, {**RECORD, "name": "Renamed meanwhile"})["name"] == "Renamed meanwhile"


def test_required_numbers_and_texts_are_sent_with_the_type_of_the_contract():
    form = edit({"name": 12345, "advertiser_id": "7", "description": "old"}, description="new")
    assert form.is_valid()
    assert body_of(
        form.values(), form.operation.body_fields, {"name": 12345, "advertiser_id": "7", "description": "old"}
    ) == {
        "name": "12345",
        "advertiser_id": 7,
        "description": "new",
    }


def test_unknown_keys_of_an_object_are_kept_and_sent_back():
    form = edit(RECORD, **{"default_payout.payout": "5"})
    assert form.is_valid()
    assert body_from(form, RECORD)["default_payout"] == {
        "payout": 5,
        "payout_type": "CPA",
        "tier_config": {"over": 100},
    }


def test_a_known_key_without_a_value_is_not_sent_back_as_null():
    record = {**RECORD, "default_payout": {"payout": 1, "revenue": None, "tier_config": None}}
    form = edit(record, **{"default_payout.payout": "5"})
    assert form.is_valid()
    assert body_from(form, record)["default_payout"] == {
        "payout": 5,
        "tier_config": None,
    }


@pytest.mark.parametrize("payout", [None, "5 USD", [], 7])
def test_a_payout_can_be_set_where_there_was_no_object(payout):
    record = {**RECORD, "default_payout": payout}
    form = edit(record, **{"default_payout.payout": "5"})
    assert form.is_valid(), form.errors
    assert body_from(form, record)["default_payout"] == {"payout": 5}


def test_switches_go_both_ways():
    assert edit(RECORD, active=None).changed_names() == ["active"]
    assert edit({**RECORD, "active": False}, active="on").changed_names() == ["active"]
    assert edit({**RECORD, "active": None}).changed_names() == []


ODD_VALUES = {
    "name": [True, 7, ["a", "b"], {"a": 1}, " spaces ", "a\r\nb", "\n"],
    "description": [True, ["a", "b"], {"a": "b"}, Decimal("1.5"), 0],
    "active": [1, 0, "true", "false", "yes", {}, ["x"]],
    "currency": ["GBP", 1, True, ["USD"], Decimal("4.5")],
    "visibility": ["Invite_Only", False],
    "advertiser_id": ["101", "abc", True, [1], 10**30],
    "default_payout.payout": ["4.50", "free", True, [1], Decimal("1E+2"), 10**40, Decimal("4.500")],
    "default_payout.payout_type": ["CPX", 5],
}


@pytest.mark.parametrize(
    ("name", "value"),
    [(name, value) for name, values in ODD_VALUES.items() for value in values],
    ids=lambda value: repr(value)[:30],
)
def test_a_value_of_another_type_is_kept_while_it_is_unchanged(name, value):
    outer, _, inner = name.partition(".")
    record = {**RECORD, outer: {inner: value} if inner else value}
    form = edit(record)
    assert form.is_valid(), form.errors
    assert form.changed_names() == []


def test_an_odd_value_that_is_changed_is_checked_like_any_other():
    form = edit({**RECORD, "default_payout": {"payout": "free"}}, **{"default_payout.payout": "gratis"})
    assert not form.is_valid()
    assert list(form.errors) == ["default_payout.payout"]


def test_line_ends_of_the_browser_are_no_change_and_are_sent_as_the_api_has_them():
    assert edit(RECORD, description="Two\r\nlines").changed_names() == []
    form = edit(RECORD, description="Three\r\nmore\rlines")
    assert form.is_valid()
    assert body_from(form, RECORD)["description"] == "Three\nmore\nlines"


def test_a_text_is_kept_to_the_letter_and_can_be_emptied():
    form = edit(RECORD, name="  Spaces  ", description="")
    assert form.is_valid()
    assert body_from(form, RECORD) == {
        "advertiser_id": 101,
        "name": "  Spaces  ",
        "description": "",
    }


def test_a_number_cannot_be_cleared_because_the_api_has_no_way_to():
    form = edit(RECORD, **{"default_payout.payout": ""})
    assert not form.is_valid()
    assert "no way to empty" in str(form.errors["default_payout.payout"])


def test_an_empty_number_that_was_empty_is_fine():
    form = edit({**RECORD, "default_payout": {}}, name="x")
    assert form.is_valid()
    assert form.changed_names() == ["name"]


def test_a_required_field_cannot_be_emptied():
    form = edit(RECORD, name="")
    assert not form.is_valid()
    assert "name" in form.errors


def test_a_choice_outside_the_contract_is_offered_again_and_another_can_be_made():
    record = {**RECORD, "visibility": "Invite_Only"}
    form = OfferForm(operation=OPERATIONS["update"], original=record)
    assert choices_of(form, "visibility")["Invite_Only"] == "? Invite_Only (not in the contract)"
    changed = edit(record, visibility="Private")
    assert changed.is_valid()
    assert body_from(changed, record)["visibility"] == "Private"
    assert not edit(record, visibility="Forged").is_valid()


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-inf", "1e400", "1e-400", "9" * 400, "four", "1,500"])
def test_a_number_that_json_or_the_api_cannot_hold_is_refused_at_its_field(value):
    form = create(name="x", advertiser_id="101", **{"default_payout.payout": value})
    assert not form.is_valid()
    assert list(form.errors) == ["default_payout.payout"]


@given(st.text(max_size=40))
@settings(deadline=None, max_examples=60)
def test_whatever_is_typed_as_a_payout_is_refused_or_can_be_sent(text):
    form = create(name="x", advertiser_id="101", **{"default_payout.payout": text})
    if form.is_valid():
        assert encode(body_from(form))
    else:
        assert list(form.errors) == ["default_payout.payout"]


# --- Creating ---


def test_a_new_record_sends_what_was_filled_in_and_every_switch_as_shown():
    form = create(name="New", advertiser_id="#101", active="on")
    assert form.is_valid(), form.errors
    payload = body_from(form)
    switches = {name: value for name, value in payload.items() if isinstance(value, bool)}
    assert {name for name, value in switches.items() if value} == {"active"}
    assert len(switches) == 13 - 1
    assert {name: value for name, value in payload.items() if name not in switches} == {
        "name": "New",
        "advertiser_id": 101,
        "currency": "USD",
        "visibility": "Private",
    }


def test_an_object_of_a_new_record_holds_only_what_was_filled_in():
    form = create(
        name="x", advertiser_id="1", **{"default_payout.payout": "0", "default_payout.payout_type": "CPA"}
    )
    assert form.is_valid()
    assert body_from(form)["default_payout"] == {
        "payout": 0,
        "payout_type": "CPA",
    }


@pytest.mark.parametrize("missing", ["name", "advertiser_id"])
def test_a_required_field_of_a_new_record_is_asked_for(missing):
    form = create(**{"name": "x", "advertiser_id": "1", missing: ""})
    assert not form.is_valid()
    assert list(form.errors) == [missing]


@pytest.mark.parametrize("text", ["Acme", "1.5", "1 2", "9" * 5000])
def test_a_reference_that_is_no_id_is_refused(text):
    assert list(create(name="x", advertiser_id=text).errors) == ["advertiser_id"]


# --- The snapshot ---


def snapshot_of(record):
    return OfferForm(operation=OPERATIONS["update"], original=record)["_original"].value()


def test_the_snapshot_holds_the_fields_of_the_form_alone():
    snapshot = ContractForm.read_snapshot(snapshot_of({**RECORD, "secret_note": "x"}))
    assert snapshot == {name: value for name, value in RECORD.items() if name not in ("id", "created_at")}


NO_OBJECT = pytest.param(signing.dumps("[1]", salt=SNAPSHOT_SALT), id="no object")


@pytest.mark.parametrize("text", ["", "nonsense", "a:b:c", NO_OBJECT])
def test_a_forged_or_missing_snapshot_is_none(text):
    assert ContractForm.read_snapshot(text) is None


def test_a_snapshot_signed_for_another_purpose_is_none():
    assert ContractForm.read_snapshot(signing.dumps("{}", salt="another")) is None


def test_a_changed_snapshot_is_none():
    text = snapshot_of(RECORD)
    assert ContractForm.read_snapshot(text) is not None
    assert ContractForm.read_snapshot("x" + text) is None


def test_a_snapshot_ends_after_a_day(monkeypatch):
    text = snapshot_of(RECORD)
    now = timezone.now().timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + LONGEST_OPEN_SECONDS + 60)
    assert ContractForm.read_snapshot(text) is None


# --- What the API says ---


def test_the_apis_words_land_at_the_fields_it_names_and_the_rest_on_top():
    form = create(name="x", advertiser_id="1")
    assert form.is_valid()
    form.show_refusal(
        RequestRefused(
            "createOffer",
            "Bad request.",
            field_errors={
                "advertiser_id": ["there is no advertiser 1"],
                "default_payout.payout": ["is too low"],
                "budget_cap": ["is required"],
            },
        )
    )
    assert form.errors["advertiser_id"] == ["there is no advertiser 1"]
    assert form.errors["default_payout.payout"] == ["is too low"]
    assert form.non_field_errors() == ["Budget cap: is required"]


@pytest.mark.parametrize(
    ("said", "shown"), [("No.", "No."), ("", "The API refused this without giving a reason.")]
)
def test_a_refusal_without_fields_stands_on_top(said, shown):
    form = create(name="x", advertiser_id="1")
    form.show_refusal(RequestRefused("createOffer", said))
    assert form.non_field_errors() == [shown]


def test_a_folded_section_opens_when_it_holds_an_error():
    form = create(name="x", advertiser_id="1")
    form.show_refusal(RequestRefused("x", "", field_errors={"targeting_group_id": ["is odd"]}))
    advanced = next(section for section in form.sections() if section.title == "Advanced")
    assert advanced.is_folded
    assert advanced.is_open
