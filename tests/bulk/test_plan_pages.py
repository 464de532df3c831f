"""The plan of a selection: it names every record, has an address of its own, and changes nothing by itself."""

import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from apps.bulk.models import BulkRun
from apps.bulk.states import State
from tests.bulk.conftest import LIST, PATH
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk, run_of
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db
IDS = ["1001", "1002", "1003"]
NONCE = "6f0c1ff6-58c8-4d7b-9b0a-1c2f2f1b8d11"


@pytest.fixture(autouse=True)
def _known_states(offers):
    """1001 and 1002 are active, 1003 is not."""
    for key in IDS:
        offers.change(key, name=f"Offer number {key}", active=key != "1003")


@pytest.mark.parametrize(("action", "count"), [("activate", 1), ("deactivate", 2), ("archive", 3)])
def test_a_plan_names_every_record_and_changes_nothing(bulk, action, count, sent):
    planned = bulk.plan(action, IDS, list="?sort=name")
    page = planned.page
    assert page.one("h1").text == f"{action.capitalize()} offers"
    things = "1 offer" if count == 1 else f"{count} offers"
    assert f"{things} will {'be archived' if action == 'archive' else 'change'}" in page.text
    assert f"{action.capitalize()} {things}" in [button.text for button in page.all("button")]
    assert all(f"Offer number {key}" in page.text for key in IDS)
    assert list(planned.rows) == IDS
    assert list(planned.states.values()).count("To do") == count
    assert list(planned.states.values()).count("No change") == 3 - count
    assert page.way_back == LIST + "?sort=name"
    assert sent == []


def test_cancelling_drops_the_plan_and_leads_back_to_the_list_as_it_was_left(bulk, admin_client, sent):
    run = bulk.plan("deactivate", IDS, list="?sort=name").run
    answer = bulk.press("drop", run)
    assert answer["Location"] == LIST + "?sort=name"
    assert "Nothing was changed" in visit(admin_client, answer["Location"]).text
    assert not BulkRun.objects.exists()
    assert sent == []


def test_a_plan_has_an_address_that_shows_it_again_and_does_nothing(bulk, admin_client, sandbox, sent):
    run = bulk.plan("deactivate", IDS).run
    seen = len(sandbox.journal())
    for _ in range(2):
        page = visit(admin_client, f"{run.get_absolute_url()}?confirmed=yes")
        assert "2 offers will change" in page.text
    assert len(sandbox.journal()) == seen
    assert sent == []
    run.refresh_from_db()
    assert run.state == State.PLANNED


def test_what_begins_a_run_is_no_page_to_come_back_to(bulk, admin_client, sandbox):
    answer = admin_client.get(bulk.start)
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert sandbox.journal() == []


def test_a_selection_of_long_ids_is_planned_whole(bulk):
    ids = [f"{number:060}" for number in range(100)]
    planned = bulk.plan("deactivate", ids)
    assert list(planned.rows) == ids
    assert set(planned.states.values()) == {"Gone"}


def test_one_record_is_called_one(bulk):
    page = bulk.plan("archive", ["1001"]).page
    assert "1 offer will be archived" in page.text
    assert "Archive 1 offer" in [button.text for button in page.all("button")]


def test_an_id_selected_twice_is_one(bulk, sent):
    carried = bulk.carry_out("deactivate", ["1001", "1001", ""])
    assert carried.states == {"1001": "Done"}
    assert sent[0][1]["data"] == ["1001"]


@pytest.mark.parametrize("query", ["//evil.example/", "https://evil.example/", "/elsewhere", "?a=b\r\nX: y"])
def test_the_way_back_leads_to_the_list_alone(bulk, query):
    planned = bulk.plan("deactivate", ["1001"], list=query)
    assert planned.page.way_back.startswith(LIST)
    carried = bulk.confirm(planned.run)
    assert carried.page.way_back.startswith(LIST)
    dropped = bulk.plan("deactivate", ["1002"], list=query)
    assert bulk.press("drop", dropped.run)["Location"].startswith(LIST)


def test_a_selection_sent_twice_is_one_plan(bulk):
    first, again = (bulk.plan("deactivate", ["1001", "1002"], nonce=NONCE).run for _ in range(2))
    assert first == again
    assert str(first.pk) == NONCE
    assert BulkRun.objects.count() == 1


def test_a_confirmation_sent_twice_is_carried_out_once(bulk, sandbox, offers):
    run = bulk.plan("deactivate", ["1001", "1002"]).run
    assert bulk.confirm(run).states == {"1001": "Done", "1002": "Done"}
    offers.remove("1002")
    seen = len(sandbox.journal())
    again = bulk.confirm(run)
    assert again.states == {"1001": "Done", "1002": "Done"}
    assert "Done: 2" in again.page.text
    assert len(sandbox.journal()) == seen


def test_a_reloaded_result_says_the_same_and_asks_the_api_for_nothing(bulk, admin_client, sandbox):
    run = bulk.carry_out("deactivate", IDS, list="?sort=name").run
    seen = len(sandbox.journal())
    pages = [visit(admin_client, run.get_absolute_url()) for _ in range(2)]
    assert pages[0].rows == pages[1].rows != []
    assert pages[0].way_back == LIST + "?sort=name"
    assert len(sandbox.journal()) == seen


def test_a_colleague_of_the_organisation_looks_on_and_cannot_carry_it_out(
    bulk, manager_client, manager, manager_connection, offers
):
    run = bulk.plan("deactivate", ["1001"]).run
    visit(manager_client, run.get_absolute_url(), status=403)
    manager.role = "admin"
    manager.save()
    page = visit(manager_client, run.get_absolute_url())
    assert "by Ada Admin" in page.text
    assert not page.all("form", id="carry-out")
    assert manager_client.post(reverse("bulk:confirm", args=[run.pk])).status_code == 404
    assert offers["1001"]["active"] is True


def test_the_nonce_of_another_person_is_no_way_in(bulk, manager, manager_connection, sent):
    bulk.plan("deactivate", ["1001"], nonce=NONCE)
    manager.role = "admin"
    manager.save()
    theirs = Bulk(signed_in(manager), bulk.resource, PATH)
    answer = theirs.client.post(theirs.start, {"action": "archive", "id": ["1001"], "nonce": NONCE})
    assert answer.status_code == 404
    run = BulkRun.objects.get()
    assert (run.title, run.owner.email) == ("Deactivate offers", "admin@example.com")
    assert sent == []


def test_a_run_that_is_not_there_is_not_found(admin_client, admin_connection):
    visit(admin_client, reverse("bulk:run", args=[uuid.uuid4()]), status=404)


def test_where_the_api_lets_wait_the_plan_is_left_to_the_worker_and_its_page_shown(
    bulk, admin, admin_client, sandbox
):
    cache.set(f"slow-pages:{admin.pk}", True, 60)
    sent = {"action": "deactivate", "id": ["1001", "1002"]}
    answer = admin_client.post(bulk.start, sent)
    run = run_of(answer["Location"])
    assert run.state == State.COLLECTING
    assert sandbox.journal() == []
    assert 'hx-trigger="every 1s"' in admin_client.get(answer["Location"]).content.decode()
