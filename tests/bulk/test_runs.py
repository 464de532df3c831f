"""A run carries out its plan: all and only its records, each told as it is, one entry of the log each."""

import uuid

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.bulk.field_edits import Operation
from apps.bulk.instructions import FieldEdit, Instruction, Kind
from apps.bulk.plan.follow_ups import start_undo
from apps.bulk.run import decisions
from apps.bulk.states import RowState, State
from tests.bulk.conftest import advance, advance_until, carried_out, logged, planned, states_of

pytestmark = pytest.mark.django_db(transaction=True)

RAISE = Instruction(Kind.EDIT, edits=(FieldEdit("default_payout.payout", Operation.ADD_PERCENT, 10),))


def test_a_plan_says_what_changes_and_sends_nothing(offers, start, sandbox):
    keys = offers.add(3)
    offers.change(keys[1], active=False)
    run = planned(start([*keys, "999999999"]))
    assert list(states_of(run).values()) == [
        RowState.PLANNED,
        RowState.UNCHANGED,
        RowState.PLANNED,
        RowState.GONE,
    ]
    assert run.rows.first().wanted.values == {"active": False}
    assert not [entry for entry in sandbox.journal() if entry["method"] != "GET"]


def test_all_and_only_the_planned_records_are_changed_by_bulk_calls(offers, start, sandbox):
    keys = offers.add(250)
    run = carried_out(start(keys[:230]))
    assert run.state == State.FINISHED
    assert set(states_of(run).values()) == {RowState.DONE}
    assert [key for key in keys if not offers[key]["active"]] == keys[:230]
    writes = [entry["operation"] for entry in sandbox.journal() if entry["method"] != "GET"]
    assert len(writes) == 3
    assert sorted(logged(run)) == sorted((key, "done") for key in keys[:230])


def test_all_that_match_are_collected_over_all_pages(offers, start):
    keys = offers.add(430)
    offers.add(5, first=600_001, name="Other")
    query = "?filter[name][contains]=Bulk"
    run = carried_out(start(is_matching=True, query=query, excluded=keys[:2], expected=430))
    assert run.uncertainty == ""
    assert set(states_of(run)) == set(keys[2:])
    assert set(states_of(run).values()) == {RowState.DONE}
    assert offers[keys[0]]["active"] and offers["600001"]["active"]


def test_a_field_is_edited_record_by_record(offers, start):
    keys = offers.add(45)
    offers.change(
        keys[3], default_payout={"payout": "12.34", "payout_type": "CPA", "revenue": 6, "revenue_type": "RPA"}
    )
    run = carried_out(start(keys, RAISE))
    assert set(states_of(run).values()) == {RowState.DONE}
    assert str(offers[keys[0]]["default_payout"]["payout"]) == "4.4"
    assert str(offers[keys[3]]["default_payout"]["payout"]) == "13.574"
    assert offers[keys[0]]["default_payout"]["revenue"] == 6


def test_what_somebody_else_changed_since_the_plan_is_left(offers, start):
    keys = offers.add(4)
    run = planned(start(keys, RAISE))
    offers.change(
        keys[1], default_payout={"payout": 9, "payout_type": "CPA", "revenue": 6, "revenue_type": "RPA"}
    )
    run = carried_out(run)
    assert states_of(run)[keys[1]] == RowState.CHANGED
    assert "9" in run.rows.get(record_id=keys[1]).reason
    assert offers[keys[1]]["default_payout"]["payout"] == 9
    assert [key for key, _ in logged(run)] == [keys[0], *keys[2:]]


@pytest.mark.parametrize("place", ["bulk.marked", "bulk.sent", "bulk.noted", "bulk.collected"])
@pytest.mark.parametrize("instruction", [None, RAISE], ids=["together", "one by one"])
def test_a_process_that_ends_anywhere_loses_and_doubles_nothing(
    offers, start, settings, place, instruction, sandbox
):
    keys = offers.add(6)
    settings.FAILPOINTS = f"{place}=raise@1"
    run = start(keys, instruction) if instruction else start(keys)
    run = carried_out(run)
    assert run.state == State.FINISHED
    assert set(states_of(run).values()) == {RowState.DONE}
    if instruction:
        assert {str(offers[key]["default_payout"]["payout"]) for key in keys} == {"4.4"}
    assert sorted(logged(run)) == sorted((key, "done") for key in keys)


