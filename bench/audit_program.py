"""Run by `manage.py shell` on a database of its own: times what the change log takes of a write."""

import json
import statistics
import sys
import time
import uuid

from apps.accounts.models import User
from apps.audit.descriptions import Closing, Origin, WriteDescription, field_changes
from apps.audit.log import MAXIMUM_BATCH, close, close_all, open_entries, open_entry
from apps.audit.models import Entry, Outcome
from apps.audit.verification import faults_of

ROUNDS = 2000
person, service_id = User.objects.get(), uuid.uuid4()
#: As many fields as an offer's form has.
before = {f"field_{number}": f"value {number}" for number in range(40)}
after = before | {"field_1": "another", "field_2": None, "field_3": 12.5}
#: What a change sends: the fields that changed, and those that the contract requires.
body = {name: after[name] for name in ("field_1", "field_2", "field_3", "field_10", "field_20", "field_30")}


def facts(record_id: int) -> WriteDescription:
    """A save of an offer's form."""
    return WriteDescription(
        service_id=service_id,
        person=person,
        origin=Origin.page("offers:edit", f"/integrations/int-eu/offers/{record_id}/edit/"),
        connection_id=service_id,
        connection_key=f"{service_id}:1",
        operation="updateOffer",
        resource="offers",
        kind="update",
        path={"integrationId": "int-eu"},
        record_id=str(record_id),
        title="Summer",
        changes=field_changes(before, after),
        body=body,
    )


def one(number: int) -> None:
    """One write."""
    close(open_entry(facts(number)), Closing(Outcome.DONE, "Saved.", 200, str(service_id), 1))


def many() -> None:
    """As many writes as go at once."""
    entries = open_entries([facts(number) for number in range(MAXIMUM_BATCH)])
    close_all((entry, Closing(Outcome.DONE, "Saved.", 200, str(service_id), 1)) for entry in entries)


for number in range(50):
    one(number)
walls, processors = [], []
for number in range(ROUNDS):
    wall, processor = time.perf_counter(), time.process_time()
    one(number)
    walls.append((time.perf_counter() - wall) * 1000)
    processors.append((time.process_time() - processor) * 1000)
started = time.perf_counter()
many()
batch = (time.perf_counter() - started) * 1000 / MAXIMUM_BATCH
started = time.perf_counter()
assert faults_of(service_id) == []
check = (time.perf_counter() - started) * 1000 / Entry.objects.count()
json.dump(
    {
        "p50": statistics.median(walls),
        "p95": statistics.quantiles(walls, n=20)[-1],
        "processor": statistics.median(processors),
        "batch": batch,
        "check": check,
    },
    sys.stdout,
)
