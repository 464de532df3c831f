"""Before an export is asked for: a file that exists is offered, whoever asked for it."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from apps.connections.clients import client_for
from apps.exports.models import ExportRequest
from apps.exports.remote.reading import read_remote
from apps.exports.request.creation import request_export
from apps.exports.request.splitting import parts_of
from apps.sandbox.exports.record_variants import RecordForm
from tests.exports.conftest import advance_until, spec_of
from tests.exports.test_pages import CREATE, text_of, typed
from tests.support.people import connect, signed_in


@pytest.fixture
def finished(export):
    return advance_until(export, "ready")


def same(**changes):
    return typed(columns=["conversion_time", "offer", "payout"]) | changes


def elsewhere(sandbox, export, **option):
    """The export as if it was made at the vendor: nothing of it is known here."""
    record = sandbox.application.store.get(("org-main", "exports", ""), export.remote_id)
    record["reports_query_option"] |= option
    export.delete()


@pytest.mark.parametrize("form", [RecordForm.DAY_AND_TIME, RecordForm.TIMES, RecordForm.SECONDS])
def test_a_file_made_at_the_vendor_is_found_by_its_hours(admin_client, finished, sandbox, form):
    sandbox.settings(export_record_form=form)
    elsewhere(sandbox, finished)
    assert "The same range, columns and format." in text_of(admin_client.post(CREATE, same()))


@pytest.mark.parametrize("form", [RecordForm.DAYS, RecordForm.NO_TIMES])
def test_a_file_whose_hours_are_not_told_is_not_offered_as_one_that_holds_them(
    admin_client, finished, sandbox, form
):
    sandbox.settings(export_record_form=form)
    elsewhere(sandbox, finished)
    assert admin_client.post(CREATE, same()).status_code == 302


def test_a_file_made_with_a_filter_is_not_offered(admin_client, finished, sandbox):
    elsewhere(sandbox, finished, filters={"publisher": {"equalvalues": ["5001"]}})
    assert admin_client.post(CREATE, same()).status_code == 302


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


def test_a_file_that_was_probably_cut_says_so_before_it_is_used(admin_client, finished, sandbox):
    assert "Probably cut" not in text_of(admin_client.post(CREATE, same()))
    ExportRequest.objects.update(rows=5_000_000)
    assert "Probably cut at 5,000,000 rows" in text_of(admin_client.post(CREATE, same()))
    part = in_days(start_time="2026-10-31T00:00:00", end_time="2026-11-02T23:59:59")
    assert text_of(admin_client.post(CREATE, part)).count("Probably cut at 5,000,000 rows") == 2


def test_ones_own_file_is_offered_while_the_vendor_keeps_it(admin_client, finished, sandbox):
    list_only(sandbox)
    assert "This file exists" in text_of(admin_client.post(CREATE, same()))
    ExportRequest.objects.update(kept_until=timezone.now())
    assert admin_client.post(CREATE, same()).status_code == 302


def test_a_file_made_before_the_range_was_over_is_not_offered(admin_client, finished):
    ExportRequest.objects.update(created_at="2026-11-02T12:00:00Z", end_time="2026-11-02 23:59:59")
    from apps.exports.request.existing_files import ExistingFiles
    from apps.exports.worker.transitions import client_of, connection_of

    found = ExistingFiles(finished.owner, connection_of(finished), client_of(finished), spec_of()).find(
        spec_of()
    )
    assert found is not None
    assert found.url.startswith("/exports/api/")


def test_an_api_that_is_away_hinders_nobody_from_asking(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": 503})
    assert admin_client.post(CREATE, typed()).status_code == 302


# The parts of a range.


def in_days(**changes):
    """The two days of the finished file and one more, a file a day."""
    return same(split="day", end_time="2026-11-03T23:59:59") | changes


def test_parts_that_exist_are_shown_and_not_asked_for_again(admin_client, finished):
    values = in_days()
    page = text_of(admin_client.post(CREATE, values))
    assert "3 files, 1 export<" in page
    assert page.count(f'<a href="{finished.get_absolute_url()}">exists, just made</a>') == 2
    assert "in a file of 1 Nov 2026, 00:00:00 – 2 Nov 2026, 23:59:59" in page
    there = re.findall(r'name="there" value="([^"]+)"', page)
    assert there == ["2026-11-01 00:00:00", "2026-11-02 00:00:00"]
    assert admin_client.post(CREATE, values | {"there": there, "confirm_missing": "1"}).status_code == 302
    new = ExportRequest.objects.exclude(pk=finished.pk).get()
    assert (new.start_time, new.end_time) == ("2026-11-03 00:00:00", "2026-11-03 23:59:59")


def test_parts_that_exist_are_asked_for_where_one_wants_all(admin_client, finished):
    values = in_days(there=["2026-11-01 00:00:00", "2026-11-02 00:00:00"], confirm_parts="3")
    page = text_of(admin_client.post(CREATE, values, follow=True))
    assert "3 exports are on the way" in page
    assert ExportRequest.objects.count() == 4


def test_a_confirmation_of_other_parts_asks_again(admin_client, finished):
    page = text_of(admin_client.post(CREATE, in_days(there=["2026-11-01 00:00:00"], confirm_missing="1")))
    assert "Request the 1 that is missing" in page
    assert ExportRequest.objects.count() == 1


def test_parts_that_all_exist_cost_nothing(admin_client, admin, admin_connection, sandbox):
    for part in parts_of(spec_of(end_time="2026-11-03 23:59:59"), "day"):
        advance_until(request_export(admin, admin_connection, part, uuid.uuid4())[0], "ready")
    page = text_of(admin_client.post(CREATE, in_days()))
    assert "3 files, all of them exist" in page
    assert "Request all 3 anyway" in page
    assert "that are missing" not in page
    assert "in a file of" not in page


def test_parts_of_a_whole_that_is_asked_for_anyway_are_not_looked_up(admin_client, finished):
    values = in_days(end_time="2026-11-02T23:59:59")
    assert "This file exists" in text_of(admin_client.post(CREATE, values))
    assert "2 files, 2 exports" in text_of(admin_client.post(CREATE, values | {"anyway": "1"}))


def test_parts_chosen_for_their_size_show_what_exists_before_they_are_asked_for(
    admin_client, finished, sandbox
):
    values = same(end_time="2026-11-03T23:59:59", split_into="day:3")
    assert "3 files, 1 export<" in text_of(admin_client.post(CREATE, values))
    assert ExportRequest.objects.count() == 1


def test_many_parts_ask_little_of_the_api(manager_client, finished, sandbox, django_assert_max_num_queries):
    list_only(sandbox)
    asked, listed = len(sandbox.journal("getExport")), len(sandbox.journal("listExports"))
    with django_assert_max_num_queries(60):
        page = text_of(manager_client.post(CREATE, in_days(end_time="2026-11-25T23:59:59")))
    assert "25 files, 23 exports" in page
    assert len(sandbox.journal("getExport")) == asked + 1
    assert len(sandbox.journal("listExports")) == listed + 1