def test_lost_answers_and_refusals_of_a_while_end_as_done_with_one_entry_each(offers, start, sandbox):
    keys = offers.add(60)
    sandbox.faults(
        {"kind": "reset_after_effect", "operation": "updateOffer", "times": 9},
        {"kind": "status", "status": 503, "operation": "updateOffer", "times": 7},
        {"kind": "status", "status": 429, "operation": "updateOffer", "times": 5},
    )
    run = carried_out(start(keys, RAISE))
    assert set(states_of(run).values()) == {RowState.DONE}
    assert {str(offers[key]["default_payout"]["payout"]) for key in keys} == {"4.4"}
    assert sorted(logged(run)) == sorted((key, "done") for key in keys)


def test_it_pauses_resumes_and_stops(offers, start):
    keys = offers.add(450)
    run = planned(start(keys))
    assert decisions.confirm(run)
    advance(run, 2)
    assert decisions.pause(run)
    run = advance_until(run, State.PAUSED)
    assert run.counts()[RowState.DONE] == 400
    assert decisions.resume(run)
    assert decisions.stop(run)
    run = advance_until(run, State.STOPPED)
    assert run.counts() == {RowState.DONE: 400, RowState.NOT_SENT: 50}
    assert sum(offers[key]["active"] for key in keys) == 50


def test_two_runs_over_the_same_record_do_not_run_at_once(offers, start):
    keys = offers.add(3)
    first, second = planned(start(keys[:2])), planned(start(keys[1:]))
    for run in (first, second):
        assert decisions.confirm(run)
    advance(first)
    decisions.pause(first)
    advance_until(first, State.PAUSED)
    advance(second, 2)
    assert second.state == State.WAITING
    assert second.waits_for == first
    decisions.resume(first)
    advance_until(first, State.FINISHED)
    advance_until(second, State.FINISHED)
    assert states_of(second)[keys[2]] == RowState.DONE


def test_a_key_that_is_refused_pauses_it_and_it_goes_on_with_another(offers, start, sandbox):
    keys = offers.add(3)
    run = planned(start(keys, RAISE))
    sandbox.faults({"kind": "status", "status": 401, "times": None})
    run = carried_out(run)
    assert run.state == State.PAUSED
    assert "key" in run.message
    sandbox.faults()
    assert decisions.resume(run)
    run = advance_until(run, State.FINISHED)
    assert set(states_of(run).values()) == {RowState.DONE}
    assert sorted(logged(run)) == sorted((key, "done") for key in keys)


def test_an_owner_who_may_not_do_this_any_more_stops_it(offers, start, admin):
    keys = offers.add(3)
    run = planned(start(keys))
    decisions.confirm(run)
    admin.role = "viewer"
    admin.save()
    run = advance_until(run, State.STOPPED)
    assert set(states_of(run).values()) == {RowState.NOT_SENT}
    assert "role" in run.message
    assert all(offers[key]["active"] for key in keys)


def test_a_switch_that_was_null_is_not_set_back_to_what_the_contract_has_not(offers, start, admin):
    [null, switched] = offers.add(2)
    offers.change(null, active=None)
    run = carried_out(start([null, switched]))
    undo = carried_out(start_undo(uuid.uuid4(), admin, run))
    assert states_of(undo) == {null: RowState.LEFT, switched: RowState.DONE}
    assert (offers[null]["active"], offers[switched]["active"]) == (False, True)
    left = undo.rows.get(record_id=null)
    assert left.title == f"Bulk {null}"
    assert "does not take by its contract" in left.reason


def test_an_undo_that_can_set_nothing_back_says_why_of_each_record(offers, start, admin):
    [null] = offers.add(1)
    offers.change(null, active=None)
    undo = planned(start_undo(uuid.uuid4(), admin, carried_out(start([null]))))
    assert states_of(undo) == {null: RowState.LEFT}


def test_people_who_look_at_pages_go_first(offers, start, admin_client):
    keys = offers.add(130)
    run = planned(start(keys))
    assert decisions.confirm(run)
    advance(run)
    admin_client.get("/integrations/int-eu/offers/")
    advance(run, beside_people=True)
    assert run.counts()[RowState.DONE] == 40
    assert run.due_at > timezone.now()
    cache.clear()
    advance(run)
    assert run.counts()[RowState.DONE] == 130
