"""Acting on a selection of offers: asked first, then told row by row."""

import pytest

from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.results import Judge
from tests.offers.conftest import LIST
from tests.resources.rules import carried_out, visit

pytestmark = pytest.mark.django_db
BULK = LIST + "bulk/"
IDS = ["1001", "1002", "1003"]
OPERATIONS = {
    "activate": "bulkUpdateOffersStatus",
    "deactivate": "bulkUpdateOffersStatus",
    "archive": "bulkDeleteOffers",
}


@pytest.fixture(autouse=True)
def _known_states(store):
    """1001 and 1002 are active, 1003 is not."""
    for key in IDS:
        store.change(int(key), name=f"Offer number {key}", active=key != "1003")


def confirmed(client, action, ids=IDS, **data):
    """The result of a confirmed action: offer → (result, reason), and the page."""
    page = carried_out(client, BULK, {"action": action, "id": ids, "confirmed": "yes", **data})
    rows = {}
    for row in page.all("tr"):
        cells = row.cells
        if len(cells) == 4 and cells[1] != "ID":
            rows[cells[1]] = (cells[2], cells[3])
    return rows, page


@pytest.mark.parametrize("action", list(OPERATIONS))
def test_the_question_names_every_record_and_changes_nothing(admin_client, action, sent):
    data = {"action": action, "id": IDS, "list": "?sort=name"}
    page = carried_out(admin_client, BULK, data)
    assert page.one("h1").text == f"{action.capitalize()} 3 offers?"
    assert all(f"Offer number {key}" in page.text for key in IDS)
    assert [element["value"] for element in page.all("input", name="id")] == IDS
    assert page.link("Cancel") == LIST + "?sort=name"
    assert page.one("input", name="confirmed")["value"] == "yes"
    assert sent == []


def test_the_question_has_an_address_that_asks_again_and_does_nothing(admin_client, sent):
    address = admin_client.post(BULK, {"action": "deactivate", "id": IDS, "list": "?sort=name"})["Location"]
    for _ in range(2):
        page = visit(admin_client, f"{address}&confirmed=yes")
        assert page.one("h1").text == "Deactivate 3 offers?"
    assert sent == []


def test_a_selection_too_long_for_an_address_is_asked_about_at_once(admin_client):
    ids = [f"{number:060}" for number in range(100)]
    page = visit(admin_client, BULK, data={"action": "deactivate", "id": ids})
    assert page.one("h1").text == "Deactivate 100 offers?"


def test_one_record_is_called_one(admin_client):
    page = carried_out(admin_client, BULK, {"action": "archive", "id": ["1001"]})
    assert page.one("h1").text == "Archive 1 offer?"


def test_what_is_done_is_read_back_and_what_was_so_is_told_apart(admin_client, store, sent, calls):
    rows, page = confirmed(admin_client, "deactivate", list="?sort=name&page[number]=2")
    assert rows == {
        "1001": ("Deactivated", "Read back and confirmed."),
        "1002": ("Deactivated", "Read back and confirmed."),
        "1003": ("Nothing to do", "It was already deactivated."),
    }
    assert [store[int(key)]["active"] for key in IDS] == [False, False, False]
    assert sent == [("bulkUpdateOffersStatus", {"active": False, "data": ["1001", "1002"]})]
    assert calls() == ["bulkUpdateOffersStatus", "listOffers", "listOffers"]
    assert page.link("Back to offers") == LIST + "?sort=name&page[number]=2"


def test_activating_is_the_other_way_round(admin_client, store, sent):
    rows, _ = confirmed(admin_client, "activate")
    assert {key: result for key, (result, _) in rows.items()} == {
        "1001": "Nothing to do",
        "1002": "Nothing to do",
        "1003": "Activated",
    }
    assert store[1003]["active"] is True
    assert sent == [("bulkUpdateOffersStatus", {"active": True, "data": ["1003"]})]


def test_archiving_takes_them_out_of_every_list(admin_client, store, sent):
    rows, _ = confirmed(admin_client, "archive")
    assert {result for result, _ in rows.values()} == {"Archived"}
    assert not any(int(key) in store for key in IDS)
    assert sent == [("bulkDeleteOffers", {"data": IDS})]


def test_nothing_to_do_for_any_asks_the_api_to_do_nothing(admin_client, sent):
    rows, _ = confirmed(admin_client, "activate", ["1001", "1002"])
    assert {result for result, _ in rows.values()} == {"Nothing to do"}
    assert sent == []


