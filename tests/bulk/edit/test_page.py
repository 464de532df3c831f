"""The page that says which fields of many records are edited: what it offers, what it refuses, what it stores."""

import uuid
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.bulk.run.decisions import instruct
from apps.bulk.states import RowState, State
from apps.resources import registry
from tests.bulk.conftest import DEACTIVATE, PATH, carried_out, planned, states_of
from tests.resources.rules import visit
from tests.support.people import PASSWORD, signed_in

pytestmark = pytest.mark.django_db(transaction=True)
PAYOUT = "default_payout.payout"


@pytest.fixture
def draft(offers, start):
    """A draft over three offers whose payouts are 4."""
    return start(offers.add(3), instruction=None)


def edit_url(run):
    return reverse("bulk:edit", args=[run.pk])


def offered(page, name):
    """What the page offers to do with a field."""
    [select] = [one for one in page.all("select") if one["name"] == f"do-{name}"]
    return [option["value"] for option in select.inner if option.tag == "option"]


def test_each_field_of_the_own_form_has_what_fits_its_type(admin_client, draft):
    page = visit(admin_client, edit_url(draft))
    reckoned = ["add", "add_percent", "multiply", "at_least", "at_most"]
    assert offered(page, PAYOUT) == ["leave", "set", *reckoned]
    assert offered(page, "fallback_url") == ["leave", "set", "clear", "replace"]
    assert offered(page, "active") == ["leave", "on", "off"]
    assert offered(page, "name") == ["leave", "set", "replace"]
    assert offered(page, "advertiser_id") == ["leave", "set"]
    assert offered(page, "visibility") == ["leave", "to:Public", "to:Private", "to:Requires_Approval"]
    assert "Set to: Inactive" in page.text
    assert "In each record's own currency" in page.text
    assert page.one("h1").text == "Edit 3 offers"


def test_every_resource_that_can_be_changed_has_the_page_without_its_secrets(admin, admin_client, start):
    run = start(["1"], instruction=None)
    for resource in registry.resources():
        path = {name: PATH.get(name, "1001") for name in resource.path_parameters}
        type(run).objects.filter(pk=run.pk).update(resource=resource.name, path=path)
        page = visit(admin_client, edit_url(run))
        assert len(page.all("select")) > 2, resource.name
        assert "do-password" not in {select["name"] for select in page.all("select")}


def test_what_was_chosen_is_planned_and_carried_out(admin_client, draft, offers):
    response = admin_client.post(
        edit_url(draft),
        {
            f"do-{PAYOUT}": "multiply",
            f"by-{PAYOUT}": "1,25",
            "do-fallback_url": "set",
            "set-fallback_url": " https://shop.example/ ",
            "do-active": "off",
            "do-description": "clear",
            "do-advertiser_id": "set",
            "set-advertiser_id": "#102",
            # Nobody chose anything for these.
            "set-name": "Never mind",
            "find-name": "x",
            f"set-{PAYOUT}": "no number",
        },
    )
    assert response["Location"] == draft.get_absolute_url()
    draft.refresh_from_db()
    assert draft.state == State.PLANNED
    assert [(edit.field, edit.operation, edit.value) for edit in draft.instructed.edits] == [
        (PAYOUT, "multiply", Decimal("1.25")),
        ("advertiser_id", "set", 102),
        ("active", "set", False),
        ("description", "clear", None),
        ("fallback_url", "set", "https://shop.example/"),
    ]
    carried_out(draft)
    [key, *_] = states_of(draft)
    assert (offers[key]["default_payout"]["payout"], offers[key]["active"]) == (5, False)
    assert offers[key]["fallback_url"] == "https://shop.example/"
    assert str(offers[key]["advertiser_id"]) == "102"


def test_the_plan_names_the_records_that_are_referred_to_and_its_title_the_fields(
    admin_client, draft, sandbox
):
    before = sandbox.application.store.get(("org-main", "advertisers", ""), "102")
    chosen = {
        "do-advertiser_id": "set",
        "set-advertiser_id": "102",
        "do-active": "off",
        f"do-{PAYOUT}": "add",
    }
    admin_client.post(edit_url(draft), {**chosen, f"by-{PAYOUT}": "1"})
    page = visit(admin_client, draft.get_absolute_url())
    assert page.one("h1").text == "Edit offers: Payout, Advertiser and 1 more"
    assert f"{before['name']}" in page.text
    assert "(102)" in page.text
    carried_out(draft)
    response = admin_client.post(reverse("bulk:undo", args=[draft.pk]), {"nonce": str(uuid.uuid4())})
    undo = visit(admin_client, response["Location"])
    assert undo.one("h1").text == "Undo: Edit offers: Payout, Advertiser and 1 more"


