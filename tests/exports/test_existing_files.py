"""Before an export is asked for: a file that exists is offered, whoever asked for it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.connections.access import client_for
from apps.exports.models import ExportRequest
from apps.exports.remote import read_remote
from tests.exports.conftest import advance_until, wanted
from tests.exports.test_pages import CREATE, text_of, typed
from tests.support.people import connect, signed_in


@pytest.fixture
def finished(export):
    return advance_until(export, "ready")


def same(**changes):
    return typed(columns=["conversion_time", "offer", "payout"]) | changes


def test_an_identical_file_is_offered_first_and_a_new_one_second(admin_client, finished, sandbox):
    page = text_of(admin_client.post(CREATE, same()))
    assert "This file exists" in page
    assert "The same range, columns and format." in page
    assert f'href="{finished.get_absolute_url()}"' in page
    assert ExportRequest.objects.count() == 1
    response = admin_client.post(CREATE, same(anyway="1"))
    assert response.status_code == 302
    assert ExportRequest.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ["payout"]},
        {"start_time": "2026-11-01T10:00:00"},
        {"delimiter": "comma"},
        {"columns": ["payout", "offer", "conversion_time"]},
    ],
)
def test_a_file_that_covers_it_is_offered_too(admin_client, finished, changes):
    page = text_of(admin_client.post(CREATE, same(**changes)))
    assert "It holds more than you ask for" in page


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": ["payout", "revenue"]},
        {"end_time": "2026-11-03T00:00:00"},
        {"time_zone": "UTC"},
        {"integration": "int-us"},
        {"extra_parameters": "sub_id_9"},
    ],
)
def test_a_file_that_lacks_something_is_not(admin_client, finished, changes):
    assert admin_client.post(CREATE, same(**changes)).status_code == 302


def test_a_file_that_was_deleted_is_not(admin_client, finished, service):
    admin_client.post(f"/exports/api/{service.pk}/{finished.remote_id}/delete/")
    assert admin_client.post(CREATE, same()).status_code == 302


def test_a_colleagues_file_is_found_in_the_apis_list(manager_client, finished):
    page = text_of(manager_client.post(CREATE, same()))
    assert "The same range, columns and format." in page
    assert f"/exports/api/{finished.service_id}/{finished.remote_id}/" in page


def list_only(sandbox, *records):
    """The API lists these exports and no others."""
    body = {"data": list(records), "meta": {"total_count": len(records)}}
    sandbox.faults({"operation": "listExports", "times": None, "kind": "status", "status": 200, "body": body})


def test_a_colleagues_file_is_found_though_the_api_lists_newer_ones_alone(manager_client, finished, sandbox):
    list_only(sandbox)
    page = text_of(manager_client.post(CREATE, same()))
    assert "The same range, columns and format." in page
    assert f'href="/exports/api/{finished.service_id}/{finished.remote_id}/"' in page
    assert len(sandbox.journal("getExport")) == 2  # One of them finished it.


def test_a_colleagues_file_that_ones_own_key_does_not_see_is_not_offered(manager, service, finished, sandbox):
    connect(manager, service, sandbox.other_organisation_key)
    list_only(sandbox)
    assert signed_in(manager).post(CREATE, same()).status_code == 302


@pytest.mark.parametrize(("age", "status"), [(10, 200), (200, 302)])
def test_a_file_is_offered_while_the_vendor_keeps_it(manager_client, finished, service, sandbox, age, status):
    client = client_for(finished.owner.connections.get())
    made = (timezone.now() - timedelta(days=age)).isoformat()
    record = dict(read_remote(client, service.pk, finished.remote_id).record)
    record["reports_query_option"] |= {"start_date": "2026-01-01 00:00:00", "end_date": "2026-01-02 23:59:59"}
    list_only(sandbox, record | {"created_at": made, "updated_at": made})
    values = same(start_time="2026-01-01T00:00:00", end_time="2026-01-02T23:59:59")
    assert manager_client.post(CREATE, values).status_code == status


def test_ones_own_file_is_offered_while_the_vendor_keeps_it(admin_client, finished, sandbox):
    list_only(sandbox)
    assert "This file exists" in text_of(admin_client.post(CREATE, same()))
    ExportRequest.objects.update(kept_until=timezone.now())
    assert admin_client.post(CREATE, same()).status_code == 302


def test_a_file_made_before_the_range_was_over_is_not_offered(admin_client, finished):
    ExportRequest.objects.update(created_at="2026-11-02T12:00:00Z", end_time="2026-11-02 23:59:59")
    from apps.exports.existing import find_existing
    from apps.exports.transitions import client_of, connection_of

    found = find_existing(finished.owner, connection_of(finished), client_of(finished), wanted())
    assert found is not None
    assert found.url.startswith("/exports/api/")


def test_an_api_that_is_away_hinders_nobody_from_asking(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": 503})
    assert admin_client.post(CREATE, typed()).status_code == 302
