"""From a selection in the list to a plan, its run, its result, and back again: what a person sees and sends."""

import io

import openpyxl
import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.bulk.models import BulkRun
from apps.bulk.progress import Progress
from apps.bulk.states import RowState, State
from tests.bulk.conftest import PATH, advance_until, states_of
from tests.resources.rules import visit
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "/integrations/int-eu/offers/"
START = "/bulk/start/offers/?integrationID=int-eu"


@pytest.fixture
def begun(admin_client):
    """A function that sends a selection, and gives the run that came of it and its page."""

    def sent(action, ids=(), **data):
        response = admin_client.post(START, {"action": action, "id": ids, **data})
        assert response.status_code == 302, response.content.decode()[:1000]
        run = BulkRun.objects.get(pk=response["Location"].strip("/").split("/")[1])
        return run, visit(admin_client, response["Location"])

    return sent


@pytest.fixture
def decide(admin_client):
    """A function that presses a button of a run's page, and gives the page that comes."""

    def pressed(run, name, **data):
        response = admin_client.post(reverse(f"bulk:{name}", args=[run.pk]), data)
        assert response.status_code == 302
        run.refresh_from_db()
        return visit(admin_client, response["Location"])

    return pressed


def test_the_list_sends_its_selection_to_a_plan(admin_client, offers):
    offers.add(60)
    page = visit(admin_client, LIST + "?filter[name][contains]=Bulk")
    form = page.one("form", id="bulk")
    assert form["action"] == START
    assert form["data-total"] == "60"
    assert page.one("input", name="matching")["form"] == "bulk"
    assert page.one("input", name="expected")["value"] == "60"


def test_a_few_are_planned_and_carried_out_at_once(begun, decide, offers):
    keys = offers.add(3)
    run, page = begun("deactivate", keys, list="?sort=name")
    assert run.state == State.PLANNED
    assert "3 offers will change" in page.text
    assert "Active → Inactive" in page.text
    page = decide(run, "confirm", note="Campaign is over")
    assert run.state == State.FINISHED
    assert not any(offers[key]["active"] for key in keys)
    assert "3 offers were deactivated, and read back." in page.text
    assert page.one("h1").text == "Offers"
    assert [form["action"] for form in page.all("form") if form["action"].endswith("/undo/")] == [
        f"/bulk/{run.pk}/undo/"
    ]
    assert run.note == "Campaign is over"


def test_what_was_done_is_taken_back_except_what_somebody_changed_since(begun, decide, offers, admin_client):
    keys = offers.add(3)
    run, _ = begun("deactivate", keys)
    decide(run, "confirm")
    offers.change(keys[1], active=True)
    response = admin_client.post(
        reverse("bulk:undo", args=[run.pk]), {"nonce": "2d3c9e6c-9a5b-4ad4-a88a-2f1c8e0a4f10"}
    )
    undo = BulkRun.objects.get(undo_of=run)
    assert response["Location"] == undo.get_absolute_url()
    assert Progress(undo).calls_needed == 2
    assert states_of(undo) == {keys[0]: "planned", keys[1]: "unchanged", keys[2]: "planned"}
    assert "Put back 2 offers" in [
        button.text for button in visit(admin_client, response["Location"]).all("button")
    ]
    page = decide(undo, "confirm")
    assert "2 offers were put back, and read back." in page.text
    assert page.link("See the run") == undo.get_absolute_url()
    assert all(offers[key]["active"] for key in keys)
    assert "set it back already" in undo.rows.get(record_id=keys[1]).reason


def test_archiving_wants_the_number_typed(begun, decide, offers):
    keys = offers.add(3)
    run, page = begun("archive", keys)
    assert "cannot" in page.text or "no call that brings them back" in page.text
    assert page.one("input", id="count")
    page = decide(run, "confirm", count="2")
    assert "Type 3 to confirm" in page.text
    assert run.state == State.PLANNED
    decide(run, "confirm", count="3")
    assert run.state == State.FINISHED
    assert not any(offers[key] for key in keys)


def test_all_that_match_but_some_become_a_plan(begun, offers):
    keys = offers.add(130)
    run, page = begun(
        "deactivate",
        matching="yes",
        list="?filter[name][contains]=Bulk&page[number]=2",
        excluded=keys[:2],
        expected="130",
    )
    assert run.state == State.PLANNED
    assert run.counts() == {RowState.PLANNED: 128}
    assert "128 offers will change" in page.text


def test_rows_are_left_out_and_taken_in_by_hand(begun, decide, offers):
    keys = offers.add(3)
    run, _ = begun("deactivate", keys)
    decide(run, "include", row=["0", "2"], turn="out")
    assert run.counts() == {RowState.PLANNED: 1, RowState.LEFT: 2}
    decide(run, "include", row=["2"], turn="in")
    decide(run, "confirm")
    assert [offers[key]["active"] for key in keys] == [True, False, False]


