"""The page of any export of the API: its state, its file, deleting it, asking again."""

import uuid
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.exports.models import ExportRequest
from apps.mail.models import Message
from apps.ui.files.download_limits import TooManyDownloads, opening_slots
from tests.exports.conftest import advance, advance_until

DONE, FAILED = "exp-000008", "exp-000003"


def text_of(response) -> str:
    return response.content.decode()


def url(service, remote_id=DONE, page="remote"):
    return reverse(f"exports:{page}", args=[service.pk, remote_id])


def test_the_page_tells_all_that_the_api_tells_but_no_secret(admin_client, service, sandbox):
    response = admin_client.get(url(service))
    page = text_of(response)
    for words in ("6,720", "38 s", "Ready", "Kept until", "usr-main-001", "UTC", "Download"):
        assert words in page
    assert "a spreadsheet may run one that looks like a formula" in page
    token = response.context["remote"].guest_token
    assert token
    assert token not in page
    # One call for the export, one for the name of who asked.
    assert [entry["operation"] for entry in sandbox.journal()] == ["getExport", "listUsers"]


def test_the_file_comes_under_a_name_that_says_what_it_is(manager_client, service, sandbox):
    for _ in range(2):
        response = manager_client.get(url(service, page="remote_download"))
        body = b"".join(response.streaming_content)
    assert body.splitlines()[0] == b"date_time,offer,publisher,status,geo_country"
    assert 'filename="clicks_int-eu_2026-' in response["Content-Disposition"]
    assert len(sandbox.journal("getExportUrl")) == 2


def test_one_person_gets_so_many_files_at_a_time_and_others_go_on(
    admin_client, manager_client, service, sandbox, settings
):
    settings.STREAMS_PER_PERSON = 2
    address = url(service, page="remote_download")
    under_way = [admin_client.get(address) for _ in range(2)]
    refused = admin_client.get(address)
    assert (refused.status_code, refused["Retry-After"]) == (429, "10")
    assert "You are downloading 2 files already." in text_of(refused)
    assert len(sandbox.journal("getExportUrl")) == 2
    assert b"".join(manager_client.get(address).streaming_content)
    assert b"".join(under_way[0].streaming_content)
    assert b"".join(admin_client.get(address).streaming_content)
    settings.STREAMS_AT_ONCE = 1
    busy = manager_client.get(address)
    assert busy.status_code == 503
    assert "Many files are being downloaded" in text_of(busy)
    del under_way


def test_files_that_are_waited_for_leave_threads_for_pages(admin_client, service, settings):
    settings.WEB_THREADS = 8
    address = url(service, page="remote_download")
    with ExitStack() as waiting:
        for _ in range(2):
            waiting.enter_context(opening_slots.opening(is_guest=True))
        with pytest.raises(TooManyDownloads):
            waiting.enter_context(opening_slots.opening(is_guest=True))
        for _ in range(2):
            waiting.enter_context(opening_slots.opening(is_guest=False))
        settings.STREAMS_PER_PERSON = 1
        for _ in range(2):
            refused = admin_client.get(address)
            assert (refused.status_code, refused["Retry-After"]) == (503, "10")
        assert "their host is slow to answer" in text_of(refused)
    assert b"".join(admin_client.get(address).streaming_content)


def test_a_file_that_is_not_given_takes_no_place(admin_client, service, settings):
    settings.STREAMS_PER_PERSON = 1
    for _ in range(3):
        assert admin_client.get(url(service, FAILED, "remote_download")).status_code == 409


def test_a_failed_one_gives_its_reason_in_full_and_offers_halves(admin_client, service):
    page = text_of(admin_client.get(url(service, FAILED)))
    assert "The report could not be made." in page
    assert "Split in halves" in page
    assert "report=postback-logs" in page
    response = admin_client.get(url(service, FAILED, "remote_download"))
    assert response.status_code == 409
    assert "its state is “Failed”" in text_of(response)


def test_asking_again_carries_the_settings_over(admin_client, service):
    again = admin_client.get(url(service)).context["again_url"]
    form = admin_client.get(again).context["form"]
    assert form.report.slug == "clicks"
    assert form["columns"].value() == ["date_time", "offer", "publisher", "status", "geo_country"]
    assert (form["time_zone"].value(), form["integration"].value()) == ("UTC", "int-eu")
    assert f"{form['start_time'].value():%H:%M:%S}" == "00:00:00"


