"""Whatever somebody alters in, or removes from, the log behind our back is found and named."""

import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from apps.audit import verification
from apps.audit.descriptions import Closing
from apps.audit.keys import ChainKeyUnreadable, unwrapped
from apps.audit.log import close, open_entries, open_entry
from apps.audit.models import Chain, ChainKey, Entry, Outcome
from apps.audit.verification import Head, faults_of, heads, services
from apps.encryption.rotation import RotationCounts, rotate
from tests.audit.conftest import OTHER_SERVICE, SERVICE

pytestmark = pytest.mark.django_db

#: Numbers of the openings and closings of three writes; the last one is still open.
OPENED, CLOSED = (1, 3, 5), (2, 4)
#: Every column of an opening and of a closing that says something, and what somebody puts there.
LIES: dict[str, dict[str, str | int]] = {
    "audit_entry": {
        "at": "2026-01-01 00:00:00+00:00",
        "person_id": uuid.UUID(int=9).hex,
        "email": "somebody@else.example",
        "origin_kind": "job",
        "origin_name": "other",
        "origin_path": "/other/",
        "batch": uuid.UUID(int=9).hex,
        "connection_id": uuid.UUID(int=9).hex,
        "organisation": "org-other",
        "connection_key": "other:1",
        "operation": "deleteOffer",
        "resource": "users",
        "path": '{"integrationId":"int-us"}',
        "record_id": "1009",
        "title": "Winter",
        "kind": "archive",
        "changes": "[]",
        "body": '{"name":"Winter"}',
        "deadline": "2026-01-01 00:00:00+00:00",
        "digest": "0" * 64,
        "previous": "0" * 64,
    },
    "audit_entryclosing": {
        "at": "2026-01-01 00:00:00+00:00",
        "outcome": "failed",
        "words": "Refused.",
        "api_status": 500,
        "request_id": "other",
        "tries": 9,
        "record_id": "1002",
        "digest": "0" * 64,
        "previous": "0" * 64,
    },
}


@pytest.fixture
def written(facts):
    """Three writes, of which two are closed, and one at another service; numbers as in OPENED and CLOSED."""
    for record in ("1001", "1002"):
        close(open_entry(facts(record_id=record)), Closing(Outcome.DONE, "Saved.", 200, "req"))
    open_entry(facts(record_id="1003"))
    close(open_entry(facts(service_id=OTHER_SERVICE)), Closing(Outcome.DONE))
    assert faults_of(SERVICE) == faults_of(OTHER_SERVICE) == []


def execute(statement: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount != 0


def remove(number: int) -> None:
    """Delete a link, and what points to it."""
    if number in OPENED:
        for table in ("audit_openentry", "audit_entryclosing"):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"DELETE FROM {table} WHERE entry_id = (SELECT id FROM audit_entry WHERE number = %s AND "  # noqa: S608
                    "service_id = %s)",
                    [number, SERVICE.hex],
                )
    table = "audit_entry" if number in OPENED else "audit_entryclosing"
    execute(f"DELETE FROM {table} WHERE number = %s AND service_id = %s", number, SERVICE.hex)  # noqa: S608


@pytest.mark.parametrize(
    ("table", "column", "number"),
    [
        (table, column, number)
        for table, numbers in (("audit_entry", (3, 5)), ("audit_entryclosing", (2, 4)))
        for column in LIES[table]
        for number in numbers
    ],
)
def test_an_altered_column_names_the_link(written, table, column, number):
    execute(
        f"UPDATE {table} SET {column} = %s WHERE number = %s AND service_id = %s",  # noqa: S608
        LIES[table][column],
        number,
        SERVICE.hex,
    )
    (fault, *others) = faults_of(SERVICE)
    assert fault.startswith(f"Number {number} (")
    assert fault.endswith("was altered.")
    assert others == []
    assert faults_of(OTHER_SERVICE) == []