def test_many_are_left_to_the_worker_and_followed(begun, decide, offers, admin_client):
    keys = offers.add(80)
    run, _ = begun("deactivate", keys)
    page = decide(run, "confirm")
    assert run.state == State.QUEUED
    assert page.one("div", id="run")["hx-trigger"] == "every 1s"
    assert run.title in visit(admin_client, LIST).text
    run = advance_until(run, State.FINISHED)
    page = visit(admin_client, run.get_absolute_url())
    assert "hx-trigger" not in page.one("div", id="run").attributes
    lines = admin_client.get(reverse("bulk:rows", args=[run.pk])).content.decode().splitlines()
    assert len(lines) == 81
    assert "Inactive" in lines[1]
    workbook = admin_client.get(reverse("bulk:rows_xlsx", args=[run.pk]))
    assert len(list(openpyxl.load_workbook(io.BytesIO(workbook.getvalue())).active.rows)) == 81


def test_a_second_click_carries_nothing_out_twice(begun, decide, offers, sandbox):
    keys = offers.add(3)
    run, _ = begun("deactivate", keys)
    decide(run, "confirm")
    page = decide(run, "confirm")
    assert "not in a state" in page.text or "nothing to do" in page.text
    writes = [entry for entry in sandbox.journal() if entry["method"] != "GET"]
    assert len(writes) == 1


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"action": "deactivate"}, 200, "Nothing is selected"),
        ({"action": "explode", "id": ["1001"]}, 400, "no such action"),
        ({"action": "deactivate", "matching": "yes", "expected": "60000"}, 200, "one run changes at most"),
    ],
)
def test_a_selection_of_which_nothing_can_be_made_says_why(
    admin_client, service, admin_connection, data, status, words
):
    page = visit(admin_client, START, data=data, status=status)
    assert words in page.text
    assert not BulkRun.objects.exists()


def test_a_filter_that_cannot_be_read_selects_nothing_in_its_place(begun, offers):
    offers.add(3)
    run, page = begun("deactivate", matching="yes", list="?filter[no_such_field]=1", expected="3")
    assert run.state == State.FAILED
    assert "cannot be read as a whole" in page.text


def test_a_plan_for_a_time_waits_for_it_and_is_compared_again(begun, decide, offers, admin_client):
    keys = offers.add(3)
    run, _ = begun("deactivate", keys)
    decide(run, "schedule", at="2020-01-01T09:00", time_zone="Europe/Berlin")
    assert run.state == State.PLANNED
    decide(run, "schedule", at="2027-03-28T02:30", time_zone="Europe/Berlin")
    assert run.state == State.PLANNED
    decide(run, "schedule", at="2027-02-01T09:00", time_zone="Europe/Berlin")
    assert run.state == State.SCHEDULED
    assert run.run_at.isoformat() == "2027-02-01T08:00:00+00:00"
    listed = visit(admin_client, "/bulk/").text
    assert "Deactivate offers" in listed
    assert "1 Feb 2027, 09:00 Europe/Berlin" in listed
    page = visit(admin_client, run.get_absolute_url())
    assert "1 Feb 2027, 09:00 Europe/Berlin time" in page.text
    assert page.one("input", id="at")["value"] == "2027-02-01T09:00"
    # Enter, after the time was set, must not carry it out.
    assert not [button for button in page.all("button") if "autofocus" in button.attributes]
    offers.change(keys[1], active=False)
    run = advance_until(run, State.FINISHED)
    assert states_of(run)[keys[1]] == RowState.UNCHANGED
    assert not any(offers[key]["active"] for key in keys)


def test_the_time_is_taken_back_and_a_plan_dropped(begun, decide, offers):
    run, _ = begun("deactivate", offers.add(2))
    decide(run, "schedule", at="2027-02-01T09:00", time_zone="UTC")
    decide(run, "unschedule")
    assert run.state == State.PLANNED
    assert run.due_at is None


def test_another_persons_run_is_not_there(begun, offers):
    run, _ = begun("deactivate", offers.add(2))
    stranger = signed_in(User.objects.create_user("other.admin@example.com", role="admin"))
    assert stranger.get(run.get_absolute_url()).status_code == 404
    for name in (
        "confirm",
        "drop",
        "pause",
        "stop",
        "undo",
        "retry",
        "schedule",
        "include",
        "recheck",
        "resume",
    ):
        assert stranger.post(reverse(f"bulk:{name}", args=[run.pk])).status_code == 404
    run.refresh_from_db()
    assert run.state == State.PLANNED
    assert run.path == PATH
