"""Records without a bulk operation are changed one by one; whatever happens on the way, each is told as it is."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.bulk import scopes
from apps.bulk.states import State
from apps.resources import registry
from tests.bulk.conftest import advance, advance_until, logged
from tests.support.bulk_runs import Bulk

pytestmark = pytest.mark.django_db

STORED = ("org-main", "landing-pages", "int-eu/1001")
PATH = {"integrationID": "int-eu", "offerID": "1001"}
IDS = [str(90001 + number) for number in range(60)]
UPDATE, DELETE = "updateOfferLandingPage", "deleteOfferLandingPage"


@pytest.fixture
def pages(sandbox, admin_client):
    """Sixty active landing pages of one offer, as the API holds them: a function that says whether one is changed."""
    store = sandbox.application.store
    with store.lock:
        for key in IDS:
            page = {
                "id": int(key),
                "name": f"Page {key}",
                "redirect_url": "https://x.example/",
                "active": True,
            }
            store.write([(STORED, key, page)])

    def is_changed(key):
        page = store.get(STORED, key)
        return page is None or not page["active"]

    return is_changed


@pytest.fixture
def bulk(admin_client, pages):
    """The admin's pages of bulk runs over the landing pages."""
    return Bulk(admin_client, registry.named("landing_pages"), PATH)


def done(carried):
    """The records that the page calls done."""
    return {key for key, state in carried.states.items() if state == "Done"}


def assert_all_are_done_with_one_entry_each(carried, pages, ids=IDS):
    assert set(carried.states.values()) == {"Done"}
    assert all(pages(key) for key in ids)
    assert sorted(logged(carried.run)) == [(key, "done") for key in ids]


@pytest.mark.parametrize(("action", "operation"), [("deactivate", UPDATE), ("archive", DELETE)])
def test_an_api_too_slow_for_all_leaves_the_rest_to_later_steps_and_nothing_unread(
    bulk, pages, sandbox, monkeypatch, action, operation
):
    monkeypatch.setattr(scopes, "CALLS_SECONDS", 1)
    run = bulk.confirm(bulk.plan(action, IDS, list="?sort=name").run).run
    # Twice a second for parts of twenty at 0.3 s a call: answers are lost on the way, and the last part is not begun.
    sandbox.faults({"kind": "stall", "operation": operation, "seconds": 0.3, "times": None})
    carried = bulk.look(advance(run, 2))
    assert list(carried.rows) == IDS
    assert set(carried.states.values()) == {"Done", "Tried again"}
    assert {key for key in IDS if pages(key)} == done(carried)
    assert not done(carried) & set(IDS[40:])
    assert carried.run.state == State.RUNNING
    sandbox.faults()
    monkeypatch.undo()
    unsent = set(IDS) - done(carried)
    seen = len(sandbox.journal(operation))
    carried = bulk.look(advance_until(run, State.FINISHED))
    assert_all_are_done_with_one_entry_each(carried, pages)
    assert len(sandbox.journal(operation)) - seen == len(unsent)


@pytest.mark.parametrize(("action", "operation"), [("deactivate", UPDATE), ("archive", DELETE)])
@pytest.mark.parametrize("kind", ["reset_after_effect", "reset"])
def test_each_lost_answer_is_read_back(bulk, pages, sandbox, action, operation, kind):
    sandbox.faults({"kind": kind, "operation": operation, "times": 10, "skip": 15})
    carried = bulk.carry_out(action, IDS[:30])
    assert_all_are_done_with_one_entry_each(carried, pages, IDS[:30])
    assert not [button for button in carried.page.all("button") if button.text.startswith("Try again")]


def test_after_a_429_no_more_are_tried_until_the_api_wants_calls_again(bulk, pages, sandbox):
    sandbox.faults(
        {
            "kind": "status",
            "status": 429,
            "headers": {"Retry-After": "60"},
            "operation": UPDATE,
            "times": None,
        }
    )
    run = bulk.confirm(bulk.plan("deactivate", IDS).run).run
    carried = bulk.look(advance(run, 2))
    assert len(sandbox.journal(UPDATE)) <= 4
    assert set(carried.states.values()) == {"Tried again"}
    assert (
        carried.rows[IDS[-1]][1]
        == "It was not tried, after the one before it: The API asks us to wait 60 seconds."
    )
    assert not any(pages(key) for key in IDS)
    assert carried.run.due_at > timezone.now() + timedelta(seconds=50)
    sandbox.faults()
    carried = bulk.look(advance_until(run, State.FINISHED))
    assert_all_are_done_with_one_entry_each(carried, pages)


