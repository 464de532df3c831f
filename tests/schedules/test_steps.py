"""A schedule's steps: when it is due it asks once, catches up once, follows, counts failures, and pauses."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import Role
from apps.exports.models import ExportRequest
from apps.jobs.models import MAXIMUM_STARTS, LeaseLost
from apps.mail.models import Message
from apps.schedules import actions, steps
from apps.schedules.models import Run, Schedule, nonce_of
from tests.schedules.conftest import (
    advance,
    advance_export_until,
    ask,
    end_export,
    let_a_month_pass,
    make_due,
    new_schedule,
)


def states(schedule: Schedule) -> list[str]:
    return list(schedule.runs.order_by("planned_at", "pk").values_list("state", flat=True))


def messages_named(prefix: str) -> list[Message]:
    return list(Message.objects.filter(key__startswith=prefix).order_by("created_at"))


def test_a_due_schedule_asks_for_the_day_before_its_planned_day(schedule, sandbox):
    planned_at = make_due(schedule)
    advance(schedule)
    assert states(schedule) == ["planned"]
    assert not ExportRequest.objects.exists()
    advance(schedule)
    export = ExportRequest.objects.get()
    day = schedule.day_of(planned_at) - timedelta(days=1)
    assert (export.start_time, export.end_time) == (f"{day} 00:00:00", f"{day} 23:59:59")
    assert export.time_zone == "Europe/Berlin"
    assert export.schedule_id == schedule.pk
    assert export.nonce == nonce_of(schedule, planned_at)
    assert schedule.next_run_at > timezone.now()
    assert sandbox.journal() == []


def test_it_follows_its_export_without_a_call_and_waits_for_the_next_run(schedule, sandbox):
    run = ask(schedule)
    advance(schedule)
    assert sandbox.journal() == []
    run.refresh_from_db()
    assert run.state == "requested"
    assert timedelta(0) < schedule.due_at - timezone.now() <= steps.SHORTEST_FOLLOW
    advance_export_until(ExportRequest.objects.get(), "ready")
    advance(schedule)
    run.refresh_from_db()
    assert run.state == "done"
    advance(schedule)
    assert schedule.due_at == schedule.next_run_at


def test_recipients_go_with_the_export(admin, admin_connection):
    schedule = new_schedule(admin, admin_connection.service, recipients=["bo@example.com"])
    ask(schedule)
    assert ExportRequest.objects.get().recipients == ["bo@example.com"]


def test_a_run_joins_an_equal_export_in_flight_and_has_its_recipients_told_too(admin, admin_connection):
    service = admin_connection.service
    first = new_schedule(admin, service, recipients=["bo@example.com"])
    second = new_schedule(admin, service, recipients=["cy@example.com", "bo@example.com"])
    assert ask(first).export_id == ask(second).export_id
    export = ExportRequest.objects.get()
    assert export.recipients == ["bo@example.com", "cy@example.com"]
    advance_export_until(export, "ready")
    assert sorted(Message.objects.values_list("address", flat=True)) == [
        "",
        "bo@example.com",
        "cy@example.com",
    ]


def test_of_several_missed_runs_only_the_latest_is_caught_up(schedule):
    now = timezone.now()
    first = schedule.recurrence.next_runs(1, now - timedelta(days=5))[0]
    make_due(schedule, first)
    for _ in range(3):
        advance(schedule)
    assert states(schedule) == ["missed", "missed", "missed", "missed", "requested"]
    latest = schedule.runs.get(state="requested")
    assert latest.planned_at <= now < latest.planned_at + timedelta(days=1, hours=1)
    assert ExportRequest.objects.count() == 1
    day = schedule.day_of(latest.planned_at) - timedelta(days=1)
    assert ExportRequest.objects.get().start_time == f"{day} 00:00:00"
    assert "worker did not run" in schedule.runs.filter(state="missed").first().message


def test_a_range_is_that_of_the_planned_day_however_late_it_is_asked_for(schedule):
    planned_at = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    assert str(schedule.range_of(planned_at)[0]) == "2026-03-29 00:00:00"
    assert str(schedule.range_of(planned_at - timedelta(hours=1))[0]) == "2026-03-28 00:00:00"


def test_years_without_a_worker_leave_a_month_of_missed_runs(schedule):
    make_due(schedule, timezone.now() - timedelta(days=800))
    advance(schedule)
    assert states(schedule).count("missed") == steps.MISSED_KEPT


@pytest.mark.parametrize("place", ["schedule.planned", "schedule.requested"])
def test_a_step_cut_off_within_its_transaction_is_done_again_as_if_it_had_not_been(
    schedule, settings, place, tmp_path
):
    settings.DATA_DIRECTORY = tmp_path
    settings.FAILPOINTS = f"{place}=raise@1"
    make_due(schedule)
    for _ in range(5):
        advance(schedule)
    assert states(schedule) == ["requested"]
    assert ExportRequest.objects.count() == 1
    assert len(list((tmp_path / "failpoints").glob(f"{place}.hit-*"))) == 2


def test_a_run_that_was_asked_for_and_not_noted_finds_its_export_again(schedule):
    run = ask(schedule)
    export = ExportRequest.objects.get()
    advance_export_until(export, "ready")
    Run.objects.filter(pk=run.pk).update(state="planned", export_id=None)
    advance(schedule)
    run.refresh_from_db()
    assert run.export_id == export.pk
    assert ExportRequest.objects.count() == 1


def test_a_step_that_lost_its_lease_leaves_nothing_behind(schedule):
    make_due(schedule)
    advance(schedule)
    stale = Schedule.objects.get(pk=schedule.pk)
    Schedule.objects.filter(pk=schedule.pk).update(fence=stale.fence + 1)
    with pytest.raises(LeaseLost):
        stale.step()
    assert states(schedule) == ["planned"]
    assert not ExportRequest.objects.exists()


def test_what_a_person_decides_meanwhile_is_not_written_over(schedule):
    running = Schedule.objects.get(pk=schedule.pk)
    actions.pause(schedule)
    with pytest.raises(LeaseLost):
        running.advance(Schedule.State.ACTIVE, after=None)
    schedule.refresh_from_db()
    assert schedule.state == "paused"


def test_three_failures_in_a_row_pause_it_and_tell_the_owner(schedule, admin):
    for number in range(3):
        let_a_month_pass()
        ask(schedule)
        end_export(schedule.runs.latest("pk"), "failed", f"unknown columns: nonsense {number}")
        advance(schedule)
    assert schedule.state == "paused"
    assert schedule.next_run_at is None
    assert "nonsense 2" in schedule.pause_reason
    [message] = messages_named("schedule-paused")
    assert message.recipient == admin
    assert "nonsense 2" in message.text
    assert f"/exports/schedules/{schedule.pk}/" in message.text
    assert "resume" in message.text
    assert "nonsense 2" in message.html
    assert messages_named("schedule-failed") == []
    advance(schedule)
    assert schedule.due_at is None


def test_a_success_between_failures_starts_the_count_anew(schedule):
    for state in ("failed", "failed", "done", "failed", "failed"):
        let_a_month_pass()
        ask(schedule)
        end_export(schedule.runs.latest("pk"), state)
        advance(schedule)
    assert schedule.state == "active"
    assert schedule.failures == 2


def test_a_canceled_export_is_no_failure(schedule):
    end_export(ask(schedule), "canceled")
    advance(schedule)
    assert states(schedule) == ["canceled"]
    assert schedule.failures == 0


def test_a_column_the_api_does_not_know_is_a_failure_in_its_words(admin, admin_connection):
    schedule = new_schedule(admin, admin_connection.service, columns=["no_such_column"])
    run = ask(schedule)
    advance_export_until(ExportRequest.objects.get(), "failed")
    advance(schedule)
    run.refresh_from_db()
    assert run.state == "failed"
    assert "no_such_column" in run.message
    assert schedule.failures == 1
    assert len(messages_named("export-failed")) == 1


def test_without_a_key_the_run_fails_with_a_mail_of_its_own(schedule, admin_connection):
    admin_connection.ring_key_id = ""
    admin_connection.encrypted_key = b""
    admin_connection.save()
    ask(schedule)
    assert states(schedule) == ["failed"]
    assert not ExportRequest.objects.exists()
    [message] = messages_named("schedule-failed")
    assert "no key stored" in message.text
    assert "/connections/" in message.text
    assert "no key stored" in message.html


def test_while_an_earlier_export_waits_for_a_key_no_other_is_asked_for(schedule):
    first = ask(schedule)
    end_export(first, "blocked_auth")
    let_a_month_pass()
    ask(schedule)
    assert ExportRequest.objects.count() == 1
    assert sorted(states(schedule)) == ["failed", "requested"]
    assert "working key" in schedule.runs.get(state="failed").message


def test_the_schedule_of_a_closed_account_pauses_in_silence(schedule, admin):
    admin.is_active = False
    admin.save()
    make_due(schedule)
    advance(schedule)
    assert (schedule.state, schedule.due_at) == ("paused", None)
    assert "closed" in schedule.pause_reason
    assert not Run.objects.exists()
    assert not Message.objects.exists()


def test_the_schedule_of_somebody_who_may_schedule_no_more_pauses_in_silence(schedule, admin):
    admin.role = Role.VIEWER
    admin.save()
    make_due(schedule)
    advance(schedule)
    assert (schedule.state, schedule.due_at) == ("paused", None)
    assert (
        schedule.pause_reason
        == "Its owner's role does not allow it any more: it takes an account manager or an admin."
    )
    assert not Run.objects.exists()
    assert not Message.objects.exists()


def test_a_step_that_fails_again_and_again_pauses_and_says_so(schedule):
    make_due(schedule)
    advance(schedule)
    Schedule.objects.filter(pk=schedule.pk).update(starts=MAXIMUM_STARTS)
    advance(schedule)
    assert schedule.state == "paused"
    assert states(schedule) == ["failed"]
    assert len(messages_named("schedule-paused")) == 1


class TestSkippingWhatIsEmpty:
    """One look at the report table, which uses up nothing of the day's exports."""

    @pytest.fixture
    def schedule(self, admin, admin_connection):
        return new_schedule(admin, admin_connection.service, skip_if_empty=True)

    def test_no_rows_no_export(self, schedule, sandbox):
        body: dict = {"data": {"data": [], "pageInfo": {}}}
        sandbox.faults({"kind": "status", "operation": "conversionReport", "status": 200, "body": body})
        ask(schedule)
        assert states(schedule) == ["empty"]
        assert not ExportRequest.objects.exists()
        assert [entry["operation"] for entry in sandbox.journal()] == ["conversionReport"]
        assert sandbox.journal()[0]["violations"] == []

    def test_rows_lead_to_the_export(self, schedule, sandbox):
        ask(schedule)
        assert states(schedule) == ["requested"]
        assert len(sandbox.journal("conversionReport")) == 1

    def test_a_row_of_an_odd_shape_is_a_row(self, schedule, sandbox):
        body = {"data": {"data": ["odd"], "pageInfo": None}}
        sandbox.faults({"kind": "status", "operation": "conversionReport", "status": 200, "body": body})
        ask(schedule)
        assert states(schedule) == ["requested"]

    def test_an_api_that_does_not_answer_is_looked_at_again_and_then_asked(self, schedule, sandbox):
        sandbox.faults({"kind": "status", "operation": "conversionReport", "times": None, "status": 503})
        make_due(schedule)
        advance(schedule)
        waits = []
        for _ in steps.CHECK_AGAIN:
            advance(schedule)
            assert states(schedule) == ["planned"]
            waits.append(round((schedule.due_at - timezone.now()).total_seconds()))
        assert waits == [30, 120, 300]
        advance(schedule)
        assert states(schedule) == ["requested"]
        assert "could not be seen" in schedule.runs.get().message

    def test_a_refused_key_is_the_exports_to_tell(self, schedule, sandbox):
        sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": 401})
        ask(schedule)
        assert states(schedule) == ["requested"]
        advance_export_until(ExportRequest.objects.get(), "blocked_auth")

    def test_a_report_without_a_table_is_asked_for(self, admin, admin_connection, sandbox):
        schedule = new_schedule(
            admin,
            admin_connection.service,
            report="postback-logs",
            columns=["date_time"],
            skip_if_empty=True,
        )
        ask(schedule)
        assert states(schedule) == ["requested"]
        assert sandbox.journal() == []


