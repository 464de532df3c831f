"""A table is prepared once and whole, whatever breaks on the way: the download, the host, the process."""

import os
import random
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from apps.jobs.models import LeaseLost
from apps.look_inside import steps
from apps.look_inside.models import PreparedTable, State
from apps.look_inside.parquet_table import read_facts
from apps.look_inside.prepare.fetching import fetch
from apps.look_inside.prepare.pipeline import prepare
from apps.look_inside.table_directories import directory_of, home_of, make_room, root, spill_directory
from tests.look_inside.conftest import EXPORT, step
from tests.look_inside.csv_files import CSV

LONG = "a,b\n" + "".join(f"{number},x\n" for number in range(50_000))


@pytest.fixture
def table(admin_client, page_url, host):
    """A table that was asked for."""
    host.content = LONG.encode()
    admin_client.get(page_url)
    host.requests.clear()
    return PreparedTable.objects.get()


def test_what_broke_off_goes_on_where_it_ended(table, host):
    host.etag, host.takes_ranges, host.breaks_after = '"one"', True, 100_000
    step(table)
    assert table.state == State.QUEUED or PreparedTable.objects.get().state == State.QUEUED
    table.refresh_from_db()
    assert "broke off" in table.message
    host.breaks_after = None
    step(table)
    table.refresh_from_db()
    assert table.is_ready
    assert host.requests[1]["range"] == "bytes=100000-"
    assert read_facts(directory_of(table)).rows == 50_000


def test_another_version_of_the_file_is_read_from_its_beginning(table, host):
    host.etag, host.takes_ranges, host.breaks_after = '"one"', True, 100_000
    step(table)
    host.etag, host.breaks_after, host.content = '"two"', None, CSV.encode()
    table = step(table)
    assert table.is_ready
    assert read_facts(directory_of(table)).rows == 5


def test_without_ranges_a_broken_download_begins_again(table, host):
    host.breaks_after = 100_000
    step(table)
    host.breaks_after = None
    table = step(table)
    assert "range" not in host.requests[1]
    assert read_facts(directory_of(table)).rows == 50_000


def test_a_download_that_breaks_off_again_and_again_is_left_to_the_person(
    table, host, admin_client, page_url
):
    host.breaks_after = 1000
    for _ in range(3):
        table = step(table)
    assert table.state == State.FAILED
    page = admin_client.get(page_url).content.decode()
    assert "broke off" in page
    assert "Try again" in page
    host.breaks_after = None
    again = reverse("look_inside:again", args=[table.service_id, EXPORT])
    assert admin_client.post(again).status_code == 302
    assert step(table).is_ready


@pytest.mark.parametrize(
    ("status", "state"), [(503, State.QUEUED), (403, State.QUEUED), (404, State.FAILED), (302, State.QUEUED)]
)
def test_a_host_that_refuses(table, host, status, state):
    host.status = status
    assert step(table).state == state
    assert not list(home_of(table).glob("ready-*"))


def test_an_api_that_gives_no_address_is_asked_again_or_quoted(table, sandbox, host):
    rule = {"kind": "status", "operation": "getExportUrl", "times": None}
    sandbox.faults({**rule, "status": 503})
    assert step(table).state == State.QUEUED
    sandbox.faults({**rule, "status": 429, "headers": {"Retry-After": "60"}})
    table = step(table)
    assert table.state == State.QUEUED
    assert table.due_at > timezone.now() + timedelta(seconds=50)
    sandbox.faults({**rule, "status": 401})
    assert step(table).state == State.FAILED


def test_a_key_that_is_gone_is_said(table, admin_connection):
    admin_connection.delete()
    assert "no working key" in step(table).message


def test_a_process_that_lost_its_lease_writes_nothing(table):
    assert table.claim()
    PreparedTable.objects.filter(pk=table.pk).update(fence=table.fence + 1, state=State.PREPARING)
    with pytest.raises(LeaseLost):
        prepare(table)
    table.refresh_from_db()
    assert table.state == State.PREPARING
    assert table.directory_name == ""


@pytest.mark.parametrize("content", [b"PK\x03\x04 no CSV", b"a,b\n" + b"1,2\n" * 1000])
def test_a_process_that_lost_its_lease_removes_nothing(table, host, settings, content):
    settings.LOOK_INSIDE_MAXIMUM_BYTES = 2000
    host.content = content
    assert table.claim()
    PreparedTable.objects.filter(pk=table.pk).update(fence=table.fence + 1, state=State.PREPARING)
    others = home_of(table) / "original-of-the-next"
    others.parent.mkdir()
    others.touch()
    with pytest.raises(LeaseLost):
        prepare(table)
    assert others.exists()


@pytest.mark.parametrize(
    ("content", "state"),
    [(b"PK\x03\x04 no CSV", "failed"), (b"a,b\n" + b"1,2\n" * 1000, "too_large"), (CSV.encode(), "ready")],
)
def test_nothing_is_removed_after_the_lease_was_given_back(table, host, settings, content, state):
    """From then on another attempt may write its files there."""
    settings.LOOK_INSIDE_MAXIMUM_BYTES = 2000
    host.content = content
    there: list[set[str]] = []

    def look(execute, sql, parameters, many, context):
        if sql.startswith("UPDATE") and state in (parameters or ()):
            there.append({entry.name for entry in home_of(table).iterdir()})
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(look):
        table = step(table)
    assert table.state == state
    assert there == [{entry.name for entry in home_of(table).iterdir()}]


