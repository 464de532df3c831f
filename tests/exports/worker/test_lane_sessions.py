"""Many exports of one person: asked for one after the other, looked after by one list, each under its own fence."""

import uuid
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from django_q.models import OrmQ

from apps.api.contract.contract import builtin_contract
from apps.exports.models import ExportRequest
from apps.exports.remote.listing import read_list
from apps.exports.request.creation import request_export
from apps.exports.worker import lane_session, transitions
from apps.jobs import runner
from apps.mail.models import Message
from tests.exports.conftest import advance, spec_of
from tests.exports.worker.test_steps import CREATE, exports_made

LABEL = "exports.ExportRequest"


@pytest.fixture(autouse=True)
def _many_a_day_looked_at_when_the_test_says_so(settings, sandbox, monkeypatch):
    settings.EXPORTS_PER_DAY = 1000
    sandbox.settings(exports_per_day=1000)
    monkeypatch.setattr(transitions, "POLLS", (3600,))
    # A turn ends when nothing is left to do and a list stays fresh in it, however slow the machine is.
    monkeypatch.setattr(runner, "TURN_SECONDS", 3600)
    monkeypatch.setattr(lane_session, "FRESH_SECONDS", 3600)


@pytest.fixture
def exports(admin, admin_connection):
    """Twelve exports that were asked for at once."""
    return [
        request_export(
            admin,
            admin_connection,
            spec_of(start_time=f"2026-11-01 {hour:02}:00:00"),
            uuid.uuid4(),
        )[0]
        for hour in range(12)
    ]


def take_turn() -> None:
    """A turn of the lane, whatever is due in it."""
    row = ExportRequest.objects.filter(due_at__lte=Now()).first()
    assert row is not None
    runner.take_turn(LABEL, str(row.pk))


def make_due() -> None:
    ExportRequest.objects.filter(due_at__isnull=False).update(due_at=Now(), lease_until=None)


def test_one_message_stands_for_all_and_one_turn_asks_for_all(exports, sandbox):
    sandbox.settings(export_running_seconds=3600)
    assert OrmQ.objects.count() == 1
    take_turn()
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"waiting"}
    assert exports_made(sandbox) == 12
    # One before the first is asked for, one look at those that wait already.
    assert len(sandbox.journal("listExports")) == 2


def test_one_list_moves_all_that_wait(exports, sandbox):
    sandbox.settings(export_running_seconds=3600)
    take_turn()
    before = len(sandbox.journal())
    make_due()
    began = timezone.now()
    take_turn()
    assert len(sandbox.journal()) - before == 1
    assert not ExportRequest.objects.filter(due_at__lte=began + timedelta(seconds=2)).exists()
    assert set(ExportRequest.objects.values_list("remote_status", flat=True)) == {"IN_PROGRESS"}


def test_one_list_makes_all_that_are_finished_ready_and_each_is_mailed_once(exports, sandbox):
    take_turn()
    before = len(sandbox.journal())
    # One is due: the others come along.
    ExportRequest.objects.update(due_at=Now() + timedelta(minutes=1))
    advance(exports[3])
    take_turn()
    assert len(sandbox.journal()) - before <= 2
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"ready"}
    assert Message.objects.count() == 12


def test_an_export_somebody_works_on_is_left_to_them(exports, sandbox):
    take_turn()
    held = ExportRequest.objects.get(pk=exports[5].pk)
    ExportRequest.objects.filter(pk=held.pk).update(due_at=Now())
    assert held.claim() or ExportRequest.objects.get(pk=held.pk).claim()
    ExportRequest.objects.exclude(pk=held.pk).update(due_at=Now())
    take_turn()
    states = dict(ExportRequest.objects.values_list("pk", "state"))
    assert states.pop(held.pk) == "waiting"
    assert set(states.values()) == {"ready"}


