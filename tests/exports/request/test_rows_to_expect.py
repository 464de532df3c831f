"""How many rows to expect, and what is decided when they are more than a file holds."""

import re

import pytest

from apps.exports.models import ExportRequest
from tests.exports.test_pages import CREATE, text_of, typed


def test_the_rows_of_a_short_range_are_counted(admin_client):
    values = typed(estimate="1", start_time="2026-11-01T10:00:00", end_time="2026-11-01T10:59:59")
    assert "40 rows; a file holds up to 5,000,000" in text_of(admin_client.post(CREATE, values))


def test_the_rows_of_a_long_range_are_estimated_with_few_calls(admin_client, sandbox):
    headers = {"HX-Request": "true", "HX-Target": "estimate"}
    response = admin_client.post(CREATE, typed(estimate="1"), headers=headers)
    assert "About 1,900 rows" in text_of(response) or "About 2,000 rows" in text_of(response)
    assert "<html" not in text_of(response)
    assert len(sandbox.journal("conversionReport")) == 3
    assert not ExportRequest.objects.exists()


@pytest.fixture
def small_files(monkeypatch):
    """Files hold a thousand rows; a day has about as many."""
    monkeypatch.setattr("apps.exports.limits.MAXIMUM_ROWS", 1_000)


TEN_DAYS = {"end_time": "2026-11-10T23:59:59"}


@pytest.mark.usefixtures("small_files")
def test_too_many_rows_are_warned_of_with_a_button_for_each_split(admin_client):
    page = text_of(admin_client.post(CREATE, typed(estimate="1", **TEN_DAYS)))
    assert "more than the 1,000 that a file holds" in page
    assert 'name="split_into" value="day:10"' in page


@pytest.mark.usefixtures("small_files")
def test_an_estimate_counts_the_files_that_are_chosen(admin_client):
    page = text_of(admin_client.post(CREATE, typed(estimate="1", split="day", **TEN_DAYS)))
    assert "10 files hold up to 1,000 each" in page
    page = text_of(admin_client.post(CREATE, typed(estimate="1", split="halves", **TEN_DAYS)))
    assert "One of the 2 files may be cut off" in page
    assert "halves:2" not in page


@pytest.mark.usefixtures("small_files")
def test_a_file_that_may_be_cut_off_is_decided_on_before_it_is_asked_for(admin_client):
    values = typed(**TEN_DAYS)
    page = text_of(admin_client.post(CREATE, values))
    assert "rows: more than a file holds" in page
    assert re.search(
        r'<button class="button primary"[^>]*value="day:10" autofocus>A file a day: 10 exports<', page
    )
    assert 'value="halves:2"' in page and 'value="week:3"' in page and 'value="month:' not in page
    assert not ExportRequest.objects.exists()
    assert admin_client.post(CREATE, values | {"whole": "1"}).status_code == 302
    assert ExportRequest.objects.count() == 1


@pytest.mark.usefixtures("small_files")
def test_a_split_chosen_on_the_card_is_asked_for_at_once(admin_client):
    values = typed(**TEN_DAYS) | {"split_into": "day:10"}
    assert admin_client.post(CREATE, values).status_code == 302
    assert ExportRequest.objects.count() == 10
    assert admin_client.post(CREATE, values).status_code == 302
    assert ExportRequest.objects.count() == 10


@pytest.mark.usefixtures("small_files")
@pytest.mark.parametrize("answer", ["day:3", "day:many", "day", "", ":", "nothing:2"])
def test_an_answer_of_another_form_decides_nothing(admin_client, answer):
    admin_client.post(CREATE, typed(**TEN_DAYS) | {"split_into": answer})
    assert not ExportRequest.objects.exists()


@pytest.mark.usefixtures("small_files")
def test_parts_that_are_too_large_themselves_are_decided_on_too(admin_client):
    page = text_of(admin_client.post(CREATE, typed(split="halves", **TEN_DAYS)))
    assert "rows: more than 2 files hold" in page
    assert 'value="day:10"' in page and 'value="halves:2"' not in page
    page = text_of(admin_client.post(CREATE, typed(split="halves", whole="1", **TEN_DAYS)))
    assert "2 files, 2 exports" in page
    assert (
        "2 files" not in text_of(admin_client.post(CREATE, typed(split="day", **TEN_DAYS))).split("<form")[0]
    )


def test_a_range_that_no_split_makes_small_enough_says_so(admin_client, monkeypatch):
    monkeypatch.setattr("apps.exports.limits.MAXIMUM_ROWS", 10)
    page = text_of(admin_client.post(CREATE, typed(**TEN_DAYS)))
    assert "choose a shorter range" in page
    assert "autofocus" not in page


def test_a_short_range_is_not_looked_at_before_it_is_asked_for(admin_client, sandbox):
    values = typed(start_time="2026-11-01T10:00:00", end_time="2026-11-01T10:29:59")
    assert admin_client.post(CREATE, values).status_code == 302
    assert sandbox.journal("conversionReport") == []


@pytest.mark.usefixtures("small_files")
def test_a_size_that_cannot_be_read_in_time_hinders_nobody(admin_client, sandbox, monkeypatch):
    monkeypatch.setattr("apps.exports.request.confirmations.ESTIMATE_SECONDS", 0.0)
    assert admin_client.post(CREATE, typed(**TEN_DAYS)).status_code == 302


def test_an_estimate_that_fails_blocks_nothing_and_bad_input_is_named(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "conversionReport", "times": None, "status": 503})
    assert "so the rows cannot be estimated" in text_of(admin_client.post(CREATE, typed(estimate="1")))
    headers = {"HX-Request": "true", "HX-Target": "estimate"}
    response = admin_client.post(CREATE, typed(estimate="1", time_zone="Mars"), headers=headers)
    assert response.status_code == 422
    assert "There is no time zone" in text_of(response)


def test_postback_logs_have_no_table_to_estimate_from(admin_client, sandbox):
    values = typed(estimate="1", report="postback-logs", columns=["date_time"])
    assert "cannot be told" in text_of(admin_client.post(CREATE, values))
    assert sandbox.journal() == []
