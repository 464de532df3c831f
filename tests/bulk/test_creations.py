"""Creations of a run are never sent twice by themselves: what got no answer is looked for, and left to a person."""

import uuid

import pytest

from apps.bulk.instructions import Instruction, Kind
from apps.bulk.plan.follow_ups import start_retry
from apps.bulk.plan.starting import start_run_of_changes
from apps.bulk.run import decisions
from apps.bulk.run.creations import MOST_LOOKS
from apps.bulk.states import RowState, State
from apps.resources import registry
from apps.resources.writes.change import Change
from tests.bulk.conftest import PATH, STORED
from tests.support.bulk_runs import advance_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def create(admin, admin_connection, sandbox, offers):
    """A function that creates so many offers by a run, and gives the run when it is over."""

    def created(count):
        values = {
            "advertiser_id": offers.advertiser,
            "currency": "EUR",
            "visibility": "Public",
            "active": True,
        }
        named = [{"name": f"Made {number}", **values} for number in range(count)]
        changes = [(Change("offers", PATH, None, one), one["name"], n + 2) for n, one in enumerate(named)]
        run = start_run_of_changes(
            uuid.uuid4(),
            admin,
            admin_connection,
            registry.named("offers"),
            PATH,
            Instruction(Kind.IMPORT, "offers.csv"),
            changes,
        )
        assert decisions.confirm(advance_until(run, State.PLANNED))
        return advance_until(run, State.FINISHED)

    return created


def made(sandbox):
    names = [offer["name"] for offer in sandbox.application.store.records(STORED)]
    return sorted(name for name in names if name.startswith("Made "))


def test_what_was_made_without_an_answer_is_found_and_not_sent_again(create, sandbox):
    sandbox.faults({"kind": "reset_after_effect", "operation": "createOffer", "times": 3})
    run = create(6)
    assert run.counts() == {RowState.DONE: 6}
    assert made(sandbox) == [f"Made {number}" for number in range(6)]
    assert all(run.rows.values_list("record_id", flat=True))


def test_a_look_that_gets_no_answer_does_not_say_that_nothing_was_found(create, sandbox, monkeypatch):
    sandbox.faults(
        {"kind": "reset_after_effect", "operation": "createOffer", "times": 1},
        {"kind": "status", "status": 503, "operation": "listOffers", "times": None},
    )
    monkeypatch.setattr("apps.bulk.run.creations.MOST_LOOKS_UNANSWERED", MOST_LOOKS + 1)
    row = create(1).rows.get()
    assert (row.state, row.tries) == (RowState.UNKNOWN, MOST_LOOKS + 1)
    assert "did not answer the search for the record" in row.reason
    assert made(sandbox) == ["Made 0"]


def test_what_was_not_found_is_created_again_only_when_a_person_says_so(create, sandbox, admin):
    sandbox.faults({"kind": "reset", "operation": "createOffer", "times": 2})
    run = create(5)
    assert run.counts() == {RowState.DONE: 3, RowState.UNKNOWN: 2}
    assert len(made(sandbox)) == 3
    again = start_retry(uuid.uuid4(), admin, run, with_unknown_creations=True)
    assert decisions.confirm(advance_until(again, State.PLANNED))
    assert advance_until(again, State.FINISHED).counts() == {RowState.DONE: 2}
    assert made(sandbox) == [f"Made {number}" for number in range(5)]


@pytest.mark.parametrize("place", ["bulk.marked", "bulk.sent", "bulk.noted"])
def test_a_process_that_ends_between_two_creations_doubles_none(create, sandbox, settings, place):
    settings.FAILPOINTS = f"{place}=raise@2"
    run = create(9)
    assert run.counts() == {RowState.DONE: 9}
    assert made(sandbox) == [f"Made {number}" for number in range(9)]