@pytest.mark.parametrize("action", list(OPERATIONS))
def test_one_that_is_gone_fails_alone(admin_client, store, sent, action):
    store.put(1002, None)
    store.change(1001, active=action != "activate")
    rows, _ = confirmed(admin_client, action, ["1001", "1002"])
    assert rows["1002"] == ("Failed", "It no longer exists.")
    assert rows["1001"][1] == "Read back and confirmed."
    assert [body["data"] for _, body in sent] == [["1001"]]


def test_an_id_selected_twice_is_one(admin_client, sent):
    rows, _ = confirmed(admin_client, "deactivate", ["1001", "1001", ""])
    assert list(rows) == ["1001"]
    assert sent[0][1]["data"] == ["1001"]


def test_where_the_api_refuses_the_lot_each_gets_its_own_answer(admin_client, sandbox, store, sent):
    refusal = {"kind": "status", "status": 422, "operation": "bulkUpdateOffersStatus"}
    sandbox.faults({**refusal, "body": {"message": "One of them is locked."}})
    rows, _ = confirmed(admin_client, "deactivate", ["1001", "1002"])
    assert {result for result, _ in rows.values()} == {"Deactivated"}
    assert [body["data"] for _, body in sent] in (
        [["1001", "1002"], ["1001"], ["1002"]],
        [["1001", "1002"], ["1002"], ["1001"]],
    )
    assert store[1001]["active"] is store[1002]["active"] is False


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"status": 422, "body": {"message": "They are locked."}}, "They are locked."),
        ({"status": 401}, "Your API key was refused"),
        ({"status": 403, "body": {"message": "Admins only."}}, "Admins only."),
        ({"status": 429, "headers": {"Retry-After": "60"}}, "The API asks us to wait 60 seconds"),
    ],
)
def test_a_refusal_of_all_is_told_for_each(admin_client, sandbox, store, rule, words, calls):
    rule = {"kind": "status", **rule, "operation": "bulkUpdateOffersStatus", "times": None}
    # Who may not use the bulk call may still be allowed to edit each: not here.
    sandbox.faults(rule, {**rule, "operation": "updateOffer"})
    rows, page = confirmed(admin_client, "deactivate", ["1001", "1002"])
    assert [result for result, _ in rows.values()] == ["Failed", "Failed"]
    assert all(words in reason for _, reason in rows.values())
    assert "Failed: 2" in page.text
    assert store[1001]["active"] is True
    assert calls().count("listOffers") == 1


@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_when_the_answer_is_lost_after_the_effect_it_is_read_back_as_done(admin_client, sandbox, action):
    sandbox.faults({"kind": "reset_after_effect", "operation": OPERATIONS[action], "times": None})
    rows, _ = confirmed(admin_client, action, ["1001", "1002"])
    assert {reason for _, reason in rows.values()} == {"Read back and confirmed."}


@pytest.mark.parametrize(("kind", "sends"), [("reset_after_effect", 1), ("reset", 2)])
@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_a_lost_answer_is_looked_up_before_what_was_not_done_is_sent_again(
    admin_client, sandbox, action, kind, sends
):
    sandbox.faults({"kind": kind, "operation": OPERATIONS[action]})
    rows, _ = confirmed(admin_client, action, ["1001", "1002"])
    assert {reason for _, reason in rows.values()} == {"Read back and confirmed."}
    assert len(sandbox.journal(OPERATIONS[action])) == sends


@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_when_it_is_lost_before_the_effect_the_record_is_unchanged(admin_client, sandbox, store, action):
    sandbox.faults({"kind": "reset", "operation": OPERATIONS[action], "times": None})
    rows, _ = confirmed(admin_client, action, ["1001", "1002"])
    assert set(rows.values()) == {("Failed", "The API's answer was lost, and the record is unchanged.")}
    assert store[1001]["active"] is True


@pytest.mark.parametrize(
    ("kind", "words"),
    [("reset_after_effect", "The API's answer was lost"), (None, "The API took the change")],
)
def test_what_cannot_be_read_back_is_not_known(admin_client, sandbox, kind, words):
    rules = [{"kind": kind, "operation": "bulkUpdateOffersStatus", "times": None}] if kind else []
    unreadable = {"kind": "status", "status": 403, "times": None}
    sandbox.faults(
        *rules,
        {**unreadable, "operation": "listOffers", "skip": 1},
        {**unreadable, "operation": "getOffer"},
    )
    rows, page = confirmed(admin_client, "deactivate", ["1001", "1002"])
    assert set(rows.values()) == {("Not known", f"{words}; the record could not be read back.")}
    assert "Not known: 2" in page.text