def test_a_refused_key_is_not_tried_for_the_rest(bulk, pages, sandbox):
    sandbox.faults({"kind": "status", "status": 401, "operation": UPDATE, "times": None})
    carried = bulk.carry_out("deactivate", IDS)
    assert len(sandbox.journal(UPDATE)) == 20
    assert carried.run.state == State.PAUSED
    assert set(carried.states.values()) == {"Tried again"}
    assert not any(pages(key) for key in IDS)
    sandbox.faults()
    bulk.press("resume", carried.run)
    carried = bulk.look(advance_until(carried.run, State.FINISHED))
    assert_all_are_done_with_one_entry_each(carried, pages)


def test_a_key_that_may_not_do_this_is_told_for_each_and_the_run_ends(bulk, pages, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": UPDATE, "times": None})
    carried = bulk.carry_out("deactivate", IDS)
    assert len(sandbox.journal(UPDATE)) == 60
    assert carried.run.state == State.FINISHED
    assert set(carried.states.values()) == {"Failed"}
    assert not any(pages(key) for key in IDS)


def test_a_key_that_may_not_do_this_is_asked_about_before_the_next_hundred_are_tried(bulk, sandbox, pages):
    store, more = sandbox.application.store, [str(91001 + number) for number in range(60)]
    with store.lock:
        store.write([(STORED, key, {**store.get(STORED, IDS[0]), "id": int(key)}) for key in more])
    sandbox.faults({"kind": "status", "status": 403, "operation": UPDATE, "times": None})
    carried = bulk.carry_out("deactivate", IDS + more)
    assert carried.run.state == State.PAUSED
    assert "resume it when the key may do this" in carried.page.text
    assert Counter(carried.states.values()) == {"Failed": 100, "To do": 20}
    sandbox.faults()
    bulk.press("resume", carried.run)
    carried = bulk.look(advance_until(carried.run, State.FINISHED))
    assert Counter(carried.states.values()) == {"Failed": 100, "Done": 20}


def test_what_cannot_be_read_is_not_planned_and_nothing_is_sent(bulk, pages, sandbox):
    unread = {"kind": "close", "times": None}
    sandbox.faults(
        {**unread, "operation": "listOfferLandingPages"}, {**unread, "operation": "getOfferLandingPage"}
    )
    planned = bulk.plan("deactivate", IDS)
    assert planned.run.state == State.FAILED
    assert "The API has a fault" in planned.page.text
    assert sandbox.journal(UPDATE) == []
    assert sandbox.journal("getOfferLandingPage") == []
    sandbox.faults()
    again = bulk.follow(bulk.press("recheck", planned.run))
    assert set(again.states.values()) == {"To do"}


def test_nothing_is_sent_for_what_could_not_be_read_again_first(bulk, pages, sandbox):
    run = bulk.confirm(bulk.plan("deactivate", IDS).run).run
    unread = {"kind": "close", "times": None}
    sandbox.faults(
        {**unread, "operation": "listOfferLandingPages"}, {**unread, "operation": "getOfferLandingPage"}
    )
    carried = bulk.look(advance(run, 2))
    assert set(carried.rows.values()) == {("Tried again", "It could not be read first: The API has a fault.")}
    assert sandbox.journal(UPDATE) == []
    assert sandbox.journal("getOfferLandingPage") == []
    assert logged(carried.run) == []
    sandbox.faults()
    carried = bulk.look(advance_until(run, State.FINISHED))
    assert_all_are_done_with_one_entry_each(carried, pages)


def test_what_is_refused_for_itself_stops_no_other_and_is_not_sent_again(bulk, pages, sandbox):
    sandbox.faults(
        {"kind": "status", "status": 422, "operation": UPDATE, "body": {"message": "It is locked."}}
    )
    carried = bulk.carry_out("deactivate", IDS[:5])
    assert Counter(carried.states.values()) == {"Done": 4, "Failed": 1}
    assert "It is locked." in carried.page.text
    assert len(sandbox.journal(UPDATE)) == 5


def test_a_record_changed_while_others_were_sent_keeps_its_change(bulk, pages, sandbox, monkeypatch):
    store, answer = sandbox.application.store, sandbox.application.answer
    last = IDS[-1]

    def renaming(request):
        if request.method == "PATCH" and request.path.endswith(IDS[0]):
            with store.lock:
                store.write([(STORED, last, {**store.get(STORED, last), "name": "Renamed meanwhile"})])
        return answer(request)

    monkeypatch.setattr(sandbox.application, "answer", renaming)
    carried = bulk.carry_out("deactivate", IDS)
    assert set(carried.states.values()) == {"Done"}
    assert store.get(STORED, last)["name"] == "Renamed meanwhile"
