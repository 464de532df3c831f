"""An edited offer: what changed is sent, and nothing else."""

import pytest

from tests.offers.conftest import LIST
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PAGE = f"{LIST}1001/"
EDIT = f"{PAGE}edit/"


@pytest.fixture
def opened(admin_client):
    """The form of offer 1001 as a browser would send it unchanged."""
    return visit(admin_client, EDIT).fields()


def test_nothing_changed_sends_nothing(admin_client, opened, sent):
    response = admin_client.post(EDIT, opened)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert "Nothing was changed, so nothing was sent." in visit(admin_client, PAGE).text
    assert sent == []


@pytest.mark.parametrize("key", range(1001, 1021))
def test_no_offer_changes_by_being_opened_and_saved(admin_client, store, sent, key):
    fields = visit(admin_client, f"{LIST}{key}/edit/").fields()
    assert admin_client.post(f"{LIST}{key}/edit/", fields).status_code == 302
    assert sent == []


def test_exactly_the_change_and_what_the_contract_requires_is_sent(admin_client, opened, store, sent):
    before = store[1001]
    response = admin_client.post(EDIT, {**opened, "restriction_note": "No\r\nspam"})
    assert (response.status_code, response["Location"]) == (302, PAGE)
    body = {"advertiser_id": before["advertiser_id"], "name": before["name"], "restriction_note": "No\nspam"}
    assert sent == [("updateOffer", body)]
    after = store[1001]
    assert {name for name in after if after[name] != before.get(name)} == {"restriction_note", "updated_at"}
    assert "Offer 1001 was saved." in visit(admin_client, PAGE).text


@pytest.mark.parametrize("typed", ["11,50", "11,50 €", "EUR\u202f11.5"])
def test_an_amount_is_typed_as_people_do_with_its_own_currency(admin_client, store, sent, typed):
    store.change(1001, currency="EUR")
    fields = visit(admin_client, EDIT).fields()
    answer = admin_client.post(EDIT, {**fields, "default_payout.payout": typed})
    assert answer.status_code == 302
    assert store[1001]["default_payout"]["payout"] == 11.5


def test_another_currency_is_not_taken_for_the_offers(admin_client, store, sent):
    store.change(1001, currency="EUR")
    fields = visit(admin_client, EDIT).fields()
    page = visit(admin_client, EDIT, data={**fields, "default_payout.payout": "11,50 $"}, status=422)
    assert "Type the number alone: it is in EUR." in page.text
    assert page.fields()["default_payout.payout"] == "11,50 $"
    assert sent == []


def test_account_managers_may_edit(manager_client, store):
    fields = visit(manager_client, EDIT).fields()
    assert manager_client.post(EDIT, {**fields, "name": "Renamed"}).status_code == 302
    assert store[1001]["name"] == "Renamed"


def test_a_switch_can_be_turned_off(admin_client, store, sent):
    store.change(1001, active=True)
    fields = visit(admin_client, EDIT).fields()
    assert fields.pop("active") == "on"
    admin_client.post(EDIT, fields)
    assert store[1001]["active"] is False
    assert set(sent[0][1]) == {"active", "advertiser_id", "name"}


def test_the_payout_keeps_what_only_the_api_knows(admin_client, store, sent):
    store.change(1001, default_payout={"payout": 1, "revenue": None, "tier_config": {"over": 100, "x": None}})
    fields = visit(admin_client, EDIT).fields()
    admin_client.post(EDIT, {**fields, "default_payout.payout": "2.25"})
    assert sent[0][1]["default_payout"] == {"payout": 2.25, "tier_config": {"over": 100, "x": None}}


def test_a_value_that_is_no_value_is_refused_at_its_field_and_kept(admin_client, opened, sent):
    data = {**opened, "default_payout.payout": "a lot", "name": ""}
    page = visit(admin_client, EDIT, data=data, status=422)
    assert page.fields() == data
    summary = page.one("div", class_="error-summary").text
    assert "Payout: Enter a number." in summary
    assert "Name: This field is required." in summary
    assert sent == []