def test_an_altered_outcome_names_the_entry(written):
    execute("UPDATE audit_entryclosing SET outcome = 'failed' WHERE number = 4")
    assert faults_of(SERVICE) == [f"Number 4 (how this ended: {Entry.objects.get(number=3)}) was altered."]


@pytest.mark.parametrize("number", CLOSED)
def test_a_removed_closing_is_missing(written, number):
    remove(number)
    (fault,) = faults_of(SERVICE)
    assert fault.startswith(f"Number {number} is missing, written after ")


@pytest.mark.parametrize(("number", "numbers"), [(1, "Numbers 1 to 2 are"), (3, "Numbers 3 to 4 are")])
def test_a_removed_entry_is_missing_with_its_closing(written, number, numbers):
    remove(number)
    (fault,) = faults_of(SERVICE)
    assert fault.startswith(f"{numbers} missing")


def test_a_removed_last_entry_is_missing(written):
    remove(5)
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("Number 5 is missing, written after ")
    assert "before" not in fault


def test_a_removed_tail_is_missing(written):
    for number in (5, 3):
        remove(number)
    assert [fault.split(",")[0] for fault in faults_of(SERVICE)] == ["Numbers 3 to 5 are missing"]


def test_two_links_whose_places_were_changed_are_named(written):
    for number, other in ((1, 99), (3, 1), (99, 3)):
        execute(
            "UPDATE audit_entry SET number = %s WHERE number = %s AND service_id = %s",
            other,
            number,
            SERVICE.hex,
        )
    assert [fault[:9] for fault in faults_of(SERVICE)] == ["Number 1 ", "Number 3 "]


def test_an_entry_that_nobody_wrote_is_named(written):
    columns = ", ".join(
        field.attname for field in Entry._meta.concrete_fields if field.name not in ("id", "number")
    )
    for number in (6, 4):
        execute(
            f"INSERT INTO audit_entry (id, number, {columns}) SELECT %s, %s, {columns} FROM audit_entry "  # noqa: S608
            "WHERE number = 3",
            uuid.uuid4().hex,
            number,
        )
    assert [fault.split(" (")[0] for fault in faults_of(SERVICE)] == [
        "Number 4",
        "Number 6 stands behind the end of the chain.",
    ]


def test_an_entry_moved_to_another_service_is_found_in_both(written):
    execute("UPDATE audit_entry SET service_id = %s, number = 3 WHERE number = 5", OTHER_SERVICE.hex)
    assert [fault.split(",")[0] for fault in faults_of(SERVICE)] == ["Number 5 is missing"]
    assert faults_of(OTHER_SERVICE) == ["Number 3 stands behind the end of the chain."]


def test_an_altered_head_is_found(written):
    execute("UPDATE audit_chain SET digest = %s WHERE service_id = %s", "0" * 64, SERVICE.hex)
    assert faults_of(SERVICE) == ["The end of the chain was altered."]
    execute("UPDATE audit_chain SET length = 4 WHERE service_id = %s", SERVICE.hex)
    assert faults_of(SERVICE)[-1] == "Number 5 stands behind the end of the chain."


def test_a_removed_head_is_found_and_stays_found_when_writing_goes_on(written, facts):
    execute("DELETE FROM audit_chain WHERE service_id = %s", SERVICE.hex)
    assert len(faults_of(SERVICE)) == 1
    close(open_entry(facts()), Closing(Outcome.DONE))
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("Number 6 is missing")


def test_an_end_noted_down_before_finds_a_chain_that_was_cut_off_together_with_its_head(written):
    noted = heads()
    assert [Head.parse(str(head)) for head in noted] == noted
    kept = Entry.objects.get(service_id=SERVICE, number=3)
    for number in (5, 4):
        remove(number)
    execute("UPDATE audit_chain SET length = 3, digest = %s WHERE service_id = %s", kept.digest, SERVICE.hex)
    assert faults_of(SERVICE) == []
    assert faults_of(SERVICE, noted) == ["Number 5 is not what it was when this end was noted down."]