@pytest.mark.parametrize(
    ("controls", "words"),
    [
        ({}, "Choose for at least one field"),
        ({f"do-{PAYOUT}": "add"}, "Enter a number."),
        ({f"do-{PAYOUT}": "add", f"by-{PAYOUT}": "much"}, "Enter a number."),
        ({f"do-{PAYOUT}": "add", f"by-{PAYOUT}": "1,500"}, "may be 1500 or 1.500"),
        ({f"do-{PAYOUT}": "clear"}, "not one of the available choices"),
        ({f"do-{PAYOUT}": "set"}, "Enter a value."),
        ({"do-fallback_url": "set"}, "Enter a value, or choose “Clear”"),
        ({"do-fallback_url": "set", "set-fallback_url": "javascript:x"}, "Begin the address with https://"),
        ({"do-name": "set", "set-name": ""}, "Enter a value."),
        ({"do-name": "replace", "with-name": "x"}, "Enter the text to look for."),
        ({"do-visibility": "to:Nobody"}, "not one of the available choices"),
        ({"do-advertiser_id": "set", "set-advertiser_id": "nobody at all"}, "No advertiser has the name"),
        ({"do-active": "set"}, "not one of the available choices"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words_and_nothing_typed_is_lost(
    admin_client, draft, controls, words
):
    page = visit(admin_client, edit_url(draft), data=controls, status=422)
    assert words in page.text
    fields = page.fields()
    kept = {name: value for name, value in controls.items() if "not one" not in words}
    assert {name: fields[name] for name in kept} == kept
    draft.refresh_from_db()
    assert (draft.state, draft.instruction) == (State.DRAFT, "")


def test_what_the_contract_forbids_after_reckoning_is_left_out_of_the_plan(admin_client, draft, offers):
    first, second, third = states_of(draft)
    offers.change(first, fallback_url="https://old.example/a")
    offers.change(second, fallback_url="https://new.example/b")
    controls = {
        "do-fallback_url": "replace",
        "find-fallback_url": "https://old.example",
        "with-fallback_url": "ftp://files.example",
    }
    admin_client.post(edit_url(draft), controls)
    draft.refresh_from_db()
    run = planned(draft)
    assert states_of(run) == {
        first: RowState.LEFT,
        second: RowState.UNCHANGED,
        third: RowState.LEFT,
    }
    reason = run.rows.get(record_id=first).reason
    assert reason.startswith("It would be “ftp://files.example/a”. Begin the address with https://")


def test_a_run_that_was_told_shows_its_plan_and_is_told_nothing_else(admin_client, draft):
    assert instruct(draft, DEACTIVATE)
    assert admin_client.get(edit_url(draft))["Location"] == draft.get_absolute_url()
    response = admin_client.post(edit_url(draft), {"do-active": "on"})
    assert response["Location"] == draft.get_absolute_url()
    draft.refresh_from_db()
    assert draft.instructed == DEACTIVATE
    assert not instruct(draft, DEACTIVATE)


def test_the_draft_of_somebody_else_is_not_there(draft):
    other = User.objects.create_user("other@example.com", PASSWORD, role=Role.ADMIN)
    assert signed_in(other).get(edit_url(draft)).status_code == 404
    assert signed_in(other).post(edit_url(draft), {"do-active": "on"}).status_code == 404


def test_status_and_role_of_users_are_edited_with_the_warning_before_ones_own(
    admin, admin_client, admin_connection, start, sandbox
):
    users = sandbox.application.store.records(("org-main", "users", ""))
    own = next(user for user in users if user["email"] == admin.email)
    keys = [
        str(own["id"]),
        *(str(user["id"]) for user in users if user is not own and user["status"] == "Active"),
    ]
    run = start(keys[:2], instruction=None)
    type(run).objects.filter(pk=run.pk).update(resource="users", path={})
    controls = {"do-status": "to:Deactivated", "do-is_publisher_manager": "on"}
    admin_client.post(edit_url(run), controls)
    run.refresh_from_db()
    rows = {row.record_id: row for row in planned(run).rows.all()}
    assert {row.state for row in rows.values()} == {RowState.PLANNED}
    assert "This seems to be you" in rows[keys[0]].warning
    assert rows[keys[1]].warning == ""
    assert rows[keys[1]].wanted.values == {"status": "Deactivated", "is_publisher_manager": True}