def test_a_success_that_changed_nothing_is_no_success(admin_client, sandbox):
    sandbox.faults({"kind": "status", "status": 200, "body": {}, "operation": "bulkUpdateOffersStatus"})
    rows, _ = confirmed(admin_client, "deactivate", ["1001"])
    assert rows["1001"] == ("Failed", "The API took the change, but the record is unchanged.")


def test_an_accepted_archiving_that_the_record_does_not_show_is_not_known(admin_client, sandbox):
    sandbox.faults({"kind": "status", "status": 200, "body": {}, "operation": "bulkDeleteOffers"})
    rows, _ = confirmed(admin_client, "archive", ["1001"])
    assert rows["1001"] == ("Not known", "The API took the change and still shows the record.")


@pytest.mark.parametrize(("mark", "outcome"), [({"lifecycle": "binned"}, "done"), ({}, "unknown")])
def test_any_change_after_an_accepted_archiving_is_its_mark(mark, outcome):
    before = {"id": 1, "name": "Summer"}
    archived = PlannedChange(Change("offers", {}, "1", None), "Summer", before)
    result = Judge({}, str).result(archived, None, {**before, **mark}, was_sent_alone=False)
    assert result.outcome == outcome


def test_a_record_that_calls_itself_archived_counts_as_archived(admin_client, store):
    store.change(1001, status="archived")
    rows, _ = confirmed(admin_client, "archive", ["1001"])
    assert rows["1001"] == ("Nothing to do", "It was already archived.")


def test_an_api_without_the_in_filter_is_read_one_by_one(admin_client, sandbox, store, calls):
    sandbox.faults({"kind": "status", "status": 400, "operation": "listOffers", "times": None})
    rows, _ = confirmed(admin_client, "deactivate", ["1001", "1002"])
    assert {result for result, _ in rows.values()} == {"Deactivated"}
    assert calls().count("getOffer") == 4


@pytest.mark.parametrize("key", ["../../users", "1,2", "<script>", "é", "0"])
def test_a_crafted_id_is_one_record_that_is_gone(admin_client, sent, key):
    rows, _ = confirmed(admin_client, "archive", [key])
    assert rows[key] == ("Failed", "It no longer exists.")
    assert sent == []


def test_a_hundred_can_be_changed_at_once(admin_client, store, calls):
    ids = [str(1001 + number) for number in range(100)]
    rows, _ = confirmed(admin_client, "archive", ids)
    assert list(rows) == ids
    assert calls().count("bulkDeleteOffers") == 1
    assert 1101 in store
    assert 1100 not in store


@pytest.mark.parametrize("query", ["//evil.example/", "https://evil.example/", "/elsewhere", "?a=b\r\nX: y"])
def test_the_way_back_leads_to_the_list_alone(admin_client, query):
    _, page = confirmed(admin_client, "deactivate", ["1001"], list=query)
    assert page.link("Back to offers").startswith(LIST)


# --- The result has an address ---

NONCE = "6f0c1ff6-58c8-4d7b-9b0a-1c2f2f1b8d11"
SENT = {"action": "deactivate", "id": ["1001", "1002"], "confirmed": "yes", "nonce": NONCE}


def test_a_confirmation_sent_twice_is_carried_out_once(admin_client, sandbox, store):
    first = admin_client.post(BULK, SENT)
    store.put(1002, None)
    seen = len(sandbox.journal())
    again = admin_client.post(BULK, SENT)
    assert again["Location"] == first["Location"] == f"{BULK}{NONCE}/"
    assert "Done: 2" in visit(admin_client, again["Location"]).text
    assert len(sandbox.journal()) == seen


def test_a_reloaded_result_says_the_same_and_asks_the_api_for_nothing(admin_client, sandbox, store):
    address = admin_client.post(BULK, {**SENT, "list": "?sort=name"})["Location"]
    seen = len(sandbox.journal())
    pages = [visit(admin_client, address) for _ in range(2)]
    assert pages[0].rows == pages[1].rows != []
    assert pages[0].link("Back to offers") == LIST + "?sort=name"
    assert len(sandbox.journal()) == seen


def test_a_result_is_shown_to_who_carried_it_out_alone(admin_client, manager_client, manager, store):
    address = admin_client.post(BULK, SENT)["Location"]
    manager.role = "admin"
    manager.save()
    visit(manager_client, address, status=404)
    visit(admin_client, address.replace("int-eu", "int-us"), status=404)


def test_the_nonce_of_another_person_is_no_way_in(admin_client, manager_client, manager, store, sent):
    admin_client.post(BULK, SENT)
    manager.role = "admin"
    manager.save()
    answer = manager_client.post(BULK, {**SENT, "action": "archive"})
    visit(manager_client, answer["Location"], status=404)
    assert "bulkDeleteOffers" not in dict(sent)
