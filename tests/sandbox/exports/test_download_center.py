"""Exports: their course, their list, their files and addresses."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
import requests

from apps.sandbox.exports import download_center

DOWNLOADS = "/integrations/int-eu/reports/downloads"
EXPORTS = "/download-center/exports"
ASKED = {
    "start_time": "2026-01-01 00:00:00",
    "end_time": "2026-01-01 06:00:00",
    "timezone": "Europe/Berlin",
    "fields": "date_time,offer,status",
    "extra_parameters": "sub_id",
    "delimiter": ";",
}


@pytest.fixture
def asked():
    """A good request about the last hours, so that there are rows."""
    day = datetime.now(UTC) - timedelta(days=2)
    return ASKED | {"start_time": f"{day:%Y-%m-%d} 00:00:00", "end_time": f"{day:%Y-%m-%d} 06:00:00"}


def test_an_export_runs_through_its_states_by_the_clock(call, sandbox, asked):
    sandbox.settings(export_pending_seconds=1000, export_running_seconds=1000)
    made = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    assert (made["status"], made["type"], "artifact" in made) == ("PENDING", "click_logs", False)
    sandbox.settings(export_pending_seconds=0)
    running = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    assert running["status"] == "IN_PROGRESS"
    sandbox.settings(export_running_seconds=0)
    done = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    shown = call("GET", f"{EXPORTS}/{done['id']}").json()["data"]
    assert (shown["status"], shown["error"]) == ("COMPLETED", None)
    assert shown["results_meta"]["total"] == 240
    assert call("GET", f"{EXPORTS}/{made['id']}").json()["data"]["artifact"] is None
    listed = call("GET", EXPORTS).json()["data"]
    assert [one["id"] for one in listed[:3]] == [done["id"], running["id"], made["id"]]


def test_the_file_has_the_columns_rows_and_delimiter_asked_for(call, asked):
    export = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    address = call("GET", "/download-center/export-url", params={"artifact_name": export["artifact"]["name"]})
    answer = requests.get(address.json()["url"], timeout=60)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{export["artifact"]["name"]}"'
    rows = list(csv.reader(io.StringIO(answer.text), delimiter=";"))
    assert rows[0] == ["date_time", "offer", "status", "sub_id"]
    assert len(rows) == 241
    assert all(asked["start_time"] <= row[0] <= asked["end_time"] for row in rows[1:])


def test_a_signed_address_ends_and_cannot_be_forged(call, sandbox, asked):
    name = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()["artifact"]["name"]
    address = call("GET", "/download-center/export-url", params={"artifact_name": name}).json()["url"]
    sandbox.settings(signed_url_seconds=0)
    assert requests.get(address.replace("signature=", "signature=0"), timeout=60).status_code == 403
    other = address.replace(name, "conversion_logs_int-eu_exp-000001.csv")
    assert requests.get(other, timeout=60).status_code == 403
    expired = download_center.signed_url(
        sandbox.origin, sandbox.application.exports.url_secret, name, 1_000_000
    )
    assert "expired" in requests.get(expired, timeout=60).json()["message"]


def test_a_shared_address_needs_the_guest_token_and_no_key(call, asked):
    export = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    name, token = export["artifact"]["name"], export["guest_token"]
    shared = "/download-center/shared/export-url"
    good = call("GET", shared, key=None, params={"artifact_name": name, "token": token})
    assert good.json()["url"].startswith("http://127.0.0.1")
    assert call("GET", shared, key=None, params={"artifact_name": name, "token": "x"}).status_code == 404
    assert call("GET", shared, key=None, params={"artifact_name": name}).status_code == 401


def test_a_deleted_export_takes_its_file_along(call, asked):
    export = call(
        "GET", f"{DOWNLOADS}/conversions", params=asked | {"fields": "conversion_time,payout"}
    ).json()
    name = {"artifact_name": export["artifact"]["name"]}
    address = call("GET", "/download-center/export-url", params=name).json()["url"]
    assert call("DELETE", f"{EXPORTS}/{export['id']}").status_code == 200
    assert requests.get(address, timeout=60).status_code == 404
    assert call("GET", f"{EXPORTS}/{export['id']}").status_code == 404


def test_the_eleventh_export_of_a_day_is_refused(call, asked, sandbox):
    for _ in range(10):
        assert call("GET", f"{DOWNLOADS}/impressions", params=asked).status_code == 200
    refused = call("GET", f"{DOWNLOADS}/impressions", params=asked)
    assert refused.status_code == 429
    assert 86_300 < int(refused.headers["Retry-After"]) <= 86_401
    assert [entry["effect"] for entry in sandbox.journal()].count(None) == 1
    own = {"key": sandbox.other_organisation_key, "params": asked}
    assert call("GET", "/integrations/int-other/reports/downloads/clicks", **own).status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fields": "date_time,colour"}, "fields"),
        ({"fields": ""}, "fields"),
        ({"delimiter": ";;"}, "delimiter"),
        ({"start_time": "yesterday"}, "start_time"),
    ],
)
def test_a_bad_request_makes_no_export(change, field, call, asked):
    before = call("GET", EXPORTS).json()["meta"]["total_count"]
    answer = call("GET", f"{DOWNLOADS}/clicks", params=asked | change)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert call("GET", EXPORTS).json()["meta"]["total_count"] == before


@pytest.mark.parametrize(
    ("column", "status"),
    [("sandbox_fail", "ERROR"), ("sandbox_cancel", "CANCELED"), ("sandbox_unknown", "UNKNOWN")],
)
def test_an_export_can_end_badly(column, status, call, asked):
    export = call("GET", f"{DOWNLOADS}/clicks", params=asked | {"extra_parameters": column}).json()
    assert (export["status"], export.get("artifact")) == (status, None)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("filter[status]=ERROR", lambda one: one["status"] == "ERROR"),
        ("filter[type]=click_logs", lambda one: one["type"] == "click_logs"),
        ("filter[results_meta.total][gte]=1&sort=created_at", lambda one: one["results_meta"]["total"] >= 1),
        (
            "filter[results_meta.duration_seconds][lte]=33",
            lambda one: one["results_meta"]["duration_seconds"] <= 33,
        ),
        (
            "filter[reports_query_option.filters.integration_id.equalvalues]=int-us",
            lambda one: one["integration"] == "int-us",
        ),
    ],
)
def test_the_documented_filters_of_the_list(query, holds, call):
    found = call("GET", f"{EXPORTS}?{query}").json()["data"]
    assert 0 < len(found) < 8
    assert all(holds(export) for export in found)


def test_the_exact_start_filter(call, asked):
    made = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()
    query = {"filter[reports_query_option.start_date]": asked["start_time"]}
    assert [one["id"] for one in call("GET", EXPORTS, params=query).json()["data"]] == [made["id"]]


def test_completed_is_no_value_of_the_status_filter(call):
    assert call("GET", EXPORTS, params={"filter[status]": "COMPLETED"}).status_code == 400


def test_a_new_export_may_be_listed_late(call, sandbox, asked):
    sandbox.settings(hide_new_exports_seconds=1000)
    made = call("GET", f"{DOWNLOADS}/clicks", params=asked).json()["id"]
    assert made not in [one["id"] for one in call("GET", EXPORTS).json()["data"]]
    sandbox.settings(hide_new_exports_seconds=0)
    assert made in [one["id"] for one in call("GET", EXPORTS).json()["data"]]