def test_the_apis_refusal_lands_at_its_field(admin_client, opened, provokes_violations):
    page = visit(
        admin_client, EDIT, data={**opened, "advertiser_id": "999", "description": "mine"}, status=422
    )
    assert "Advertiser: there is no advertiser 999" in page.one("div", class_="error-summary").text
    assert page.fields()["description"] == "mine"


@pytest.mark.parametrize("snapshot", ["", "forged", None])
def test_a_form_that_no_longer_says_what_it_was_opened_on_writes_nothing_unasked(
    admin_client, opened, store, sent, snapshot
):
    store.change(1001, name="Renamed meanwhile", currency="USD")
    data = {**opened, "description": "Mine", "_original": snapshot or ""}
    if snapshot is None:
        del data["_original"]
    page = visit(admin_client, EDIT, data=data, status=409)
    assert sent == []
    assert "This form was open too long to tell what you changed" in page.text
    [table] = page.all("table", aria_label="Changed by somebody else")
    rows = {row.cells[0]: row.cells[1:] for row in table.inner if row.tag == "tr"}
    assert rows.pop("Field") == ["It is now", "Your form has"]
    assert rows == {
        "Name": ["Renamed meanwhile", opened["name"]],
        "Currency": ["USD", opened["currency"]],
        "Description": [store[1001].get("description") or "—", "Mine"],
    }
    choices = {"_choice.name": "theirs", "_choice.currency": "theirs", "_choice.description": "mine"}
    assert admin_client.post(EDIT, {**page.fields(), **choices}).status_code == 302
    after = store[1001]
    assert (after["name"], after["currency"], after["description"]) == ("Renamed meanwhile", "USD", "Mine")
    assert set(sent[0][1]) == {"description", "advertiser_id", "name"}


def test_a_form_that_no_longer_says_what_it_was_opened_on_and_differs_in_nothing_sends_nothing(
    admin_client, opened, sent
):
    assert admin_client.post(EDIT, {**opened, "_original": ""}).status_code == 302
    assert sent == []


def test_what_somebody_else_changed_meanwhile_stays(admin_client, opened, store):
    store.change(1001, name="Renamed meanwhile", currency="USD")
    assert admin_client.post(EDIT, {**opened, "description": "Mine"}).status_code == 302
    after = store[1001]
    assert (after["name"], after["currency"], after["description"]) == ("Renamed meanwhile", "USD", "Mine")


def test_the_same_field_changed_by_two_is_not_written_over_silently(admin_client, opened, store, sent):
    store.change(1001, description="Theirs")
    page = visit(admin_client, EDIT, data={**opened, "description": "Mine"}, status=409)
    assert "Theirs" in page.text
    assert page.fields()["description"] == "Mine"
    assert sent == []


def test_a_lost_answer_is_read_back_and_found_done(admin_client, opened, sandbox, store):
    sandbox.faults({"kind": "reset_after_effect", "operation": "updateOffer", "times": None})
    data = {**opened, "description": "New", "default_payout.payout": "7.5"}
    response = admin_client.post(EDIT, data)
    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert store[1001]["description"] == "New"


@pytest.mark.parametrize(("kind", "sends"), [("reset_after_effect", 1), ("reset", 2)])
def test_a_lost_answer_is_looked_up_before_anything_is_sent_again(
    admin_client, opened, sandbox, store, kind, sends
):
    sandbox.faults({"kind": kind, "operation": "updateOffer"})
    assert admin_client.post(EDIT, {**opened, "description": "New"}).status_code == 302
    assert store[1001]["description"] == "New"
    assert len(sandbox.journal("updateOffer")) == sends


def test_a_lost_change_is_read_back_and_found_not_done(admin_client, opened, sandbox, store):
    sandbox.faults({"kind": "reset", "operation": "updateOffer", "times": None})
    page = visit(admin_client, EDIT, data={**opened, "description": "New"}, status=504)
    assert "It is not known whether this was done" in page.text
    assert page.fields()["description"] == "New"
    assert store[1001]["description"] != "New"


