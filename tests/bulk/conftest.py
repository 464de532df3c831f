"""Many offers as the API holds them, and runs carried out in this process as the worker would."""

import uuid

import pytest

from apps.audit.models import Entry
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.plan.starting import Selection, start_run
from apps.bulk.states import State
from apps.resources import registry
from tests.resources.rules import _only_what_the_contract_allows, calls, provokes_violations, sent
from tests.support.bulk_runs import Bulk, advance, advance_until

__all__ = [
    "_only_what_the_contract_allows",
    "advance",
    "advance_until",
    "calls",
    "provokes_violations",
    "sent",
]


LIST = "/integrations/int-eu/offers/"
PATH = {"integrationID": "int-eu"}
STORED = ("org-main", "offers", "int-eu")
DEACTIVATE = Instruction(Kind.ACTION, "deactivate")


class Offers:
    """Offers of one integration in the sandbox's store, besides those that are there anyway."""

    def __init__(self, sandbox):
        self.store = sandbox.application.store
        self.advertiser = next(iter(self.store.records(("org-main", "advertisers", ""))))["id"]

    def add(self, count, first=500_001, **values):
        """So many active offers, with numbers as ids and names "Bulk 500001"; their ids."""
        keys = [str(first + number) for number in range(count)]
        with self.store.lock:
            self.store.write([(STORED, key, self._offer(key, values)) for key in keys])
        return keys

    def _offer(self, key, values):
        return {
            "id": int(key),
            "name": f"Bulk {key}",
            "advertiser_id": self.advertiser,
            "currency": "EUR",
            "visibility": "Public",
            "active": True,
            "default_payout": {"payout": 4, "payout_type": "CPA", "revenue": 6, "revenue_type": "RPA"},
            **values,
        }

    def __getitem__(self, key):
        return self.store.get(STORED, key)

    def change(self, key, **values):
        """As somebody else would."""
        with self.store.lock:
            self.store.write([(STORED, key, {**self.store.get(STORED, key), **values})])

    def remove(self, key):
        """As somebody else would."""
        with self.store.lock:
            self.store.write([(STORED, key, None)])


@pytest.fixture
def offers(sandbox):
    """Offers to change."""
    return Offers(sandbox)


@pytest.fixture
def bulk(admin_client):
    """The admin's pages of bulk runs over the offers."""
    return Bulk(admin_client, registry.named("offers"), PATH)


@pytest.fixture
def start(admin, admin_connection):
    """A function that begins a run of the admin over offers."""

    def started(ids=(), instruction=DEACTIVATE, **selection):
        chosen = Selection(registry.named("offers"), PATH, ids, **selection)
        return start_run(uuid.uuid4(), admin, admin_connection, chosen, instruction)

    return started


def planned(run):
    """The run once it is planned."""
    return advance_until(run, State.PLANNED)


def carried_out(run):
    """The run once it was confirmed and is over."""
    from apps.bulk.run.decisions import confirm

    confirm(planned(run))
    return advance_until(run, State.FINISHED, State.STOPPED, State.PAUSED)


def states_of(run):
    """Record → state of its row."""
    return dict(run.rows.values_list("record_id", "state"))


def logged(run):
    """(record, outcome) of each entry of the log that the run made."""
    entries = Entry.objects.filter(batch=run.pk).order_by("number")
    return [(entry.known_record_id, str(entry.outcome)) for entry in entries]
