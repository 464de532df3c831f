"""What a person is told of a run on its page and in the header of every other, and for how long."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.bulk.models import BulkRun
from apps.bulk.progress import NEWS
from apps.bulk.run import decisions
from apps.bulk.states import RowState, State
from tests.bulk.conftest import advance_until, planned
from tests.resources.rules import visit
from tests.support.bulk_runs import advance

pytestmark = pytest.mark.django_db(transaction=True)
PREFERENCES = reverse("accounts:preferences")


def chips(client, address=PREFERENCES):
    """What the header says of runs."""
    return [link.text for link in visit(client, address).all("a", class_="chip run-chip")]


@pytest.fixture
def ended(start, offers):
    """A run that the worker has carried out to its end."""
    run = planned(start(offers.add(3)))
    decisions.confirm(run)
    return advance_until(run, State.FINISHED)


def test_a_run_that_ended_is_in_the_header_until_its_owner_looks_at_it(admin_client, manager_client, ended):
    assert chips(admin_client) == ["Deactivate offers finished"]
    assert not visit(admin_client, PREFERENCES).one("span", id="bulk-chip")["hx-trigger"]
    assert "finished" in admin_client.get(reverse("bulk:chip")).content.decode()
    manager_client.get(ended.get_absolute_url())
    assert chips(admin_client) == ["Deactivate offers finished"]
    assert chips(manager_client) == []
    visit(admin_client, ended.get_absolute_url())
    assert chips(admin_client) == []


def test_what_ended_long_ago_is_no_news(admin_client, ended):
    BulkRun.objects.update(finished_at=timezone.now() - NEWS - timedelta(minutes=1))
    assert chips(admin_client) == []


def test_runs_under_way_come_first_and_the_header_asks_again(admin_client, ended, start, offers):
    run = planned(start(offers.add(2, first=600_001)))
    decisions.confirm(run)
    advance(run)
    assert chips(admin_client) == ["Deactivate offers 0 of 2", "Deactivate offers finished"]
    assert visit(admin_client, PREFERENCES).one("span", id="bulk-chip")["hx-trigger"] == "every 4s"


def test_a_run_done_within_the_page_is_told_of_in_its_message_alone(admin_client, start, offers):
    run = planned(start(offers.add(2)))
    answer = admin_client.post(reverse("bulk:confirm", args=[run.pk]))
    page = visit(admin_client, answer["Location"])
    assert "2 offers were deactivated" in page.text
    assert page.all("a", class_="chip run-chip") == []


def test_that_it_stops_is_said_while_it_does(admin_client, start, offers):
    run = planned(start(offers.add(3)))
    decisions.confirm(run)
    advance(run)
    admin_client.post(reverse("bulk:stop", args=[run.pk]))
    assert "It stops after the step that is under way." in visit(admin_client, run.get_absolute_url()).text
    advance_until(run, State.STOPPED)
    assert "It stops after" not in visit(admin_client, run.get_absolute_url()).text


@pytest.mark.parametrize(("rows", "left"), [("", 60), ("planned", 60), ("unchanged", 0)])
def test_all_rows_of_all_pages_are_left_out_and_taken_in_again(admin_client, offers, start, rows, left):
    run = planned(start(offers.add(60)))
    url = reverse("bulk:include", args=[run.pk])
    page = visit(admin_client, run.get_absolute_url())
    assert page.one("input", name="every")["value"] == "yes"
    admin_client.post(url, {"turn": "out", "every": "yes", "rows": rows})
    assert run.rows.filter(state=RowState.LEFT).count() == left
    admin_client.post(url, {"turn": "in", "every": "yes", "rows": ""})
    assert run.rows.filter(state=RowState.PLANNED).count() == 60