def test_when_reading_back_fails_too_the_outcome_stays_unknown(admin_client, opened, sandbox, store):
    sandbox.faults(
        {"kind": "reset_after_effect", "operation": "updateOffer", "times": None},
        {"kind": "status", "status": 403, "operation": "getOffer", "skip": 1, "times": None},
    )
    page = visit(admin_client, EDIT, data={**opened, "description": "New"}, status=504)
    assert "The change may or may not have been made." in page.text
    assert "Nothing was changed." not in page.text
    assert store[1001]["description"] == "New"


@pytest.mark.parametrize(
    ("rule", "status", "words"),
    [
        ({"kind": "status", "status": 401}, 403, "Your API key was refused"),
        ({"kind": "status", "status": 403}, 403, "Your API key may not do this"),
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "9"}}, 429, "wait 9 seconds"),
        ({"kind": "status", "status": 402, "body": {"message": "Budget used up."}}, 422, "Budget used up."),
    ],
)
def test_any_refusal_keeps_what_was_typed(admin_client, opened, sandbox, rule, status, words):
    sandbox.faults({**rule, "operation": "updateOffer"})
    page = visit(admin_client, EDIT, data={**opened, "description": "New"}, status=status)
    assert words in page.text
    assert page.fields() == {**opened, "description": "New", "_original": page.fields()["_original"]}


def test_an_api_that_does_not_answer_keeps_what_was_typed(admin_client, opened, sandbox, settings):
    sandbox.faults({"kind": "status", "status": 500, "operation": "getOffer", "times": None})
    page = visit(admin_client, EDIT, data={**opened, "description": "New"}, status=502)
    assert page.fields()["description"] == "New"
    assert "The API has a fault" in page.text


def test_an_offer_that_is_gone_has_a_page_that_says_so(admin_client, store):
    store.put(1001, None)
    page = visit(admin_client, EDIT, status=404)
    assert "This offer is gone" in page.text
    assert page.link("All offers") == LIST


@pytest.mark.parametrize("operation", ["getOffer", "updateOffer"])
def test_what_was_typed_outlives_the_offer_it_was_typed_for(admin_client, opened, sandbox, operation):
    sandbox.faults({"kind": "status", "status": 404, "operation": operation})
    page = visit(admin_client, EDIT, data={**opened, "description": "An hour of work"}, status=404)
    assert "This no longer exists" in page.text
    assert "What you typed is still in the form." in page.text
    assert page.fields()["description"] == "An hour of work"
    assert page.link("Cancel") == LIST


# --- Archiving one ---


def test_archiving_asks_first_and_then_leads_back_to_the_list(admin_client, store):
    asked = visit(admin_client, PAGE + "archive/")
    assert store[1001]["name"] in asked.text
    response = admin_client.post(PAGE + "archive/")
    assert (response.status_code, response["Location"]) == (302, LIST)
    assert 1001 not in store
    assert "Offer 1001 was archived." in visit(admin_client, LIST).text


def test_an_offer_already_archived_counts_as_archived(admin_client, store):
    store.put(1001, None)
    assert admin_client.post(PAGE + "archive/").status_code == 302
    assert "Offer 1001 was already gone." in visit(admin_client, LIST).text


@pytest.mark.parametrize(("kind", "sends"), [("reset_after_effect", 1), ("reset", 2)])
def test_an_archiving_whose_answer_is_lost_is_looked_up_and_repeated_only_where_it_was_not_done(
    admin_client, sandbox, store, kind, sends
):
    sandbox.faults({"kind": kind, "operation": "deleteOffer"})
    assert admin_client.post(PAGE + "archive/").status_code == 302
    assert 1001 not in store
    assert len(sandbox.journal("deleteOffer")) == sends
    assert "Offer 1001 was archived." in visit(admin_client, LIST).text


@pytest.mark.parametrize(("status", "words"), [(403, "may not do this"), (429, "asks us to")])
def test_a_refused_archiving_is_a_page_and_archives_nothing(admin_client, sandbox, store, status, words):
    rule = {"kind": "status", "status": status, "headers": {"Retry-After": "9"}, "times": None}
    sandbox.faults({**rule, "operation": "deleteOffer"})
    assert words in visit(admin_client, PAGE + "archive/", data={}, status=status).text
    assert 1001 in store
