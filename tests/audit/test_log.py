"""An entry is opened before something is sent and closed once; rows are never changed."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from django_q.models import OrmQ

from apps.audit.descriptions import Closing, Origin, field_changes
from apps.audit.log import MAXIMUM_BATCH, AlreadyClosed, close, close_all, open_entries, open_entry
from apps.audit.models import AppendOnly, Entry, EntryClosing, OpenEntry, Outcome
from apps.audit.overdue import NOBODY_CLOSED_IT
from apps.audit.verification import faults_of
from apps.jobs import runner
from tests.audit.conftest import OTHER_SERVICE, SERVICE

pytestmark = pytest.mark.django_db

#: What a database or JSON of its own would refuse or change.
ODD = {
    "huge": 1e22,
    "one": 1.0,
    "whole": 1,
    "truth": True,
    "none": None,
    "nul": "a\0b",
    "half": "\ud83d",
    "list": [1, "1", 1.5, {"deep": []}],
    "long": 2**70,
}


def test_an_entry_is_being_sent_until_it_is_closed(facts):
    entry = open_entry(facts())
    assert Entry.objects.get().outcome == Outcome.SENDING
    close(entry, Closing(Outcome.DONE, "Saved.", 200, "req-1", tries=2))
    stored = Entry.objects.get()
    assert (stored.outcome, stored.closing.words) == (Outcome.DONE, "Saved.")
    assert (stored.closing.api_status, stored.closing.request_id, stored.closing.tries) == (200, "req-1", 2)
    assert entry.outcome == Outcome.DONE
    assert not OpenEntry.objects.exists()


def test_everything_told_is_written_down(facts, admin):
    job = uuid.uuid4()
    open_entry(facts(origin=Origin.job("exports.ExportRequest", job), title="Sommer"))
    stored = Entry.objects.get()
    assert (stored.person, stored.email) == (admin, "admin@example.com")
    assert (stored.origin_kind, stored.origin_name, stored.batch) == ("job", "exports.ExportRequest", job)
    assert (stored.service_id, stored.connection_key) == (SERVICE, f"{uuid.UUID(int=7)}:3")
    assert (stored.operation, stored.resource, stored.record_id) == ("updateOffer", "offers", "1001")
    assert (stored.kind, stored.title, stored.path) == ("update", "Sommer", {"integrationId": "int-eu"})
    assert stored.changes == [{"field": "name", "before": "Spring", "after": "Summer"}]
    assert stored.body == {"name": "Summer"}


def test_values_keep_their_types(facts):
    open_entry(facts(body=ODD, changes=field_changes({}, ODD)))
    stored = Entry.objects.get()
    assert stored.body == ODD
    assert {key: type(value) for key, value in stored.body.items()} == {
        key: type(value) for key, value in ODD.items()
    }
    assert {change["field"]: change["after"] for change in stored.changes} == ODD


def test_texts_that_a_database_refuses_are_stored(facts):
    entry = open_entry(facts(title="a\0b\ud83d", record_id="7" * 500))
    close(entry, Closing(Outcome.FAILED, "no\0\udc00"))
    stored = Entry.objects.get()
    assert stored.title == "a\ufffdb?"
    assert stored.closing.words == "no\ufffd?"
    assert stored.record_id == "7" * 200


def test_changes_are_the_fields_that_differ_in_value_or_type():
    before = {"same": {"a": [1]}, "type": 1, "deep": {"a": [1]}, "gone": "x"}
    after = {"same": {"a": [1]}, "type": True, "deep": {"a": [1.0]}, "new": None}
    assert field_changes(before, after) == [
        {"field": "deep", "before": {"a": [1]}, "after": {"a": [1.0]}},
        {"field": "gone", "before": "x"},
        {"field": "new", "after": None},
        {"field": "type", "before": 1, "after": True},
    ]


def test_an_entry_is_closed_once(facts):
    entry = open_entry(facts())
    close(entry, Closing(Outcome.FAILED))
    with pytest.raises(AlreadyClosed):
        close(Entry.objects.get(), Closing(Outcome.DONE))
    assert Entry.objects.get().outcome == Outcome.FAILED
    assert EntryClosing.objects.count() == 1


def test_of_entries_closed_together_one_that_was_closed_before_keeps_no_other_open(facts):
    first, second, third = open_entries([facts(), facts(record_id="1002"), facts(record_id="1003")])
    close(first, Closing(Outcome.FAILED))
    with pytest.raises(AlreadyClosed, match="1001"):
        close_all([(first, Closing(Outcome.DONE)), (second, Closing(Outcome.DONE))])
    with pytest.raises(AlreadyClosed, match="1003"):
        close_all([(third, Closing(Outcome.UNKNOWN)), (third, Closing(Outcome.DONE))])
    entries = Entry.objects.order_by("record_id")
    assert [entry.outcome for entry in entries] == [Outcome.FAILED, Outcome.DONE, Outcome.UNKNOWN]
    assert [first.outcome, second.outcome, third.outcome] == [Outcome.FAILED, Outcome.DONE, Outcome.UNKNOWN]
    assert faults_of(SERVICE) == []


def test_an_entry_whose_mark_was_lost_is_closed_all_the_same(facts):
    entry = open_entry(facts())
    OpenEntry.objects.all().delete()
    close(entry, Closing(Outcome.DONE))
    assert Entry.objects.get().outcome == Outcome.DONE
    assert faults_of(SERVICE) == []


@pytest.mark.parametrize("outcome", [Outcome.SENDING, Outcome.UNCHANGED])
def test_what_says_nothing_of_a_sent_write_is_no_way_to_close(facts, outcome):
    with pytest.raises(ValueError, match="closed with an outcome"):
        close(open_entry(facts()), Closing(outcome))


def test_a_later_process_closes_an_entry_by_its_id(facts):
    pk = open_entry(facts(time=timedelta(days=3))).pk
    close(Entry.objects.get(pk=pk), Closing(Outcome.DONE))
    assert Entry.objects.get().outcome == Outcome.DONE


def test_a_thousand_are_opened_and_closed_at_once_and_no_more(facts):
    batch = uuid.uuid4()
    origin = Origin.job("bulk", batch)
    many = [facts(record_id=str(number), origin=origin) for number in range(MAXIMUM_BATCH)]
    entries = open_entries(many)
    assert [entry.record_id for entry in entries] == [one.record_id for one in many]
    close_all((entry, Closing(Outcome.DONE)) for entry in entries)
    assert Entry.objects.filter(batch=batch, closing__outcome=Outcome.DONE).count() == MAXIMUM_BATCH
    with pytest.raises(ValueError, match="At most 1000"):
        open_entries([*many, facts()])
    assert open_entries([]) == []


def test_entries_of_several_services_are_opened_in_their_order(facts):
    services = [OTHER_SERVICE, SERVICE, OTHER_SERVICE]
    entries = open_entries([facts(service_id=service) for service in services])
    assert [(entry.service_id, entry.number) for entry in entries] == [
        (OTHER_SERVICE, 1),
        (SERVICE, 1),
        (OTHER_SERVICE, 2),
    ]


def test_a_creation_is_found_by_the_record_it_made(facts):
    created = open_entry(facts(kind="create", record_id=""))
    close(created, Closing(Outcome.DONE, record_id="1001"))
    updated = open_entry(facts())
    open_entry(facts(record_id="1002"))
    open_entry(facts(resource="advertisers"))
    open_entry(facts(service_id=OTHER_SERVICE))
    elsewhere = open_entry(facts(path={"integrationId": "int-us"}))
    about = list(Entry.objects.about(SERVICE, "offers", "1001"))
    assert set(about) == {created, updated, elsewhere}
    assert set(Entry.objects.about(SERVICE, "offers", "1001", {"integrationId": "int-eu"})) == {
        created,
        updated,
    }
    assert {entry.known_record_id for entry in about} == {"1001"}


def test_entries_are_found_by_outcome(facts):
    entries = open_entries([facts(), facts(), facts()])
    close(entries[0], Closing(Outcome.DONE))
    close(entries[1], Closing(Outcome.FAILED))
    assert list(Entry.objects.ended(Outcome.DONE)) == [entries[0]]
    assert list(Entry.objects.ended(Outcome.SENDING)) == [entries[2]]


def test_rows_are_neither_changed_nor_deleted(facts):
    entry = open_entry(facts())
    close(entry, Closing(Outcome.DONE))
    for row in (entry, entry.closing):
        with pytest.raises(AppendOnly):
            row.save()
        with pytest.raises(AppendOnly):
            row.delete()
        rows = type(row).objects.all()
        for change in (rows.delete, lambda rows=rows: rows.update(number=9)):
            with pytest.raises(AppendOnly):
                change()
        with pytest.raises(AppendOnly):
            rows.bulk_update([row], ["number"])


def test_entries_outlive_the_person(facts, admin):
    entry = open_entry(facts())
    person = admin.pk
    admin.delete()
    stored = Entry.objects.get()
    assert (stored.person_id, stored.email) == (person, "admin@example.com")
    assert stored.digest == entry.digest
    connection.check_constraints()


def test_an_entry_of_a_process_that_ended_counts_as_unknown_and_is_closed_by_the_worker(facts):
    open_entry(facts(time=timedelta(seconds=-1)))
    open_entry(facts())
    assert [entry.outcome for entry in Entry.objects.order_by("number")] == [Outcome.UNKNOWN, Outcome.SENDING]
    assert runner.pump() == 1
    assert OrmQ.objects.count() == 1
    overdue = OpenEntry.objects.get(due_at__lt=timezone.now())
    runner.take_turn("audit.OpenEntry", str(overdue.pk))
    closing = EntryClosing.objects.get()
    assert (closing.outcome, closing.words) == (Outcome.UNKNOWN, NOBODY_CLOSED_IT)
    assert OpenEntry.objects.count() == 1


def test_the_worker_closes_all_overdue_entries_of_a_service_in_one_turn(facts):
    open_entries([facts(time=timedelta(seconds=-1)) for _ in range(20)])
    assert runner.pump() == 1
    runner.take_turn("audit.OpenEntry", str(OpenEntry.objects.all()[0].pk))
    assert not OpenEntry.objects.exists()


def test_a_slow_process_that_closes_after_the_worker_is_told(facts):
    entry = open_entry(facts(time=timedelta(seconds=-1)))
    runner.take_turn("audit.OpenEntry", str(OpenEntry.objects.get().pk))
    with pytest.raises(AlreadyClosed):
        close(entry, Closing(Outcome.DONE))


def test_the_log_is_written_in_no_transaction_of_others(facts, transactional_db):
    from django.db import transaction

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        open_entry(facts())
