"""The export pages: the form, the live list, one export, the download."""

import re
import uuid

import pytest
from django.db.models.functions import Now
from django.urls import reverse

from apps.exports.models import ExportRequest
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from tests.exports.conftest import advance, advance_until
from tests.support.people import signed_in

CREATE = "/exports/new/"


def typed(**changes):
    values = {
        "integration": "int-eu",
        "start_time": "2026-11-01T00:00:00",
        "end_time": "2026-11-02T23:59:59",
        "time_zone": "Europe/Berlin",
        "columns": ["conversion_time", "payout"],
        "more_columns": "",
        "delimiter": "semicolon",
        "extra_parameters": "",
        "nonce": str(uuid.uuid4()),
    }
    return values | changes


def text_of(response) -> str:
    return response.content.decode()


def test_an_export_of_a_filtered_report_leads_to_its_rows_alone(admin_client, admin, sandbox):
    page = "/reports/conversions/?integration_id=int-eu&filter[publisher]=5001&filter[status]=Approved"
    fields = {"columns": ["conversion_time", "status", "publisher_id"], "requested_from": page}
    form = text_of(admin_client.get(CREATE, fields))
    assert "publisher_id 5001, status Approved" in form
    admin_client.post(CREATE, typed(**fields))
    export = advance_until(ExportRequest.objects.get(), "ready")
    shown = text_of(admin_client.get(export.get_absolute_url()))
    assert "?filter[publisher_id]=5001&amp;filter[status]=Approved" in shown
    assert "Preview and analyse: only" in shown


def test_the_form_asks_for_an_export_and_leads_to_its_page(admin_client, sandbox):
    response = admin_client.post(CREATE, typed(more_columns="my_column, offer"), follow=True)
    export = ExportRequest.objects.get()
    assert response.redirect_chain[-1][0] == f"/exports/{export.pk}/"
    assert export.columns == ["conversion_time", "payout", "my_column", "offer"]
    assert (export.start_time, export.end_time) == ("2026-11-01 00:00:00", "2026-11-02 23:59:59")
    assert export.delimiter == ";"
    assert "Conversions export" in text_of(response)
    assert sandbox.journal("downloadConversions") == []


def test_sending_the_same_form_twice_leads_to_the_same_export(admin_client):
    values = typed()
    first = admin_client.post(CREATE, values)
    assert admin_client.post(CREATE, values)["Location"] == first["Location"]
    assert admin_client.post(CREATE, typed())["Location"] == first["Location"]
    assert ExportRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"end_time": "2026-10-01T00:00:00"}, "end_time", "The end is before the start."),
        (
            {"start_time": "2099-01-01T00:00:00", "end_time": "2099-01-02T00:00:00"},
            "start_time",
            "in the future",
        ),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "There is no time zone"),
        ({"columns": []}, "columns", "Choose at least one column."),
        ({"start_time": "soon"}, "start_time", "Write a date and time"),
        ({"more_columns": "a b<c"}, "more_columns", "cannot be a name"),
        ({"integration": "int-other"}, "integration", "not one of the available choices"),
        ({"start_time": ""}, "start_time", "This field is required."),
    ],
)
def test_wrong_input_is_named_at_its_field_and_nothing_typed_is_lost(admin_client, change, field, words):
    response = admin_client.post(CREATE, typed(extra_parameters="sub_id_9") | change)
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    page = text_of(response)
    assert "error-summary" in page
    assert 'value="sub_id_9"' in page
    assert not ExportRequest.objects.exists()


def test_a_range_preset_fills_in_start_and_end_and_keeps_the_rest(admin_client):
    response = admin_client.post(CREATE, typed(range="yesterday", more_columns="my_column"))
    assert response.status_code == 200
    page = text_of(response)
    start, end = re.findall(r'name="(?:start|end)_time" value="([^"]+)"', page)
    assert start.endswith("T00:00:00")
    assert end == start.replace("00:00:00", "23:59:59")
    assert 'value="my_column"' in page
    assert not ExportRequest.objects.exists()


def test_a_column_preset_chooses_columns(admin_client):
    response = admin_client.post(CREATE, typed(column_preset="everything", columns=[]))
    page = text_of(response)
    assert page.count("checked") == len(re.findall(r'name="columns"', page)) > 20
    assert 'value="2026-11-01T00:00:00"' in page


@pytest.mark.parametrize("report", ["conversions", "clicks", "impressions", "postback-logs"])
def test_each_report_has_its_form(admin_client, report):
    response = admin_client.get(CREATE, {"report": report})
    page = text_of(response)
    assert response.status_code == 200
    assert f'value="{report}"' in page
    assert "10 of 10 exports left today" in page
    assert ("extra_parameters" in page) is (report != "postback-logs")


def test_a_person_without_a_key_is_led_to_store_one(admin):
    response = signed_in(admin).get(CREATE)
    assert reverse("connections:list") in text_of(response)
    assert "No key yet" in text_of(response)


def test_the_list_polls_while_something_runs_and_then_stops(admin_client, export):
    page = text_of(admin_client.get("/exports/"))
    assert 'hx-trigger="every 3s"' in page
    advance_until(export, "ready")
    fragment = admin_client.get("/exports/", headers={"HX-Request": "true", "HX-Target": "exports"})
    assert "<html" not in text_of(fragment)
    assert "hx-trigger" not in text_of(fragment)
    assert "Download" in text_of(fragment)