def test_an_end_noted_down_before_is_still_there_when_the_chain_went_on(written, facts):
    noted = heads()
    close(open_entry(facts()), Closing(Outcome.DONE))
    assert faults_of(SERVICE, noted) == []


def test_a_value_that_cannot_be_read_is_found(written):
    execute("UPDATE audit_entry SET body = 'no JSON' WHERE number = 3")
    assert [fault[:9] for fault in faults_of(SERVICE)] == ["Number 3 "]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite stores any text in any column")
def test_a_column_that_cannot_be_read_is_found(written):
    execute("UPDATE audit_entry SET person_id = 'nobody' WHERE number = 3")
    execute("UPDATE audit_entryclosing SET at = 'never' WHERE number = 4")
    assert faults_of(SERVICE) == [
        "Number 3 was altered: it cannot be read.",
        "Number 4 (how this ended: an entry that is not to be found) was altered.",
    ]


def test_other_keys_of_the_ring_leave_the_log_as_it_was(written, facts, settings):
    old = dict(settings.API_KEY_RING)
    settings.API_KEY_RING = {"new": b"n" * 32, **old}
    assert rotate() == RotationCounts(moved=1)
    settings.API_KEY_RING = {"new": b"n" * 32}
    close(open_entry(facts()), Closing(Outcome.DONE))
    assert ChainKey.objects.count() == 1
    assert faults_of(SERVICE) == []


def test_a_lost_ring_stops_nobody_and_is_said(written, facts, settings, caplog):
    settings.API_KEY_RING = {"new": b"n" * 32}
    close(open_entry(facts()), Closing(Outcome.DONE))
    assert "No key of API_KEY_RING opens the change log's key" in caplog.text
    assert rotate() == RotationCounts()
    (fault,) = faults_of(SERVICE)
    assert fault.startswith("From number 1 on there are links that cannot be checked")


def test_a_key_of_the_log_is_of_no_use_without_the_ring(written, settings):
    key = ChainKey.objects.get()
    settings.API_KEY_RING = {key.ring_key_id: b"n" * 32}
    with pytest.raises(ChainKeyUnreadable):
        unwrapped(key.ring_key_id, key.wrapped)


def test_the_command_says_what_is_wrong_and_fails(written, tmp_path, capsys):
    call_command("verify_changes")
    assert capsys.readouterr().out == (
        f"Service {SERVICE}: as it was written\nService {OTHER_SERVICE}: as it was written\n"
    )
    call_command("audit", "heads")
    (tmp_path / "heads").write_text(capsys.readouterr().out)
    execute("UPDATE audit_entry SET title = 'Winter' WHERE number = 3")
    with pytest.raises(CommandError, match="1 faults"):
        call_command("verify_changes", heads=tmp_path / "heads")
    assert "  Number 3 (update offers 1002 at " in capsys.readouterr().out
    call_command("verify_changes", service=OTHER_SERVICE)


def test_the_command_finds_a_log_that_was_emptied_by_an_end_noted_down(written, tmp_path, capsys):
    call_command("audit", "heads")
    (tmp_path / "heads").write_text(capsys.readouterr().out)
    for table in ("audit_openentry", "audit_entryclosing", "audit_entry", "audit_chain"):
        execute(f"DELETE FROM {table}")  # noqa: S608
    assert services() == []
    call_command("verify_changes")
    with pytest.raises(CommandError, match="2 faults"):
        call_command("verify_changes", heads=tmp_path / "heads")
    (tmp_path / "heads").write_text("something else")
    with pytest.raises(CommandError, match="no file of heads"):
        call_command("verify_changes", heads=tmp_path / "heads")


def test_what_is_written_during_the_check_is_no_fault(written, facts, monkeypatch):
    real = verification._links

    def meanwhile(service_id):
        open_entries([facts(), facts()])
        return real(service_id)

    monkeypatch.setattr(verification, "_links", meanwhile)
    assert faults_of(SERVICE) == []
    assert Chain.objects.get(pk=SERVICE).length == 7
