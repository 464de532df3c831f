"""What was kept long enough is removed so that the rest proves itself whole, and so that no other removal passes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from apps.audit import chain, retention
from apps.audit.descriptions import Closing
from apps.audit.log import close, open_entry
from apps.audit.models import ChainStart, Entry, EntryClosing, Outcome
from apps.audit.retention import StartUnproved, remove_old
from apps.audit.verification import Head, faults_of, heads
from tests.audit.conftest import SERVICE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def days_ago(monkeypatch):
    """Lets what is written next be written so many days ago."""

    def shift(days: float) -> None:
        moment = datetime.now(UTC) - timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: moment)

    yield shift
    monkeypatch.undo()


@pytest.fixture
def written(facts, days_ago, monkeypatch):
    """Three writes of 500 days ago, numbers 1 to 6, the third closed yesterday; and one of today, 7 and 8."""
    days_ago(500)
    for record in ("1001", "1002"):
        close(open_entry(facts(record_id=record)), Closing(Outcome.DONE))
    late = open_entry(facts(record_id="1003"))
    days_ago(1)
    close(late, Closing(Outcome.DONE))
    monkeypatch.undo()
    close(open_entry(facts(record_id="1004")), Closing(Outcome.DONE))
    assert faults_of(SERVICE) == []


def numbers() -> list[int]:
    return sorted(
        [
            *Entry.objects.values_list("number", flat=True),
            *EntryClosing.objects.values_list("number", flat=True),
        ]
    )


def execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_old_links_go_and_the_rest_proves_itself(written, facts):
    assert remove_old(SERVICE) == 4
    # The third entry is old, and stays because its closing is not.
    assert numbers() == [5, 6, 7, 8]
    assert faults_of(SERVICE) == []
    close(open_entry(facts()), Closing(Outcome.DONE))
    assert faults_of(SERVICE) == []
    assert remove_old(SERVICE) == 0


def test_all_may_go_in_parts_and_writing_goes_on(written, facts, settings, monkeypatch):
    settings.CHANGE_LOG_DAYS = 0
    monkeypatch.setattr(retention, "LINKS_AT_ONCE", 1)
    assert remove_old(SERVICE) == 8
    assert faults_of(SERVICE) == []
    open_entry(facts())
    assert numbers() == [9]
    assert remove_old(SERVICE) == 0, "an entry that is open stays"
    assert faults_of(SERVICE) == []


def test_what_somebody_else_removes_at_the_old_end_is_missing(written):
    remove_old(SERVICE)
    execute("DELETE FROM audit_entryclosing WHERE number = 6")
    execute("DELETE FROM audit_entry WHERE number = 5")
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("Numbers 5 to 6 are missing")


def test_a_start_that_somebody_else_moved_is_found(written):
    remove_old(SERVICE)
    digest = EntryClosing.objects.get(number=6).digest
    execute("DELETE FROM audit_entryclosing WHERE number = 6")
    execute("DELETE FROM audit_entry WHERE number = 5")
    execute("UPDATE audit_chainstart SET number = 6, digest = %s", digest)
    assert faults_of(SERVICE) == [
        "The start of the chain was altered, so links may be missing before the first one."
    ]


def test_a_start_of_another_service_or_an_older_one_proves_nothing(written, settings):
    remove_old(SERVICE)
    older = ChainStart.objects.values("number", "digest", "seal").get()
    settings.CHANGE_LOG_DAYS = 0
    remove_old(SERVICE)
    execute(
        "UPDATE audit_chainstart SET number = %s, digest = %s, seal = %s",
        older["number"],
        older["digest"],
        older["seal"],
    )
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("Numbers 5 to 8 are missing")
    execute("DELETE FROM audit_chainstart")
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("Numbers 1 to 8 are missing")


def test_links_that_stand_before_the_start_are_named(written):
    remove_old(SERVICE)
    execute("UPDATE audit_entry SET number = 2 WHERE number = 5")
    assert "Number 2 stands before the start of the chain." in faults_of(SERVICE)


def test_what_was_altered_is_not_removed(written):
    execute("UPDATE audit_entry SET title = 'Winter' WHERE number = 3")
    with pytest.raises(StartUnproved):
        remove_old(SERVICE)
    assert numbers() == list(range(1, 9))
    with pytest.raises(CommandError, match="verify_changes"):
        call_command("audit", "clean")


def test_an_end_noted_down_before_what_was_removed_is_no_fault(written):
    noted = [Head(SERVICE, 2, EntryClosing.objects.get(number=2).digest)]
    noted += [Head(SERVICE, 4, EntryClosing.objects.get(number=4).digest), *heads()]
    remove_old(SERVICE)
    assert faults_of(SERVICE, noted) == []
    (fault,) = faults_of(SERVICE, [Head(SERVICE, 4, "0" * 64)])
    assert fault.startswith("Number 4 is not what it was")


def test_the_worker_cleans_each_chain_once_a_day(written, capsys):
    start = ChainStart.objects.get()
    start.step()
    assert numbers() == [5, 6, 7, 8]
    start.refresh_from_db()
    assert start.due_at and start.due_at > timezone.now() + timedelta(hours=23)
    call_command("audit", "clean")
    assert capsys.readouterr().out == f"Service {SERVICE}: 0 links removed\n"


def test_a_chain_of_before_gets_its_start(written):
    ChainStart.objects.all().delete()
    assert remove_old(SERVICE) == 4
    assert faults_of(SERVICE) == []
    assert chain.seal_of(ChainStart.objects.get(), b"other") != ChainStart.objects.get().seal
