"""The state machine, step by step against the sandbox, with its faults."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models.functions import Now
from django.utils import timezone

from apps.accounts.models import Role
from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection
from apps.exports.cancellation import cancel
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.worker.transitions import POLLS, adopt
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until, due_in, spec_of

CREATE = "downloadConversions"


def exports_made(sandbox) -> int:
    """How many exports the API made for us."""
    return sum(str(entry["effect"] or "").startswith("created") for entry in sandbox.journal(CREATE))


def test_an_export_goes_from_queued_to_ready_and_is_mailed_once(export, sandbox, admin, settings):
    assert advance(export).state == "waiting"
    assert advance(export).state == "ready"
    message = Message.objects.get()
    assert message.recipient == admin
    assert message.subject == "Your conversions export is ready (EU network)"
    assert f"{settings.SITE_URL}/exports/{export.pk}/" in message.text
    assert f"{settings.SITE_URL}/exports/{export.pk}/" in message.html
    assert export.rows is not None
    assert export.artifact_name
    assert exports_made(sandbox) == 1


def test_the_api_is_asked_for_exactly_what_the_person_chose(export, sandbox):
    advance(export)
    [entry] = sandbox.journal(CREATE)
    assert dict(entry["query"]) == {
        "start_time": "2026-11-01 00:00:00",
        "end_time": "2026-11-02 23:59:59",
        "timezone": "Europe/Berlin",
        "delimiter": ";",
        "fields": "conversion_time,offer,payout",
        "extra_parameters": "",
    }
    assert entry["violations"] in ([], None)


def test_an_export_is_done_once_its_message_left(export):
    advance_until(export, "ready")
    assert advance(export).state == "ready"
    Message.objects.update(state="sent", due_at=None)
    assert advance(export).state == "done"
    assert timedelta(days=89) < due_in(export) < timedelta(days=91)
    assert advance(export).state == "expired"


@pytest.mark.parametrize("report", ["clicks", "impressions", "postback-logs"])
def test_every_report_type_is_exported(admin, admin_connection, sandbox, report):
    columns = ("date_time", "offer_id") if report == "postback-logs" else ("date_time", "offer")
    export = request_export(admin, admin_connection, spec_of(report=report, columns=columns), uuid.uuid4())[0]
    advance_until(export, "ready", "failed")
    assert export.state == "ready", export.message


@pytest.mark.parametrize("kind", ["reset_after_effect", "bad_json", "empty", "short_body", "wrong_shape"])
def test_a_lost_answer_is_found_in_the_list_and_nothing_is_made_twice(export, sandbox, kind):
    sandbox.faults({"kind": kind, "operation": CREATE})
    assert advance(export).state == "unknown"
    assert advance(export).state == "waiting"
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1
    assert Message.objects.count() == 1


def test_a_lost_answer_of_an_export_that_shows_up_late_is_waited_for(export, sandbox, settings):
    settings.EXPORT_SETTLE_SECONDS = 120
    sandbox.settings(hide_new_exports_seconds=3600)
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance(export)
    for _ in range(6):
        assert advance(export).state == "unknown"
    sandbox.settings(hide_new_exports_seconds=0)
    assert advance(export).state == "waiting"
    assert exports_made(sandbox) == 1


def test_an_export_that_was_not_made_is_asked_for_once_more(export, sandbox):
    sandbox.faults({"kind": "reset", "operation": CREATE})
    advance_until(export, "waiting")
    assert list(export.attempts.order_by("number").values_list("number", "is_absent")) == [
        (1, True),
        (2, False),
    ]
    assert exports_made(sandbox) == 1


def test_an_export_that_shows_up_after_all_is_named_beside_the_second_one(export, sandbox):
    sandbox.settings(hide_new_exports_seconds=3600)
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance_until(export, "waiting")
    sandbox.settings(hide_new_exports_seconds=0)
    advance_until(export, "ready")
    first, second = (str(entry["effect"]).split()[-1] for entry in sandbox.journal(CREATE))
    assert export.remote_id == second
    assert export.note == f"The API holds more exports like this one: {first}."


def test_requests_that_came_to_nothing_are_sent_again_until_one_is_carried_out(export, sandbox):
    sandbox.faults({"kind": "reset", "operation": CREATE, "times": 3})
    advance_until(export, "ready", most=30)
    assert len(sandbox.journal(CREATE)) == 4
    assert exports_made(sandbox) == 1
    assert export.note == ""


def test_after_four_lost_answers_a_person_decides(export, sandbox):
    sandbox.faults({"kind": "status", "status": 500, "operation": CREATE, "times": None})
    advance_until(export, "needs_attention", most=30)
    assert len(sandbox.journal(CREATE)) == 4
    assert export.due_at is None
    assert "needs your attention" in Message.objects.get().subject


def test_an_export_found_in_the_list_that_another_request_took_meanwhile_is_looked_for_again(
    admin, admin_connection, sandbox, export
):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    assert advance(export).state == "unknown"
    other = request_export(admin, admin_connection, spec_of(delimiter=","), uuid.uuid4())[0]
    ExportRequest.objects.filter(pk=other.pk).update(remote_id="taken", state="done")
    ExportRequest.objects.filter(pk=export.pk).update(due_at=Now())
    assert export.claim()
    adopt(export, "taken", "PENDING", is_found=True)
    assert export.state == "unknown"
    assert due_in(export) <= timedelta(seconds=1)
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


def test_somebody_elses_equal_export_from_before_is_not_taken(admin, admin_connection, sandbox, export):
    advance_until(export, "ready")
    ExportRequest.objects.filter(pk=export.pk).update(state="done")
    second = request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]
    sandbox.faults({"kind": "reset", "operation": CREATE})
    advance_until(second, "waiting")
    assert second.remote_id != export.remote_id
    assert exports_made(sandbox) == 2


def test_a_wait_the_api_asks_for_is_kept(export, sandbox):
    sandbox.faults({"kind": "status", "status": 429, "operation": CREATE, "headers": {"Retry-After": "42"}})
    began = timezone.now()
    assert advance(export).state == "waiting_rate"
    assert began + timedelta(seconds=41) < export.due_at <= timezone.now() + timedelta(seconds=42)
    assert not export.attempts.exists()
    calls = len(sandbox.journal())
    assert advance(export).state == "waiting_rate"
    assert len(sandbox.journal()) == calls
    cache.clear()  # as if the 42 seconds had passed
    assert advance(export).state == "waiting"


def test_the_services_daily_limit_defers_the_export(export, sandbox):
    sandbox.settings(exports_per_day=0)
    sandbox.faults(
        {"kind": "status", "status": 429, "operation": CREATE, "headers": {"Retry-After": "40000"}}
    )
    assert advance(export).state == "deferred"
    assert due_in(export) > timedelta(hours=11)


def test_our_own_ledger_defers_the_export_without_asking(export, admin, admin_connection, sandbox, settings):
    settings.EXPORTS_PER_DAY = 1
    advance(export)
    other = request_export(admin, admin_connection, spec_of(delimiter=","), uuid.uuid4())[0]
    assert advance(other).state == "deferred"
    assert timedelta(hours=23) < due_in(other) <= timedelta(hours=24)
    assert len(sandbox.journal(CREATE)) == 1
    ExportAttempt.objects.update(started_at=Now() - timedelta(hours=25))
    assert advance(other).state == "waiting"


def test_a_refused_key_waits_for_a_new_one_and_goes_on(export, sandbox, admin, service):
    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.revoked_key))
    assert advance(export).state == "blocked_auth"
    calls = len(sandbox.journal())
    advance(export)
    assert advance(export).state == "blocked_auth"
    assert len(sandbox.journal()) == calls
    assert Message.objects.filter(subject__contains="waits for a key").count() == 1
    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.admin_key))
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


def test_a_removed_key_waits_for_a_new_one_and_keeps_what_was_made(
    export, sandbox, admin, service, admin_connection
):
    advance(export)
    admin_connection.delete()
    assert advance(export).state == "blocked_auth"
    save_key(admin, service, Connection.Authentication.API_KEY, Secret(sandbox.admin_key))
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 422])
def test_a_refusal_fails_the_export_with_the_apis_words(export, sandbox, status):
    sandbox.faults(
        {"kind": "status", "status": status, "operation": CREATE, "body": {"message": "Not that way."}}
    )
    assert advance(export).state == "failed"
    assert "Not that way." in export.message
    assert "failed" in Message.objects.get().subject
    assert "Not that way." in Message.objects.get().text


WHITELIST = {"kind": "status", "status": 403, "body": {"message": "This IP address is not whitelisted."}}
FIREWALL = {"kind": "html", "status": 403}


@pytest.mark.parametrize("operation", [CREATE, "listExports"])
def test_an_address_that_is_not_whitelisted_waits_and_goes_on_by_itself(export, sandbox, operation):
    sandbox.faults(WHITELIST | {"operation": operation, "times": 2})
    assert advance(export).state == "blocked_auth"
    assert "not whitelisted" in export.message
    assert "have this site's address allowed" in export.next_words
    calls = len(sandbox.journal())
    assert advance(export).state == "blocked_auth"
    assert len(sandbox.journal()) == calls
    for state in ("queued", "blocked_auth", "blocked_auth", "queued"):
        if state == "queued":
            ExportRequest.objects.filter(pk=export.pk).update(state_since=Now() - timedelta(minutes=11))
        assert advance(export).state == state
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1
    assert Message.objects.filter(subject__contains="waits for a key").count() == 1


def test_an_address_that_works_again_elsewhere_lets_the_export_go_on_at_once(export, sandbox, admin_client):
    sandbox.faults(WHITELIST | {"operation": CREATE})
    assert advance(export).state == "blocked_auth"
    admin_client.get("/exports/")
    assert advance(export).state == "queued"
    advance_until(export, "ready")


@pytest.mark.parametrize(
    ("operation", "status"),
    [(CREATE, 400), (CREATE, 403), (CREATE, 404), ("listExports", 403), ("listExports", 404)],
)
def test_the_page_of_a_firewall_is_no_word_of_the_api_and_ends_nothing(export, sandbox, operation, status):
    sandbox.faults({"kind": "html", "status": status, "operation": operation})
    assert advance(export).state == "queued"
    advance_until(export, "ready")
    assert exports_made(sandbox) == 1


@pytest.mark.parametrize("status", [403, 404])
def test_the_page_of_a_firewall_ends_no_export_in_the_making(export, sandbox, status):
    advance(export)
    sandbox.faults({"kind": "html", "status": status, "operation": "getExport", "times": 4})
    for _ in range(4):
        assert advance(export).state == "waiting"
    advance_until(export, "ready")


@pytest.mark.parametrize("status", [408, 409, 423])
def test_a_refusal_of_the_moment_is_tried_again_and_ends_the_export_only_when_it_stays(
    export, sandbox, status
):
    body = {"message": "Another report is being made."}
    sandbox.faults({"kind": "status", "status": status, "operation": CREATE, "body": body})
    assert advance(export).state == "queued"
    assert export.message == body["message"]
    sandbox.faults({"kind": "status", "status": status, "operation": CREATE, "body": body, "times": None})
    advance_until(export, "failed", most=12)
    assert body["message"] in export.message


def test_an_export_that_was_canceled_at_the_api_is_canceled_on_every_page(
    admin, admin_connection, admin_client
):
    odd = spec_of(columns=("conversion_time", "sandbox_cancel"))
    export = request_export(admin, admin_connection, odd, uuid.uuid4())[0]
    advance_until(export, "canceled")
    assert export.state_words == "Canceled"
    assert export.message == "The export was canceled at the API, not here."
    own = admin_client.get(export.get_absolute_url()).content.decode()
    listed = admin_client.get("/exports/").content.decode()
    assert "Failed" not in own.partition("Settings")[0]
    assert ">Canceled<" in listed
    assert "was canceled at the API" in Message.objects.get().subject


def test_a_402_is_looked_up_once_before_it_counts_as_failed(export, sandbox):
    sandbox.faults({"kind": "status", "status": 402, "operation": CREATE, "body": {"message": "No luck."}})
    assert advance(export).state == "unknown"
    advance_until(export, "failed")
    assert export.message == "No luck."
    assert len(sandbox.journal(CREATE)) == 1


def test_a_service_that_is_away_is_tried_again_without_using_an_attempt(export, sandbox):
    sandbox.faults({"kind": "status", "status": 503, "operation": "listExports"})
    began = timezone.now()
    assert advance(export).state == "queued"
    assert export.due_at > began + timedelta(seconds=2)
    assert not export.attempts.exists()
    assert advance(export).state == "waiting"


def test_an_export_that_fails_at_the_api_says_why(admin, admin_connection, sandbox):
    failing = spec_of(columns=("conversion_time", "sandbox_fail"))
    export = request_export(admin, admin_connection, failing, uuid.uuid4())[0]
    advance_until(export, "failed")
    assert export.message == "The report could not be made."
    assert "The report could not be made." in Message.objects.get().text


def test_a_status_we_do_not_know_is_shown_as_it_came_and_asking_goes_on(admin, admin_connection, sandbox):
    odd = spec_of(columns=("conversion_time", "sandbox_unknown"))
    export = request_export(admin, admin_connection, odd, uuid.uuid4())[0]
    advance(export)
    assert advance(export).state == "waiting"
    assert export.state_words == "? UNKNOWN"
    ExportRequest.objects.update(made_at=timezone.now() - timedelta(hours=25))
    assert advance(export).state == "needs_attention"


def test_looks_at_a_running_export_grow_rarer(export, sandbox):
    sandbox.settings(export_pending_seconds=3600)
    advance(export)
    assert list(POLLS) == sorted(POLLS)
    assert (POLLS[0], POLLS[-1]) == (2, 60)
    for wait in (*POLLS[1:], POLLS[-1]):
        began = timezone.now()
        advance(export)
        # However long the step took: the wait counts from a moment within it.
        assert began + timedelta(seconds=wait) <= export.due_at <= timezone.now() + timedelta(seconds=wait)


def test_an_export_that_vanished_at_the_api_fails_after_three_looks(export, sandbox):
    advance(export)
    sandbox.faults({"kind": "status", "status": 404, "operation": "getExport", "times": 3})
    assert advance(export).state == "waiting"
    assert advance(export).state == "waiting"
    assert advance(export).state == "failed"


def test_an_export_that_is_not_listed_yet_after_bad_moments_of_the_api_is_not_given_up(export, sandbox):
    advance(export)
    bad = {"kind": "status", "status": 503, "operation": "getExport", "times": 2}
    sandbox.faults(bad, {"kind": "status", "status": 404, "operation": "getExport", "times": 2})
    for _ in range(4):
        assert advance(export).state == "waiting", export.message
    advance_until(export, "ready")


def test_a_finished_export_with_odd_facts_is_ready_all_the_same(export, sandbox):
    advance(export)
    record = {
        "id": export.remote_id,
        "status": "COMPLETED",
        "artifact": {"name": "x" * 600, "size": -1},
        "results_meta": {"total": 2**70, "duration_seconds": 10**12},
    }
    sandbox.faults({"kind": "wrong_shape", "operation": "getExport", "body": {"data": record}})
    assert advance(export).state == "ready"
    # A name that does not fit is no name: the download asks for it.
    assert (export.artifact_name, export.rows, export.duration_seconds) == ("", None, None)


@pytest.mark.parametrize("steps", [0, 1])
def test_a_canceled_export_is_not_mailed(export, sandbox, steps):
    for _ in range(steps):
        advance(export)
    assert cancel(export)
    assert advance(export).state == "canceled"
    assert exports_made(sandbox) == steps
    assert not Message.objects.exists()
    assert not cancel(export)


def test_canceling_while_the_outcome_is_unknown_finds_out_first(export, sandbox):
    sandbox.faults({"kind": "reset_after_effect", "operation": CREATE})
    advance(export)
    cancel(export)
    advance_until(export, "canceled")
    assert export.remote_id
    assert not Message.objects.exists()


def test_an_export_of_a_closed_account_stops_before_the_next_call(export, sandbox, admin):
    admin.is_active = False
    admin.save()
    assert advance(export).state == "canceled"
    assert sandbox.journal() == []


def test_an_export_of_somebody_who_may_export_no_more_stops_before_the_next_call(export, sandbox, admin):
    admin.role = Role.VIEWER
    admin.save()
    assert advance(export).state == "canceled"
    assert (
        export.message
        == "Its owner's role does not allow it any more: it takes an account manager or an admin."
    )
    assert sandbox.journal() == []


def test_a_form_sent_twice_asks_once(admin, admin_connection):
    nonce = uuid.uuid4()
    first, is_new = request_export(admin, admin_connection, spec_of(), nonce)
    again, is_new_again = request_export(admin, admin_connection, spec_of(delimiter="|"), nonce)
    assert (is_new, is_new_again) == (True, False)
    assert again == first


def test_an_equal_request_in_flight_is_joined(admin, admin_connection):
    first, _ = request_export(admin, admin_connection, spec_of(), uuid.uuid4())
    again, is_new = request_export(admin, admin_connection, spec_of(), uuid.uuid4())
    assert again == first
    assert not is_new
    other, is_new = request_export(admin, admin_connection, spec_of(delimiter="|"), uuid.uuid4())
    assert other != first
    assert is_new


def test_nothing_secret_is_kept_or_queued(export, sandbox):
    from django.core import serializers
    from django_q.models import OrmQ

    advance_until(export, "ready")
    texts = [serializers.serialize("json", [export, *Message.objects.all(), *export.attempts.all()])]
    texts += [str(task.task) for task in OrmQ.objects.all()]
    assert len(texts) > 1
    assert not any(sandbox.admin_key in text or "signature" in text for text in texts)
