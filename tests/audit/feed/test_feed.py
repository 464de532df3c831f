"""The log handed on as it grows: nothing lost, nothing twice, whoever stops the worker when."""

import json
import socket
import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from apps.audit.descriptions import Closing
from apps.audit.events import EventKind, record
from apps.audit.feed import destinations, steps
from apps.audit.log import close, open_entry
from apps.audit.models import LogFeed, Outcome

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def feed(settings, tmp_path):
    """A feed into a file, and that file."""
    path = tmp_path / "log.jsonl"
    settings.LOG_EXPORT = f"file://{path}"
    steps.begin()
    return path


def take_step() -> LogFeed:
    """One step, as another worker would do it after a restart."""
    row = LogFeed.objects.get()
    row.step()
    return LogFeed.objects.get()


def numbers(path) -> list[tuple[str, int]]:
    return [(line["chain"], line["number"]) for line in map(json.loads, path.read_text().splitlines())]


def test_every_link_is_handed_on_once_in_its_order(feed, admin, facts):
    record(EventKind.SIGNED_IN, admin)
    close(open_entry(facts()), Closing(Outcome.DONE, request_id="req-1"))
    take_step()
    record(EventKind.SIGNED_OUT, admin)
    take_step()
    take_step()
    lines = [json.loads(line) for line in feed.read_text().splitlines()]
    assert [line["type"] for line in lines] == ["event", "change", "change_closed", "event"]
    assert [line["number"] for line in lines] == [1, 1, 2, 2]
    assert lines[2]["change_id"] == lines[1]["id"]
    assert oct(feed.stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize("moment", ["before", "after", "half"])
def test_a_worker_that_is_killed_between_writing_and_noting_leaves_nothing_twice(
    feed, admin, monkeypatch, moment
):
    record(EventKind.SIGNED_IN, admin)
    take_step()
    for _ in range(3):
        record(EventKind.SIGNED_OUT, admin)

    def killed(destination, links, file):
        if moment == "after":
            destinations.hand_on(destination, links, file)
        if moment == "half":
            destinations.hand_on(destination, links[:1], file)
            with feed.open("a") as out:
                out.write('{"half a li')
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(steps, "hand_on", killed)
        take_step()
    take_step()
    assert numbers(feed) == [("product", number) for number in (1, 2, 3, 4)]


def test_a_file_that_was_put_away_is_begun_anew_without_a_gap(feed, admin):
    record(EventKind.SIGNED_IN, admin)
    take_step()
    kept = feed.rename(feed.with_suffix(".1"))
    record(EventKind.SIGNED_OUT, admin)
    take_step()
    assert numbers(kept) + numbers(feed) == [("product", 1), ("product", 2)]


def test_a_file_that_cannot_be_written_is_said_and_tried_again(settings, tmp_path, admin, caplog):
    settings.LOG_EXPORT = f"file://{tmp_path}/nowhere/log.jsonl"
    steps.begin()
    record(EventKind.SIGNED_IN, admin)
    assert "No such file" in take_step().problem
    assert "could not be handed on" in caplog.text
    (tmp_path / "nowhere").mkdir()
    assert take_step().problem == ""
    assert numbers(tmp_path / "nowhere" / "log.jsonl") == [("product", 1)]


@pytest.fixture
def datagrams(settings):
    """A syslog server over UDP; what it was sent."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 0))
    server.settimeout(10)
    settings.LOG_EXPORT = f"syslog+udp://127.0.0.1:{server.getsockname()[1]}"
    steps.begin()
    yield server
    server.close()


def test_a_syslog_server_gets_rfc_5424_with_the_json_as_message(datagrams, admin):
    record(EventKind.SIGNED_IN, admin)
    take_step()
    header, _, message = datagrams.recv(65_535).decode().partition(" - {")
    priority, version_and_more = header.split(">", 1)
    assert priority == "<86"
    assert version_and_more.startswith("1 20")
    assert version_and_more.split(" ")[3:] == ["integr8-desk", "-", "event"]
    assert json.loads("{" + message)["kind"] == "signed_in"


def test_an_entry_too_long_for_a_datagram_is_shortened_and_says_so(datagrams, admin, facts):
    open_entry(facts(body={"description": "long " * 20_000}))
    take_step()
    told = json.loads("{" + datagrams.recv(65_535).decode().partition(" - {")[2])
    assert told["shortened"] is True
    assert "body" not in told


def test_over_tcp_a_line_ends_each_message(settings, admin):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)
        got: list[bytes] = []

        def listen() -> None:
            peer, _ = server.accept()
            with peer:
                while part := peer.recv(65_535):
                    got.append(part)

        listener = threading.Thread(target=listen)
        listener.start()
        settings.LOG_EXPORT = f"syslog+tcp://127.0.0.1:{server.getsockname()[1]}"
        steps.begin()
        record(EventKind.SIGNED_IN, admin)
        record(EventKind.SIGNED_OUT, admin)
        take_step()
        listener.join(10)
    messages = b"".join(got).decode().splitlines()
    assert [json.loads("{" + message.partition(" - {")[2])["kind"] for message in messages] == [
        "signed_in",
        "signed_out",
    ]


def test_a_syslog_server_that_is_away_loses_nothing(settings, admin):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    settings.LOG_EXPORT = f"syslog+tcp://127.0.0.1:{port}"
    steps.begin()
    record(EventKind.SIGNED_IN, admin)
    feed = take_step()
    assert feed.problem.startswith("ConnectionRefusedError")
    assert feed.positions == {}


def test_the_command_writes_what_there_is_into_a_new_file(admin, facts, tmp_path):
    record(EventKind.SIGNED_IN, admin)
    open_entry(facts(body={"password": "canary-of-the-command"}))
    path = tmp_path / "all.jsonl"
    call_command("export_log", "--output", str(path), stderr=StringIO())
    assert len(path.read_text().splitlines()) == 2
    assert "canary-of-the-command" not in path.read_text()
    with pytest.raises(CommandError, match="cannot be made"):
        call_command("export_log", "--output", str(path))
    out = StringIO()
    call_command("export_log", "--kind", "signed_in", "--since", "2020-01-01", stdout=out, stderr=StringIO())
    assert [json.loads(line)["kind"] for line in out.getvalue().splitlines()] == ["signed_in"]
    with pytest.raises(CommandError, match="neither a day nor a time"):
        call_command("export_log", "--since", "soon")
