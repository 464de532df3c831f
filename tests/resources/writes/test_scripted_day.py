"""A day of writes of all kinds, with lost answers and refusals: each has one entry in the change log, a true one."""

from collections import Counter

import pytest
from django.core.cache import cache

from apps.audit.models import Entry, OpenEntry
from apps.resources import registry
from tests.offers.conftest import LIST, store
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk

__all__ = ["store"]
pytestmark = pytest.mark.django_db

#: What goes wrong → what comes of a change or an archiving of one record, and what of a creation.
LOST_AND_DONE = {"kind": "reset_after_effect"}
LOST = {"kind": "reset"}
LOST_TWICE = {"kind": "reset", "times": 2}
REFUSED = {"kind": "status", "status": 422, "body": {"message": "Not today."}}
FORBIDDEN = {"kind": "status", "status": 403, "times": None}
BROKEN = {"kind": "status", "status": 500, "times": 2}
LIMITED = {"kind": "status", "status": 429, "headers": {"Retry-After": "9"}}
CHANGES = [
    (None, "done"),
    (LOST_AND_DONE, "done"),
    (LOST, "done"),
    (LOST_TWICE, "failed"),
    (REFUSED, "failed"),
    (FORBIDDEN, "failed"),
    (BROKEN, "failed"),
    (LIMITED, "failed"),
]
CREATIONS = [
    (None, "done"),
    (LOST_AND_DONE, "done"),
    (LOST, "unknown"),
    (REFUSED, "failed"),
    (LIMITED, "failed"),
]


@pytest.fixture
def day(admin_client, sandbox, store):
    """Does one write after the other, and notes what the log has to say of each."""
    return Day(admin_client, sandbox, store)


class Day:
    def __init__(self, client, sandbox, store):
        self.client, self.sandbox, self.store = client, sandbox, store
        self.expected: list[tuple[str, str, str]] = []

    def fault(self, rule, *operations):
        # Neither a pause that was asked for nor a refusal that is remembered reaches the next write.
        cache.clear()
        self.sandbox.faults(*({**rule, "operation": name} for name in operations if rule))

    def edit(self, key, rule, outcome):
        self.fault(None)
        fields = visit(self.client, f"{LIST}{key}/edit/").fields()
        self.fault(rule, "updateOffer")
        self.client.post(f"{LIST}{key}/edit/", {**fields, "description": f"Edited {len(self.expected)}"})
        self.expected.append(("update", str(key), outcome))

    def archive(self, key, rule, outcome):
        self.fault(rule, "deleteOffer")
        self.client.post(f"{LIST}{key}/archive/")
        self.expected.append(("archive", str(key), outcome))

    def act(self, key, rule, outcome):
        action = "deactivate" if self.store[key]["active"] else "activate"
        self.fault(rule, "bulkUpdateOffersStatus", *(["updateOffer"] if rule is FORBIDDEN else []))
        self.client.post(f"{LIST}{key}/act/", {"action": action})
        self.expected.append((action, str(key), outcome))

    def bulk(self, keys, rule, outcome):
        for key in keys:
            self.store.change(key, active=True)
        self.fault(rule, "bulkUpdateOffersStatus", *(["updateOffer"] if rule is FORBIDDEN else []))
        offers = Bulk(self.client, registry.named("offers"), {"integrationID": "int-eu"})
        run = offers.carry_out("deactivate", map(str, keys)).run
        self.expected += [("deactivate", str(key), outcome) for key in keys]
        return run

    def create(self, name, rule, outcome):
        self.fault(None)
        fields = visit(self.client, f"{LIST}new/").fields()
        self.fault(rule, "createOffer")
        self.client.post(f"{LIST}new/", {**fields, "name": name, "advertiser_id": "101"})
        made = self.store.named(name)
        key = str(made[0]["id"]) if made and outcome == "done" else ""
        self.expected.append(("create", key, outcome))


def test_each_write_of_a_day_has_one_entry_with_what_came_of_it(day, store, sandbox):
    for number, (rule, outcome) in enumerate(CHANGES):
        day.edit(1001 + number, rule, outcome)
        day.act(1001 + number, rule, outcome)
        day.archive(1010 + number, rule, outcome)
        # A run tries again what fails for a while, and each by itself where the lot was refused.
        day.bulk([1001, 1002, 1003, 1004], rule, "failed" if rule is FORBIDDEN else "done")
    for number, (rule, outcome) in enumerate(CREATIONS):
        day.create(f"Created {number}", rule, outcome)
    sandbox.faults()
    entries = [
        (entry.kind, entry.known_record_id, str(entry.outcome)) for entry in Entry.objects.order_by("number")
    ]
    assert len(entries) == len(day.expected) > 60
    assert Counter(entries) - Counter(day.expected) == Counter()
    assert not OpenEntry.objects.exists()
    for kind, key, outcome in day.expected:
        if kind == "archive":
            assert (int(key) in store) is (outcome != "done")


def test_the_rows_of_a_bulk_run_are_found_again_in_the_log(day):
    run = day.bulk([1001, 1002], LOST, "done")
    entries = Entry.objects.filter(batch=run.pk)
    assert sorted(entry.record_id for entry in entries) == ["1001", "1002"]
    assert {entry.origin_name for entry in entries} == {"bulk"}


def test_a_duplicate_and_its_children_have_an_entry_each(day, store, sandbox, admin_client):
    with sandbox.application.store.lock:
        event = {
            "id": 71,
            "name": "Sale",
            "payout_type": "CPA",
            "revenue_type": "RPA",
            "payout": 1,
            "revenue": 2,
        }
        sandbox.application.store.write([(("org-main", "events", "int-eu/1001"), "71", event)])
    form = visit(admin_client, f"{LIST}1001/duplicate/").fields()
    sandbox.faults({**REFUSED, "operation": "createOfferEvent"})
    admin_client.post(f"{LIST}1001/duplicate/", {**form, "offer_events": ["71"], "landing_pages": []})
    entries = Entry.objects.order_by("number")
    assert [(entry.resource, entry.kind, str(entry.outcome)) for entry in entries] == [
        ("offers", "create", "done"),
        ("offer_events", "create", "failed"),
    ]
    assert entries[1].path["offerID"] == entries[0].known_record_id