def progress_of(client, export, shown):
    """What the open page gets when it asks for its progress again."""
    headers = {"HX-Request": "true", "HX-Target": "progress"}
    return text_of(client.get(export.get_absolute_url(), {"shown": shown}, headers=headers))


def test_the_page_of_an_export_follows_it_without_reload_until_its_mail_left(admin_client, export):
    page = text_of(admin_client.get(export.get_absolute_url()))
    assert "Queued" in page
    assert 'hx-trigger="every 3s"' in page
    advance(export)
    assert 'hx-trigger="every 3s"' in progress_of(admin_client, export, "Queued")
    advance_until(export, "ready")
    fragment = progress_of(admin_client, export, "Running")
    assert "Download" in fragment
    assert "Conversions export: Ready." in fragment
    assert "Waiting to be sent" in fragment and 'hx-trigger="every 3s"' in fragment
    assert "Conversions export: Ready." not in progress_of(admin_client, export, "Ready")

    message = Message.objects.get()
    Message.objects.update(error="The mail server is away.")
    assert 'hx-trigger="every 15s"' in progress_of(admin_client, export, "Ready")
    Message.objects.update(due_at=Now())
    take_turn("mail.Message", str(message.pk))
    assert "Sent <time" in progress_of(admin_client, export, "Ready")
    advance_until(export, "done")
    assert "hx-trigger" not in progress_of(admin_client, export, "Ready")


def test_an_empty_list_says_what_to_do(admin_client):
    assert "No exports yet" in text_of(admin_client.get("/exports/?tab=mine"))


def test_ask_again_starts_from_the_earlier_export(admin_client, export):
    page = text_of(admin_client.get(CREATE, {"report": "conversions", "again": str(export.pk)}))
    assert 'value="2026-11-01T00:00:00"' in page
    assert 'value="Europe/Berlin"' in page


def test_cancel_stops_an_export(admin_client, export):
    response = admin_client.post(f"/exports/{export.pk}/cancel/", follow=True)
    assert "Canceling" in text_of(response)
    advance(export)
    assert "Canceled" in text_of(admin_client.get(export.get_absolute_url()))


def test_the_download_streams_the_file_under_its_own_name(admin_client, export, sandbox):
    advance_until(export, "ready")
    response = admin_client.get(f"/exports/{export.pk}/download/")
    body = b"".join(response.streaming_content)
    assert response["Content-Disposition"] == (
        'attachment; filename="conversions_int-eu_2026-11-01_2026-11-02.csv"'
    )
    assert body.splitlines()[0] == b"conversion_time;offer;payout"
    assert len(body.splitlines()) - 1 == export.rows
    assert response["Content-Type"].startswith("text/csv")
    files = [entry for entry in sandbox.journal() if entry["path"].startswith("/files/")]
    assert [entry["key"] for entry in files] == ["none"]


def test_each_download_gets_a_fresh_address_that_no_page_shows(admin_client, export, sandbox):
    advance_until(export, "ready")
    for _ in range(2):
        b"".join(admin_client.get(f"/exports/{export.pk}/download/").streaming_content)
    assert len(sandbox.journal("getExportUrl")) == 2
    assert "signature" not in text_of(admin_client.get(export.get_absolute_url()))


def test_a_download_before_the_file_is_there_says_so(admin_client, export):
    response = admin_client.get(f"/exports/{export.pk}/download/")
    assert response.status_code == 409
    assert "This export has no file" in text_of(response)


def test_a_file_whose_host_refuses_gives_a_page_and_not_a_file(admin_client, export, sandbox):
    advance_until(export, "ready")
    sandbox.settings(signed_url_seconds=0)
    response = admin_client.get(f"/exports/{export.pk}/download/")
    assert response.status_code == 502
    assert "File not available" in text_of(response)
    assert "Content-Disposition" not in response


def test_an_address_on_a_private_host_is_not_fetched(admin_client, export, sandbox):
    advance_until(export, "ready")
    sandbox.faults(
        {
            "kind": "status",
            "status": 200,
            "operation": "getExportUrl",
            "body": {"url": "http://10.0.0.1/file.csv?signature=canary"},
        }
    )
    response = admin_client.get(f"/exports/{export.pk}/download/")
    assert response.status_code == 502
    assert "canary" not in text_of(response)


def test_nobody_sees_another_persons_export(export, manager_client):
    for path in ("", "download/"):
        assert manager_client.get(f"/exports/{export.pk}/{path}").status_code == 404
    assert manager_client.post(f"/exports/{export.pk}/cancel/").status_code == 404
    assert str(export.pk) not in text_of(manager_client.get("/exports/"))
    again = text_of(manager_client.get(CREATE, {"report": "conversions", "again": str(export.pk)}))
    assert 'value="2026-11-01T00:00:00"' not in again


def test_a_get_asks_the_api_for_no_export(admin_client, export, sandbox):
    for path in (CREATE, export.get_absolute_url(), "/exports/?tab=mine"):
        admin_client.get(path)
    assert sandbox.journal() == []
    for path in ("/exports/", f"{CREATE}quota/"):
        admin_client.get(path)
    assert {entry["operation"] for entry in sandbox.journal()} == {"listExports", "listUsers"}


def test_a_slow_api_holds_a_download_no_longer_than_any_other_page(admin_client, export, sandbox, settings):
    advance_until(export, "ready")
    settings.PAGE_DEADLINE_SECONDS = 0.2
    sandbox.latency(1000)
    response = admin_client.get(f"/exports/{export.pk}/download/")
    assert response.status_code == 502
    assert "did not answer in time" in text_of(response)