def test_what_is_not_among_the_newest_is_asked_for_alone(exports, sandbox, monkeypatch):
    monkeypatch.setattr(lane_session, "MAXIMUM_PAGE_SIZE", 5)
    take_turn()
    make_due()
    take_turn()
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"ready"}
    newest = set(ExportRequest.objects.order_by("-remote_id").values_list("remote_id", flat=True)[:5])
    alone = [entry["path"].rsplit("/", 1)[-1] for entry in sandbox.journal("getExport")]
    assert alone and not newest.intersection(alone)
    assert len(alone) == len(set(alone))


def test_the_list_is_asked_for_nothing_that_the_contract_does_not_name(exports, sandbox):
    take_turn()
    make_due()
    take_turn()
    known = set(builtin_contract().operation("listExports").query_parameters)
    asked = {name for entry in sandbox.journal("listExports") for name, _value in entry["query"]}
    assert asked <= known


def test_a_slow_list_is_read_once_for_all_that_wait(exports, sandbox, monkeypatch):
    take_turn()
    before = len(sandbox.journal("listExports"))
    seconds = [0.0]

    def slow_read(*arguments):
        seconds[0] += 5 * lane_session.FRESH_SECONDS
        return read_list(*arguments)

    monkeypatch.setattr(lane_session, "monotonic", lambda: seconds[0])
    monkeypatch.setattr(lane_session, "read_list", slow_read)
    make_due()
    take_turn()
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"ready"}
    assert len(sandbox.journal("listExports")) - before == 1


def test_where_the_list_fails_nobody_of_the_lane_calls_for_a_while(exports, sandbox):
    sandbox.settings(export_running_seconds=3600)
    take_turn()
    sandbox.faults({"kind": "status", "status": 503, "operation": "*", "times": None})
    before = len(sandbox.journal())
    make_due()
    began = timezone.now()
    take_turn()
    assert len(sandbox.journal()) - before == 1
    assert not ExportRequest.objects.filter(due_at__lte=began + timedelta(seconds=2)).exists()


def test_the_vendors_daily_limit_is_met_once_for_all(exports, sandbox):
    sandbox.settings(exports_per_day=0)
    take_turn()
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"deferred"}
    assert len(sandbox.journal(CREATE)) == 1


def test_a_lost_answer_behind_more_than_a_page_of_newer_exports_is_found(exports, sandbox, monkeypatch):
    monkeypatch.setattr(lane_session, "MAXIMUM_PAGE_SIZE", 3)
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    take_turn()
    for _ in range(3):
        make_due()
        take_turn()
    assert exports_made(sandbox) == 12
    assert set(ExportRequest.objects.values_list("state", flat=True)) == {"ready"}


def test_an_export_that_is_finished_without_naming_a_file_is_left_to_a_person_after_half_an_hour(
    admin, admin_connection, sandbox
):
    export = request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]
    advance(export)
    unnamed = {"data": {"id": export.remote_id, "status": "COMPLETED", "artifact": None}}
    sandbox.faults({"kind": "wrong_shape", "operation": "getExport", "body": unnamed, "times": None})
    assert advance(export).state == "waiting"
    assert "names no file" in export.message
    ExportRequest.objects.update(finished_at=Now() - timedelta(minutes=31))
    assert advance(export).state == "needs_attention"
    assert "30 minutes" in export.message
    assert Message.objects.count() == 1


def test_where_the_list_does_not_sort_it_is_read_as_it_comes_for_one_turn(
    exports, admin, admin_connection, sandbox
):
    sandbox.faults({"kind": "status", "status": 400, "operation": "listExports", "times": 1})
    take_turn()
    assert exports_made(sandbox) == 12
    one_more = request_export(admin, admin_connection, spec_of(end_time="2026-11-03 23:59:59"), uuid.uuid4())[
        0
    ]
    advance(one_more)
    asked = [dict(entry["query"]) for entry in sandbox.journal("listExports")]
    # Refused, then as it comes, for the look at those that wait as well; the next turn tries again.
    assert [query.get("sort", "") for query in asked] == ["-created_at", "", "", "-created_at"]