def test_a_frozen_process_does_not_write_into_the_next_ones_file(table, host, admin_client):
    from apps.connections.clients import client_for
    from apps.connections.models import Connection

    client = client_for(Connection.objects.get())
    home = home_of(table)

    def nothing(*_: object) -> None:
        """No progress."""

    inner: list[Path] = []

    def during(count: int, _total: int | None) -> None:
        if count and not inner:
            inner.append(fetch(client, table.artifact_name, home, 2, 10**9, nothing))

    outer = fetch(client, table.artifact_name, home, 1, 10**9, during)
    assert outer != inner[0]
    assert outer.read_bytes() == inner[0].read_bytes() == LONG.encode()


def test_the_step_leaves_its_lease_to_a_process_of_its_own(table, monkeypatch):
    started = []

    def start(table):
        started.append((table.pk, table.fence))
        return subprocess.Popen([sys.executable, "-c", ""])

    monkeypatch.setattr(steps, "start_process", start)
    PreparedTable.objects.filter(pk=table.pk).update(due_at=Now())
    table.refresh_from_db()
    assert table.claim()
    table.step()
    table.refresh_from_db()
    assert table.state == State.PREPARING
    assert table.lease_until > timezone.now() + timedelta(seconds=10)
    assert started == [(table.pk, table.fence)]
    assert not table.claim()
    # Silence of the process: the next claim starts another one.
    PreparedTable.objects.filter(pk=table.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    table.refresh_from_db()
    assert table.claim()
    table.step()
    assert len(started) == 2


def test_only_two_are_prepared_at_once(table, service, admin, monkeypatch):
    monkeypatch.setattr(steps, "start_process", lambda table: pytest.fail("started"))
    soon = timezone.now() + timedelta(seconds=20)
    for name in ("x", "y"):
        PreparedTable.objects.create(
            service=service, remote_id=name, artifact_name=name, state=State.PREPARING, lease_until=soon
        )
    table.refresh_from_db()
    assert table.claim()
    table.step()
    table.refresh_from_db()
    assert table.state == State.QUEUED
    assert table.lease_until is None


def test_a_table_is_removed_when_nobody_opened_it_for_long(table, settings):
    table = step(table)
    directory = home_of(table)
    assert directory.is_dir()
    PreparedTable.objects.filter(pk=table.pk).update(due_at=Now())
    table.refresh_from_db()
    assert table.claim()
    table.step()
    assert PreparedTable.objects.filter(pk=table.pk).exists()
    old = timezone.now() - timedelta(hours=settings.LOOK_INSIDE_KEEP_HOURS, minutes=1)
    PreparedTable.objects.filter(pk=table.pk).update(due_at=Now(), opened_at=old)
    table.refresh_from_db()
    assert table.claim()
    table.step()
    assert not PreparedTable.objects.filter(pk=table.pk).exists()
    assert not directory.exists()


def test_the_table_opened_longest_ago_makes_room(table, service, settings):
    table = step(table)
    settings.LOOK_INSIDE_DISK_BYTES = 1
    orphan = root() / "00000000-0000-0000-0000-000000000000"
    orphan.mkdir()
    os.utime(orphan, (0, 0))
    make_room()
    assert not PreparedTable.objects.exists()
    assert not home_of(table).exists()
    assert not orphan.exists()


def test_what_a_killed_writer_left_is_removed_and_what_is_being_written_stays(db):
    left, busy = spill_directory() / "tmpleft", spill_directory() / "tmpbusy"
    for directory in (left, busy):
        directory.mkdir()
        (directory / "rows.parquet").write_bytes(b"PAR1")
    os.utime(left, (0, 0))
    make_room()
    assert not left.exists()
    assert (busy / "rows.parquet").exists()


def test_nothing_is_left_but_the_table(table):
    table = step(table)
    assert [entry.name for entry in home_of(table).iterdir()] == [table.directory_name]
    assert sorted(entry.name for entry in directory_of(table).iterdir()) == ["facts.json", "table.parquet"]


_MEASURE = """
import pathlib, sys
from apps.look_inside.prepare.csv_rows import Reader
from apps.look_inside.prepare.csv_dialect import dialect_of
from apps.look_inside.parquet_table import store
from apps.text.encoding_detection import encoding_of
from apps.look_inside.prepare.decoding import chunks_of
from apps.text.decoding import Decoder
source, directory = map(pathlib.Path, sys.argv[1:])
encoding = encoding_of(chunks_of(source, 10**10))
dialect = dialect_of(source.open().read(5000))
with (directory / "clean.csv").open("wb") as file:
    reader = Reader(len(dialect.names), dialect.delimiter, file.write)
    list(reader.read(Decoder(encoding).utf8(chunks_of(source, 10**10))))
store(directory / "clean.csv", dialect, directory, reader.reading_report.rows)
status = pathlib.Path("/proc/self/status").read_text()
print(int(status.split("VmHWM:")[1].split()[0]) // 1024, reader.reading_report.rows)
"""


def test_a_file_of_forty_megabytes_takes_little_memory(tmp_path):
    source, made = tmp_path / "source.csv", tmp_path / "made"
    made.mkdir()
    noise = random.Random(1)
    with source.open("w") as file:
        file.write("time,offer,payout,currency,transaction_id\n")
        for number in range(500_000):
            file.write(
                f"2026-11-{number % 28 + 1:02} 10:00:00,Offer {number % 250},{number % 900}.5,EUR,"
                f"{noise.getrandbits(128):032x}\n"
            )
    run = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(source), str(made)], capture_output=True, text=True, check=True
    )
    megabytes, rows = map(int, run.stdout.split())
    assert rows == 500_000
    assert megabytes < 250


def test_a_length_that_no_disk_holds_is_none(admin_client, host, page_url):
    host.headers = {"Content-Length": "9" * 30}
    admin_client.get(page_url)
    table = step()
    assert table.is_ready, table.message
    assert table.bytes_total == table.bytes_read == len(host.content)
