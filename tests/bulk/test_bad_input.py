"""Selections and decisions that no page sends: each is refused in words, and nothing is half-done."""

import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse

from apps.bulk.field_edits import TOO_LARGE, CannotEdit, FieldEdit, Operation
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.plan.starting import Selection, SelectionRefused, start_run
from apps.bulk.run import decisions, steps
from apps.bulk.run.at_once import do_at_once
from apps.bulk.states import RowState, State
from apps.connections.models import Connection
from apps.resources import registry
from tests.bulk.conftest import PATH, advance_until, carried_out, planned
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db

SAID = ("not in a state for that", "There is nothing", "can be undone no more", "Tick rows first")
START = "/bulk/start/offers/?integrationID=int-eu"


@pytest.mark.parametrize("action", ["deactivate", "edit"])
@pytest.mark.parametrize(
    "data",
    [
        {"id": ["1001", "1\0002"]},
        {"id": ["1001", "9" * 201]},
        {"id": ["1001"], "list": "?filter[name]=\0"},
        {"matching": "yes", "expected": "3", "excluded": ["\0"]},
        {"matching": "yes", "expected": "3", "excluded": ["x" * 201]},
    ],
)
def test_ids_and_addresses_that_nothing_has_are_refused_before_they_are_stored(admin_client, data, action):
    page = visit(admin_client, START, data={"action": action, **data})
    assert "none that a record can have" in page.text
    assert not BulkRun.objects.exists()


def test_a_place_that_no_path_names_is_refused(admin, admin_connection):
    selection = Selection(registry.named("offer_events"), {**PATH, "offerID": "\0"}, ["1"])
    with pytest.raises(SelectionRefused):
        start_run(uuid.uuid4(), admin, admin_connection, selection)


@pytest.mark.parametrize("button", ["confirm", "retry", "schedule", "undo", "recheck", "include", "resume"])
def test_buttons_of_a_plan_do_nothing_to_a_draft_and_say_so(admin_client, start, offers, button):
    draft = start(offers.add(2), None)
    data = {"at": "2027-02-01T09:00", "time_zone": "UTC", "row": ["0"]}
    answer = admin_client.post(reverse(f"bulk:{button}", args=[draft.pk]), data)
    assert answer.status_code == 302
    text = visit(admin_client, reverse("bulk:edit", args=[draft.pk])).text
    assert any(words in text for words in SAID)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


@pytest.mark.parametrize(
    "data",
    [
        {"time_zone": "Europe"},
        {"time_zone": "x" * 10_000},
        {"time_zone": "../../etc/passwd"},
        {"at": "2027-02-01T09:00+05:00"},
        {"at": "9" * 5_000},
    ],
)
def test_a_time_or_zone_that_is_none_schedules_nothing(admin_client, start, offers, data):
    run = planned(start(offers.add(2)))
    sent = {"at": "2027-02-01T09:00", "time_zone": "Europe/Berlin", **data}
    answer = admin_client.post(reverse("bulk:schedule", args=[run.pk]), sent)
    assert "Give a date and time" in visit(admin_client, answer["Location"]).text
    run.refresh_from_db()
    assert run.state == State.PLANNED


def test_positions_that_no_row_has_leave_the_plan_as_it_is(admin_client, start, offers):
    run = planned(start(offers.add(2)))
    for text in ("9" * 5_000, "9" * 20, "-1", "x"):
        answer = admin_client.post(reverse("bulk:include", args=[run.pk]), {"row": [text]})
        assert answer.status_code == 302
    assert run.counts() == {RowState.PLANNED: 2}


def test_a_note_is_kept_as_one_line_without_what_nobody_sees(admin_client, start, offers):
    run = planned(start(offers.add(2)))
    admin_client.post(reverse("bulk:confirm", args=[run.pk]), {"note": "end\0of\r\nmonth"})
    run.refresh_from_db()
    assert (run.state, run.note) == (State.FINISHED, "end of month")


