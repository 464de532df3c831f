"""What becomes of each selected offer: read back, told apart, and tried again where that may help."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.bulk.states import RowState, State
from tests.bulk.conftest import LIST, advance_until, logged

pytestmark = pytest.mark.django_db
IDS = ["1001", "1002", "1003"]
OPERATIONS = {
    "activate": "bulkUpdateOffersStatus",
    "deactivate": "bulkUpdateOffersStatus",
    "archive": "bulkDeleteOffers",
}


@pytest.fixture(autouse=True)
def _known_states(offers):
    """1001 and 1002 are active, 1003 is not."""
    for key in IDS:
        offers.change(key, name=f"Offer number {key}", active=key != "1003")


def test_what_is_done_is_read_back_and_what_was_so_is_told_apart(bulk, offers, sent, calls):
    carried = bulk.carry_out("deactivate", IDS, list="?sort=name&page[number]=2")
    assert carried.states == {"1001": "Done", "1002": "Done", "1003": "No change"}
    assert carried.run.state == State.FINISHED
    assert [offers[key]["active"] for key in IDS] == [False, False, False]
    assert sent == [("bulkUpdateOffersStatus", {"active": False, "data": ["1001", "1002"]})]
    assert calls() == ["bulkUpdateOffersStatus", "listOffers", "listOffers"]
    assert carried.page.way_back == LIST + "?sort=name&page[number]=2"


def test_activating_is_the_other_way_round(bulk, offers, sent):
    carried = bulk.carry_out("activate", IDS)
    assert carried.states == {"1001": "No change", "1002": "No change", "1003": "Done"}
    assert offers["1003"]["active"] is True
    assert sent == [("bulkUpdateOffersStatus", {"active": True, "data": ["1003"]})]


def test_archiving_takes_them_out_of_every_list(bulk, offers, sent):
    carried = bulk.carry_out("archive", IDS)
    assert set(carried.states.values()) == {"Done"}
    assert not any(offers[key] for key in IDS)
    assert sent == [("bulkDeleteOffers", {"data": IDS})]


def test_nothing_to_do_for_any_asks_the_api_to_do_nothing(bulk, sent):
    carried = bulk.carry_out("activate", ["1001", "1002"])
    assert set(carried.states.values()) == {"No change"}
    assert "0 offers will change" in carried.page.text
    assert not carried.page.all("input", id="note")
    assert "There is nothing to do in this plan." in bulk.confirm(carried.run).page.text
    assert sent == []


@pytest.mark.parametrize("action", list(OPERATIONS))
def test_one_that_is_gone_is_told_and_stops_no_other(bulk, offers, sent, action):
    offers.remove("1002")
    offers.change("1001", active=action != "activate")
    carried = bulk.carry_out(action, ["1001", "1002"])
    assert carried.rows["1002"] == ("Gone", "It no longer exists.")
    assert carried.states["1001"] == "Done"
    assert [body["data"] for _, body in sent] == [["1001"]]


def test_where_the_api_refuses_the_lot_each_gets_its_own_answer(bulk, sandbox, offers, sent):
    refusal = {"kind": "status", "status": 422, "operation": "bulkUpdateOffersStatus"}
    sandbox.faults({**refusal, "body": {"message": "One of them is locked."}})
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert set(carried.states.values()) == {"Done"}
    assert [body["data"] for _, body in sent] in (
        [["1001", "1002"], ["1001"], ["1002"]],
        [["1001", "1002"], ["1002"], ["1001"]],
    )
    assert offers["1001"]["active"] is offers["1002"]["active"] is False


@pytest.mark.parametrize(
    ("rule", "words", "reads"),
    [
        ({"status": 422, "body": {"message": "They are locked."}}, "They are locked.", 1),
        # Who may not change them together is asked to change each: for that they are read whole.
        ({"status": 403, "body": {"message": "Admins only."}}, "Admins only.", 2),
    ],
)
def test_a_refusal_of_all_is_told_for_each_and_not_asked_for_again(
    bulk, sandbox, offers, rule, words, reads, calls
):
    refuse(sandbox, rule)
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert set(carried.states.values()) == {"Failed"}
    assert all(words in reason for _, reason in carried.rows.values())
    assert "Failed: 2" in carried.page.text
    assert carried.run.state == State.FINISHED
    assert offers["1001"]["active"] is True
    # Nothing is read back of what was certainly not done.
    assert calls().count("listOffers") == reads
    assert logged(carried.run) == [("1001", "failed"), ("1002", "failed")]


def test_a_refused_key_pauses_the_run_which_says_so_and_goes_on_with_another(bulk, sandbox, offers, sent):
    refuse(sandbox, {"status": 401})
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert carried.run.state == State.PAUSED
    assert "Your API key was refused" in carried.page.text
    assert len(sent) == 1
    assert offers["1001"]["active"] is True
    sandbox.faults()
    bulk.press("resume", carried.run)
    carried = bulk.look(advance_until(carried.run, State.FINISHED))
    assert set(carried.states.values()) == {"Done"}
    assert logged(carried.run) == [("1001", "done"), ("1002", "done")]


def test_an_api_that_asks_to_wait_is_waited_for(bulk, sandbox, offers, sent):
    refuse(sandbox, {"status": 429, "headers": {"Retry-After": "60"}})
    carried = bulk.confirm(bulk.plan("deactivate", ["1001", "1002"]).run)
    assert carried.run.state == State.RUNNING
    assert "asked us to slow down" in carried.page.text
    assert carried.run.due_at > timezone.now() + timedelta(seconds=50)
    assert set(carried.states.values()) == {"Tried again"}
    assert all("The API asks us to wait 60 seconds" in reason for _, reason in carried.rows.values())
    assert len(sent) == 1
    sandbox.faults()
    carried = bulk.look(advance_until(carried.run, State.FINISHED))
    assert set(carried.rows.values()) == {("Done", "—")}
    assert not offers["1001"]["active"]


def refuse(sandbox, rule):
    """Have the API answer each change of offers so, by the bulk call and by single ones."""
    rule = {"kind": "status", **rule, "operation": "bulkUpdateOffersStatus", "times": None}
    # Who may not use the bulk call may still be allowed to edit each: not here.
    sandbox.faults(rule, {**rule, "operation": "updateOffer"})


@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_when_the_answer_is_lost_after_the_effect_it_is_read_back_as_done(bulk, sandbox, action):
    sandbox.faults({"kind": "reset_after_effect", "operation": OPERATIONS[action], "times": None})
    carried = bulk.carry_out(action, ["1001", "1002"])
    assert set(carried.rows.values()) == {("Done", "—")}


@pytest.mark.parametrize(("kind", "sends"), [("reset_after_effect", 1), ("reset", 2)])
@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_a_lost_answer_is_looked_up_before_what_was_not_done_is_sent_again(
    bulk, sandbox, action, kind, sends
):
    sandbox.faults({"kind": kind, "operation": OPERATIONS[action]})
    carried = bulk.carry_out(action, ["1001", "1002"])
    assert set(carried.rows.values()) == {("Done", "—")}
    assert len(sandbox.journal(OPERATIONS[action])) == sends


@pytest.mark.parametrize("action", ["deactivate", "archive"])
def test_when_it_is_always_lost_before_the_effect_the_run_ends_and_says_that_nothing_changed(
    bulk, sandbox, offers, action
):
    sandbox.faults({"kind": "reset", "operation": OPERATIONS[action], "times": None})
    carried = bulk.carry_out(action, ["1001", "1002"])
    assert set(carried.rows.values()) == {
        ("Failed", "The API's answer was lost, and the record is unchanged.")
    }
    assert carried.run.state == State.FINISHED
    assert offers["1001"]["active"] is True
    assert logged(carried.run) == [("1001", "failed"), ("1002", "failed")]
    assert "Try again what is not done…" in [button.text for button in carried.page.all("button")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [("reset_after_effect", "The API's answer was lost"), (None, "The API took the change")],
)
def test_what_cannot_be_read_back_pauses_the_run_and_is_not_known_once_it_is_stopped(
    bulk, sandbox, kind, words
):
    rules = [{"kind": kind, "operation": "bulkUpdateOffersStatus", "times": None}] if kind else []
    unreadable = {"kind": "status", "status": 403, "times": None}
    sandbox.faults(
        *rules,
        {**unreadable, "operation": "listOffers", "skip": 1},
        {**unreadable, "operation": "getOffer"},
    )
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert carried.run.state == State.PAUSED
    assert set(carried.rows.values()) == {("Tried again", f"{words}; the record could not be read back.")}
    bulk.press("stop", carried.run)
    carried = bulk.look(advance_until(carried.run, State.STOPPED))
    assert set(carried.states.values()) == {"Not known"}
    assert all("could not be read back" in reason for _, reason in carried.rows.values())
    assert "Not known: 2" in carried.page.text
    assert logged(carried.run) == [("1001", "unknown"), ("1002", "unknown")]


def test_a_success_that_changed_nothing_is_no_success(bulk, sandbox):
    sandbox.faults({"kind": "status", "status": 200, "body": {}, "operation": "bulkUpdateOffersStatus"})
    carried = bulk.carry_out("deactivate", ["1001"])
    assert carried.rows["1001"] == ("Failed", "The API took the change, but the record is unchanged.")


def test_an_accepted_archiving_that_the_record_does_not_show_is_not_known(bulk, sandbox):
    sandbox.faults({"kind": "status", "status": 200, "body": {}, "operation": "bulkDeleteOffers"})
    carried = bulk.carry_out("archive", ["1001"])
    assert carried.rows["1001"] == ("Not known", "The API took the change and still shows the record.")


def test_a_record_that_calls_itself_archived_counts_as_archived(bulk, offers, sent):
    offers.change("1001", status="archived")
    assert bulk.carry_out("archive", ["1001"]).states == {"1001": "No change"}
    assert sent == []


def test_an_api_without_the_in_filter_is_read_one_by_one(bulk, sandbox, calls):
    sandbox.faults({"kind": "status", "status": 400, "operation": "listOffers", "times": None})
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert set(carried.states.values()) == {"Done"}
    assert calls().count("getOffer") == 4


@pytest.mark.parametrize("key", ["../../users", "1,2", "<script>", "é", "0"])
def test_a_crafted_id_is_one_record_that_is_gone(bulk, sent, key):
    assert bulk.carry_out("archive", [key]).rows == {key: ("Gone", "It no longer exists.")}
    assert sent == []


def test_a_hundred_are_changed_by_one_call(bulk, offers, calls):
    ids = [str(1001 + number) for number in range(100)]
    carried = bulk.carry_out("archive", ids)
    assert list(carried.rows) == ids
    assert set(carried.states.values()) == {"Done"}
    assert calls().count("bulkDeleteOffers") == 1
    assert offers["1101"]
    assert offers["1100"] is None


def test_what_is_not_done_is_tried_again_and_what_is_done_by_then_is_not_changed_again(
    bulk, offers, sandbox, sent
):
    sandbox.faults({"kind": "reset", "operation": "bulkUpdateOffersStatus", "times": None})
    first = bulk.carry_out("deactivate", ["1001", "1002"], list="?sort=name").run
    sandbox.faults()
    offers.change("1001", active=False)
    sent.clear()
    again = bulk.follow(bulk.press("retry", first))
    assert again.states == {"1001": "No change", "1002": "To do"}
    assert again.page.way_back == LIST + "?sort=name"
    carried = bulk.look(advance_until(bulk.confirm(again.run).run, State.FINISHED))
    assert carried.states == {"1001": "No change", "1002": "Done"}
    assert sent == [("bulkUpdateOffersStatus", {"active": False, "data": ["1002"]})]
    assert first.rows.get(record_id="1002").state == RowState.FAILED


@pytest.mark.parametrize("is_known", [False, True], ids=["refused now", "refused before"])
def test_each_is_sent_whole_where_the_key_may_not_use_the_bulk_call(bulk, offers, sandbox, sent, is_known):
    refusal = {"kind": "status", "status": 403, "operation": "bulkUpdateOffersStatus", "times": None}
    sandbox.faults(refusal)
    if is_known:
        bulk.carry_out("activate", ["1003"])
        sent.clear()
    carried = bulk.carry_out("deactivate", ["1001", "1002"])
    assert carried.states == {"1001": "Done", "1002": "Done"}
    singles = [body for operation, body in sent if operation == "updateOffer"]
    assert len(sent) == len(singles) + (not is_known)
    # What the contract requires goes along as the record has it.
    assert sorted(body["name"] for body in singles) == ["Offer number 1001", "Offer number 1002"]
    assert offers["1001"]["active"] is offers["1002"]["active"] is False
