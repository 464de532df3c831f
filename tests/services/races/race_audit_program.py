"""Run by `manage.py shell` on a database of its own: sixteen threads write to the logs of two services at once."""

import json
import sys
import threading
import uuid

from django.db import connection, connections

from apps.accounts.models import User
from apps.audit.descriptions import Closing, Origin, WriteDescription
from apps.audit.log import close, close_all, open_entries, open_entry
from apps.audit.models import Chain, Entry, EntryClosing, OpenEntry, Outcome
from apps.audit.verification import faults_of

THREADS, ROUNDS, MANY = 16, 4, 20
SERVICES = [uuid.uuid4(), uuid.uuid4()]
person = User.objects.get()


def facts(service_id: uuid.UUID, record_id: str) -> WriteDescription:
    return WriteDescription(
        service_id=service_id,
        person=person,
        origin=Origin.page("offers:edit", "/"),
        connection_id=None,
        connection_key="",
        operation="updateOffer",
        resource="offers",
        kind="update",
        record_id=record_id,
        body={"name": "Summer"},
    )


def write(number: int) -> None:
    """Writes one by one and many at once, to both services, in an order that differs from thread to thread."""
    own, other = SERVICES[number % 2], SERVICES[1 - number % 2]
    for round_number in range(ROUNDS):
        name = f"{number}-{round_number}"
        close(open_entry(facts(own, name)), Closing(Outcome.DONE))
        mixed = [facts((own, other)[place % 2], f"{name}-{place}") for place in range(MANY)]
        close_all((entry, Closing(Outcome.FAILED)) for entry in open_entries(mixed))


def together() -> list[str]:
    """The errors of threads that start at the same moment."""
    barrier = threading.Barrier(THREADS)
    errors: list[str] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            write(number)
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def close_at_once() -> int:
    """How many of the threads close one entry that all want to close."""
    entry = open_entry(facts(SERVICES[0], "one"))
    barrier = threading.Barrier(THREADS)
    closed: list[int] = []

    def run(number: int) -> None:
        barrier.wait()
        try:
            close(Entry.objects.get(pk=entry.pk), Closing(Outcome.DONE))
            closed.append(number)
        except Exception as error:
            assert type(error).__name__ == "AlreadyClosed", error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(closed)


def faults() -> list[str]:
    """What is wrong with the chains, by the numbers alone."""
    return [fault.split(" (")[0].split(",")[0] for service_id in SERVICES for fault in faults_of(service_id)]


def faults_after_tampering() -> list[str]:
    """What is found of a closing that was altered, one that was removed, and an entry that was altered."""
    first, second, third = EntryClosing.objects.filter(service_id=SERVICES[0]).order_by("number")[:3]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_entryclosing SET outcome = 'unknown' WHERE digest = %s", [first.digest])
        cursor.execute("DELETE FROM audit_entryclosing WHERE digest = %s", [second.digest])
        cursor.execute("UPDATE audit_entry SET body = '{}' WHERE digest = %s", [third.entry.digest])
    expected = {
        first.number: f"Number {first.number}",
        second.number: f"Number {second.number} is missing",
        third.entry.number: f"Number {third.entry.number}",
    }
    assert faults() == [expected[number] for number in sorted(expected)], faults()
    return list(expected.values())


result = {
    "errors": together(),
    "closed_by": close_at_once(),
    "entries": Entry.objects.count(),
    "closings": EntryClosing.objects.count(),
    "open": OpenEntry.objects.count(),
    "chains": Chain.objects.count(),
    "faults": faults(),
}
json.dump(result | {"found": len(faults_after_tampering())}, sys.stdout)