def test_a_running_one_is_followed_and_a_bad_moment_of_the_api_ends_nothing(
    admin_client, service, export, sandbox
):
    sandbox.settings(export_pending_seconds=3600)
    advance(export)
    address = url(service, export.remote_id)
    fragment = {"HX-Request": "true", "HX-Target": "progress"}
    assert 'hx-trigger="every 15s"' in text_of(admin_client.get(address))
    sandbox.faults({"kind": "status", "operation": "getExport", "times": None, "status": 503})
    page = text_of(admin_client.get(address, headers=fragment))
    assert 'hx-trigger="every 60s"' in page
    assert "<html" not in page
    assert admin_client.get(address).status_code == 502


def test_one_that_is_gone_and_a_service_that_is_none_are_not_found(admin_client, service):
    assert admin_client.get(url(service, "exp-999999")).status_code == 404
    assert admin_client.get(reverse("exports:remote", args=[uuid.uuid4(), DONE])).status_code == 404


def test_deleting_asks_first_and_then_removes_it_for_everybody(admin_client, service, sandbox):
    address = url(service, DONE, "remote_delete")
    page = text_of(admin_client.get(address))
    assert "for everybody. It cannot be undone." in page
    assert sandbox.journal("deleteExport") == []
    response = admin_client.post(address, follow=True)
    assert "The export and its file are deleted." in text_of(response)
    assert admin_client.get(url(service)).status_code == 404


def test_our_own_row_then_says_removed_and_keeps_what_was_asked(admin_client, export, service):
    advance_until(export, "ready")
    response = admin_client.post(url(service, export.remote_id, "remote_delete"), follow=True)
    assert response.redirect_chain[-1][0] == export.get_absolute_url()
    page = text_of(response)
    assert "Removed" in page
    assert "Run again" in page
    assert "Delete…" not in page
    assert admin_client.get(f"/exports/{export.pk}/download/").status_code == 409
    assert "Removed" in text_of(admin_client.get("/exports/?tab=mine"))


def test_deleting_one_that_runs_cancels_it_so_that_no_mail_comes(admin_client, export, service, sandbox):
    sandbox.settings(export_pending_seconds=3600)
    advance(export)
    admin_client.post(url(service, export.remote_id, "remote_delete"))
    assert advance(export).state == "canceled"
    assert not Message.objects.exists()


def test_who_asked_may_delete_it_and_others_may_not(manager, manager_client, service, export):
    advance_until(export, "ready")
    address = url(service, export.remote_id, "remote_delete")
    assert manager_client.get(address).status_code == 403
    assert manager_client.post(address).status_code == 403
    assert "Delete…" not in text_of(manager_client.get(url(service, export.remote_id)))
    ExportRequest.objects.update(owner=manager)
    assert manager_client.get(address).status_code == 200


@pytest.mark.parametrize("kind", ["reset_after_effect", "reset"])
def test_a_lost_answer_is_looked_up_before_anything_is_said(admin_client, service, sandbox, kind):
    sandbox.faults({"kind": kind, "operation": "deleteExport", "times": None})
    response = admin_client.post(url(service, DONE, "remote_delete"))
    if kind == "reset_after_effect":
        assert response.status_code == 302
        assert admin_client.get(url(service)).status_code == 404
    else:
        assert response.status_code == 504
        assert "It is still there" in text_of(response)


def test_a_lost_answer_that_cannot_be_looked_up_is_called_unknown(admin_client, service, sandbox):
    sandbox.faults(
        {"kind": "reset", "operation": "deleteExport", "times": None},
        {"kind": "status", "operation": "getExport", "times": None, "status": 503},
    )
    response = admin_client.post(url(service, DONE, "remote_delete"))
    assert response.status_code == 504
    assert "not known whether it was deleted" in text_of(response)


def test_the_page_asks_once_whether_it_was_asked_for_here(admin_client, service):
    with CaptureQueriesContext(connection) as queries:
        admin_client.get(url(service))
    assert sum('"exports_exportrequest"."remote_id" =' in query["sql"] for query in queries) == 1