def test_a_plan_that_is_dropped_in_another_tab_while_a_page_works_at_it_is_no_fault(start, offers):
    run = start(offers.add(2))
    dropped: list[bool] = []

    def dropping(execute, sql, *others):
        if "bulk_bulkrow" in sql and not dropped:
            dropped.append(True)
            decisions.drop(run)
        return execute(sql, *others)

    with connection.execute_wrapper(dropping):
        do_at_once(run)
    assert dropped
    assert not BulkRun.objects.exists()


def test_a_key_of_another_organisation_neither_undoes_nor_tries_again_nor_goes_on(
    admin_client, start, offers, sandbox
):
    keys = offers.add(2)
    done = carried_out(start(keys))
    waiting = planned(start(offers.add(2, first=600_001)))
    done.rows.filter(record_id=keys[0]).update(state=RowState.FAILED)
    for organisation in ("org-other", ""):
        Connection.objects.update(organisation=organisation)
        for button in ("undo", "retry"):
            answer = admin_client.post(reverse(f"bulk:{button}", args=[done.pk]))
            page = visit(admin_client, answer["Location"])
            assert "not known to be of the organisation of these records" in page.text
    assert BulkRun.objects.count() == 2
    writes = len([entry for entry in sandbox.journal() if entry["method"] != "GET"])
    assert carried_out(waiting).state == State.PAUSED
    assert len([entry for entry in sandbox.journal() if entry["method"] != "GET"]) == writes


def test_a_stop_that_is_asked_for_while_a_pause_is_under_way_is_not_lost(start, offers):
    run = planned(start(offers.add(2)))
    decisions.confirm(run)
    decisions.pause(run)
    under_way = BulkRun.objects.get(pk=run.pk)
    assert decisions.stop(run)
    steps.step(under_way)
    assert advance_until(run, State.STOPPED, most=2).counts() == {RowState.NOT_SENT: 2}


def test_all_that_match_below_a_record_that_is_gone_are_not_looked_for_again(admin_client):
    address = "/bulk/start/offer_events/?integrationID=int-eu&offerID=999999"
    answer = admin_client.post(address, {"action": "archive", "matching": "yes", "list": "", "expected": "3"})
    run = BulkRun.objects.get()
    assert (run.state, run.message) != (State.COLLECTING, "")
    assert "no longer exists" in visit(admin_client, answer["Location"]).text
    assert run.state == State.FAILED


def test_a_run_of_what_is_no_resource_any_more_has_no_page(admin_client, start, offers):
    run = planned(start(offers.add(2)))
    BulkRun.objects.update(resource="removed")
    for name in ("run", "rows", "edit"):
        assert admin_client.get(reverse(f"bulk:{name}", args=[run.pk])).status_code == 404
    assert admin_client.post(reverse("bulk:confirm", args=[run.pk])).status_code == 404
    assert "removed" in visit(admin_client, reverse("bulk:list")).text


@pytest.mark.parametrize(
    ("operation", "value"),
    [(Operation.MULTIPLY, "9" * 30), (Operation.ADD_PERCENT, "9" * 27), (Operation.ADD, "-1000")],
)
def test_a_number_too_large_to_reckon_with_leaves_out_its_record_alone(start, offers, operation, value):
    small, large = offers.add(2)
    offers.change(large, default_payout={"payout": 10**29, "payout_type": "CPA"})
    edit = FieldEdit("default_payout.payout", operation, Decimal(value))
    run = planned(start([small, large], Instruction(Kind.EDIT, edits=(edit,))))
    wanted = {row.record_id: (row.wanted, row.reason) for row in run.rows.all()}
    if operation == Operation.ADD:
        assert wanted[large][0].values == {"default_payout.payout": 10**29 - 1000}
    else:
        assert wanted[large] == (None, TOO_LARGE)
    assert (wanted[small][0] is None) is (operation == Operation.MULTIPLY)


@pytest.mark.parametrize("held", ["1e999999", "1e400", "-1e400"])
@pytest.mark.parametrize("operation", [Operation.ADD, Operation.ADD_PERCENT, Operation.MULTIPLY])
def test_an_endless_number_is_not_reckoned_with(operation, held):
    with pytest.raises(CannotEdit, match="more digits"):
        FieldEdit("payout", operation, 1000).value_for({"payout": Decimal(held)}, {})
