"""A short plan over its list: of what the list showed, compared before anything is sent, told in the rows."""

from concurrent.futures import wait

import pytest
from django.core.cache import cache
from django.urls import reverse
from django_q.models import OrmQ

from apps.bulk.models import BulkRun
from apps.bulk.run import reading_ahead
from apps.bulk.states import RowState, State
from apps.jobs.locks import sender_lock
from apps.resources.lists import known_rows
from tests.bulk.conftest import LIST, states_of
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db(transaction=True)
START = "/bulk/start/offers/?integrationID=int-eu"
SHOWN = "?filter[name][contains]=Bulk"


@pytest.fixture(autouse=True)
def _no_list_was_shown():
    known_rows._lists.clear()
    reading_ahead._begun.clear()


@pytest.fixture
def send(admin_client):
    """A function that sends a form as the list's script does, and gives the answer to it."""

    def sent(address, **data):
        return admin_client.post(address, data, headers={"HX-Request": "true", "HX-Target": "dialog"})

    return sent


@pytest.fixture
def plan(send, admin_client):
    """A function that shows the list and opens the plan of some of its rows; the run and the dialog's HTML."""

    def planned(keys, action="deactivate", query=SHOWN):
        visit(admin_client, LIST + query)
        answer = send(START, action=action, id=keys, list=query)
        assert answer.status_code == 200, answer.content.decode()[:1000]
        return BulkRun.objects.get(), answer.content.decode()

    return planned


def confirm(send, run):
    answer = send(reverse("bulk:confirm", args=[run.pk]))
    run.refresh_from_db()
    return answer


def test_the_plan_is_of_what_the_list_showed_and_names_every_record(plan, offers, sent):
    keys = offers.add(3)
    offers.change(keys[1], active=False)
    run, dialog = plan(keys)
    assert run.state == State.PLANNED
    assert run.calls == 0
    assert "2 offers will change" in dialog
    assert "Deactivate 2 offers" in dialog
    assert "No change: 1" in dialog
    assert [f"Bulk {key}" in dialog for key in keys] == [True, False, True]
    assert dialog.count("<b>Inactive</b>") == 1
    assert sent == []


def test_it_is_carried_out_by_a_reading_a_write_and_a_reading_back(plan, send, offers, calls):
    keys = offers.add(3)
    run, _ = plan(keys)
    answer = confirm(send, run)
    shown = ["listAdvertisers", "listOffers"]
    assert calls() == sorted([*shown, "listOffers", "bulkUpdateOffersStatus", "listOffers"])
    assert not any(offers[key]["active"] for key in keys)
    assert run.state == State.FINISHED
    told = answer.content.decode()
    assert "3 offers were deactivated, and read back" in told
    assert reverse("bulk:undo", args=[run.pk]) in told
    rows = told.partition("<template>")[2].partition("</template>")[0]
    assert rows.count("<tr>") == 3
    assert rows.count("Inactive") == 3
    assert answer["HX-Push-Url"] == "false"


@pytest.mark.parametrize("is_read", [True, False])
def test_after_slow_pages_it_is_carried_out_at_once_where_its_records_were_read_meanwhile(
    plan, send, offers, is_read
):
    keys = offers.add(3)
    run, _ = plan(keys)
    cache.set(f"slow-pages:{run.owner.pk}", True, 60)
    if is_read:
        wait([reading for _at, reading in reading_ahead._begun.values()])
    else:
        reading_ahead._begun.clear()
    answer = confirm(send, run)
    assert (run.state == State.FINISHED) is is_read
    assert answer.headers.get("HX-Redirect") == (None if is_read else run.get_absolute_url())
    # Only what is left to a worker has one told.
    assert OrmQ.objects.exists() is not is_read


def test_what_a_page_did_not_get_done_is_the_workers(plan, send, offers):
    run, _ = plan(offers.add(2))
    with sender_lock(run.lane_name):
        confirm(send, run)
    assert run.state == State.QUEUED
    assert OrmQ.objects.count() == 1


def test_what_was_changed_since_the_list_was_shown_is_not_sent(plan, send, offers, sent):
    keys = offers.add(3)
    run, _ = plan(keys)
    reading_ahead._begun.clear()
    offers.change(keys[1], active=False)
    confirm(send, run)
    assert [body["data"] for _operation, body in sent] == [[keys[0], keys[2]]]
    assert states_of(run)[keys[1]] == RowState.UNCHANGED


def test_what_was_read_ahead_long_ago_is_read_again(plan, send, offers, sent, monkeypatch):
    keys = offers.add(2)
    run, _ = plan(keys)
    monkeypatch.setattr(reading_ahead, "FRESH_SECONDS", -1.0)
    offers.remove(keys[0])
    answer = confirm(send, run)
    assert answer["HX-Redirect"] == run.get_absolute_url()
    assert [body["data"] for _operation, body in sent] == [[keys[1]]]
    assert states_of(run) == {keys[0]: RowState.FAILED, keys[1]: RowState.DONE}


def test_a_list_shown_long_ago_or_before_something_was_sent_is_read_again(
    plan, send, offers, admin_client, monkeypatch
):
    keys = offers.add(2)
    run, _ = plan(keys)
    confirm(send, run)
    answer = send(START, action="activate", id=keys, list=SHOWN)
    assert "2 offers will change" in answer.content.decode()
    assert BulkRun.objects.latest("created_at").calls == 1
    monkeypatch.setattr(known_rows, "SHOWN_SECONDS", -1)
    visit(admin_client, LIST + SHOWN)
    send(START, action="activate", id=keys, list=SHOWN)
    assert BulkRun.objects.latest("created_at").calls == 1


def test_a_list_by_what_was_changed_is_asked_for_again(plan, send, offers):
    run, _ = plan(offers.add(2), query="?filter[active]=true&filter[name][contains]=Bulk")
    told = confirm(send, run).content.decode()
    assert "2 offers were deactivated, and read back" in told
    assert "<template>" not in told


@pytest.mark.parametrize(("action", "count"), [("archive", 2), ("deactivate", 51)])
def test_what_cannot_be_taken_back_or_is_many_is_planned_on_its_page(plan, offers, send, action, count):
    keys = offers.add(count)
    answer = send(START, action=action, id=keys, list=SHOWN)
    run = BulkRun.objects.get()
    assert answer["HX-Redirect"] == run.get_absolute_url()
    assert answer.content == b""


def test_closing_the_dialog_drops_the_plan_and_says_nothing(plan, send, offers, admin_client, sent):
    run, _ = plan(offers.add(2))
    answer = send(reverse("bulk:drop", args=[run.pk]))
    assert answer.status_code == 204
    assert not BulkRun.objects.exists()
    assert "was dropped" not in visit(admin_client, LIST).text
    assert sent == []


def test_nothing_selected_is_told_in_the_dialog(send, service, admin_connection):
    answer = send(START, action="deactivate", list=SHOWN)
    assert "Nothing is selected" in answer.content.decode()
    assert "<html" not in answer.content.decode()