def test_run_now_asks_at_once_and_leaves_the_next_run_where_it_is(schedule):
    before = schedule.next_run_at
    nonce = uuid.uuid4()
    assert actions.run_now(schedule, nonce)
    assert not actions.run_now(schedule, nonce)
    advance(schedule)
    assert states(schedule) == ["requested"]
    assert schedule.next_run_at == before
    assert ExportRequest.objects.count() == 1


def test_run_now_works_while_it_is_paused(schedule):
    actions.pause(schedule)
    actions.run_now(schedule, uuid.uuid4())
    advance(schedule)
    assert states(schedule) == ["requested"]
    assert schedule.state == "paused"


def test_pausing_drops_a_run_that_is_not_asked_for_yet(schedule):
    make_due(schedule)
    advance(schedule)
    actions.pause(schedule)
    advance(schedule)
    assert states(schedule) == ["canceled"]
    assert schedule.due_at is None


def test_resuming_makes_nothing_up(schedule):
    actions.pause(schedule)
    Schedule.objects.filter(pk=schedule.pk).update(created_at=timezone.now() - timedelta(days=9))
    assert actions.resume(schedule) == ""
    assert schedule.next_run_at > timezone.now()
    advance(schedule)
    assert states(schedule) == []


def test_a_deleted_schedule_leaves_a_running_step_nothing_to_write(schedule):
    make_due(schedule)
    advance(schedule)
    stale = Schedule.objects.get(pk=schedule.pk)
    schedule.delete()
    with pytest.raises((LeaseLost, Schedule.DoesNotExist)):
        stale.step()
    assert not ExportRequest.objects.exists()


def test_the_pump_finds_a_due_schedule(schedule):
    from apps.jobs.runner import pump

    assert pump() == 0
    Schedule.objects.filter(pk=schedule.pk).update(due_at=Now())
    assert pump() == 1
