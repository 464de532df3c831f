"""A run that archives more than a hundred records takes a fresh proof, whether it is started or scheduled."""

import pytest

from apps.bulk.states import State
from tests.resources.rules import visit
from tests.support.people import forget_proof

pytestmark = pytest.mark.django_db

LATER = {"at": "2027-06-01T09:00", "time_zone": "UTC"}


@pytest.mark.parametrize(("count", "asks"), [(100, False), (101, True)])
@pytest.mark.parametrize("button", ["run", "schedule"])
def test_so_many_take_a_proof(bulk, admin_client, offers, count, asks, button):
    run = bulk.plan("archive", offers.add(count)).run
    forget_proof(admin_client)
    page = visit(admin_client, run.get_absolute_url())
    assert ("Confirm that it is you" in page.text) is asks
    name = "confirm" if button == "run" else button
    answer = bulk.press(name, run, count=str(count), **LATER)
    run.refresh_from_db()
    assert answer["Location"].startswith("/account/confirm/") is asks
    assert (run.state == State.PLANNED) is asks


def test_changes_of_another_kind_take_none(bulk, admin_client, offers):
    run = bulk.plan("deactivate", offers.add(101)).run
    forget_proof(admin_client)
    assert "Confirm that it is you" not in visit(admin_client, run.get_absolute_url()).text
    answer = bulk.press("confirm", run)
    assert not answer["Location"].startswith("/account/confirm/")
