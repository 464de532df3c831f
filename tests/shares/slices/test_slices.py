"""Rows for a partner: what is shown before, what the guest gets, what ends it, and what each run of a schedule does."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.connections.models import Connection
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.mail.models import Message
from apps.schedules.run_listeners import tell_ready
from apps.shares.models import Opening, Share, Slice
from apps.shares.slices.files import file_of, home_of
from tests.exports.conftest import spec_of
from tests.look_inside.conftest import EXPORT
from tests.schedules.conftest import new_schedule
from tests.shares.slices.conftest import ALPHA, advance, make_rows_link


def words(response):
    text = re.sub(r"<(script|style|title).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_what_a_guest_will_see_is_shown_before_the_link_is_made(table, admin_client, rows_url):
    text = words(admin_client.get(rows_url + ALPHA))
    for part in ("Rows 3", "Publishers 1", "Columns 3 of 6", "publisher is Alpha", "The first 3 rows"):
        assert part in text
    assert "2026-11-03 11:00:00" in text
    assert "What the network earns" not in text
    assert not Share.objects.exists()


def test_rows_of_several_publishers_and_revenue_are_said(table, admin_client, rows_url):
    text = words(admin_client.get(rows_url + "?column=publisher&column=revenue"))
    assert "These are rows of 2 publishers." in text
    assert "What the network earns is among the columns: revenue." in text
    assert "all rows of the file" in text


def test_revenue_is_left_out_by_itself(table, admin_client, rows_url):
    page = admin_client.get(rows_url)
    assert "Columns 5 of 6" in words(page)
    assert re.search(r'value="revenue" autocomplete', page.content.decode())


def test_the_guest_gets_the_rows_and_columns_and_nothing_else(table, admin_client, rows_url):
    link, part = make_rows_link(admin_client, rows_url + ALPHA, note="October")
    guest = Client()
    assert "being made" in words(guest.get(link))
    assert guest.post(link + "file/").status_code == 503
    assert advance(part).state == Slice.State.READY
    page = words(guest.get(link))
    assert "publisher is Alpha" in page
    assert "October" in page
    assert "in which no cell is run as a formula" in page
    answer = guest.post(link + "file/")
    assert answer.getvalue().decode().lstrip("\ufeff").splitlines() == [
        '"date_time","status","payout"',
        '"2026-11-01 09:00:00","Approved","1.50"',
        '"2026-11-03 11:00:00","Pending","3.00"',
        '"2026-11-03 12:00:00","\'=1+1","3.00"',
    ]
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    kinds = list(Opening.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["page", "failed", "page", "file"]


def test_a_revoked_link_gives_nothing_and_its_file_is_removed(table, admin_client, rows_url):
    link, part = make_rows_link(admin_client, rows_url + ALPHA)
    part = advance(part)
    assert file_of(part).exists()
    admin_client.post(f"/exports/shared/{part.share_id}/revoke/")
    assert Client().post(link + "file/").status_code == 404
    part = advance(part)
    assert part.state == Slice.State.REMOVED
    assert not home_of(part).exists()


def test_a_link_whose_time_is_over_gives_nothing_and_its_file_is_removed(table, admin_client, rows_url):
    link, part = make_rows_link(admin_client, rows_url + ALPHA)
    part = advance(part)
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(link).status_code == 404
    assert not home_of(advance(part)).exists()


def test_no_link_is_made_of_no_rows_or_no_columns(table, admin_client, rows_url):
    for query in ("?filter[publisher]=Nobody", "?column=nothing"):
        assert "No link can be made of this" in words(admin_client.get(rows_url + query))
        answer = admin_client.post(rows_url + query, {"days": "7"})
        assert answer.status_code == 422
    assert not Share.objects.exists()


def test_a_form_sent_twice_makes_one_link(table, admin_client, rows_url):
    nonce = str(uuid.uuid4())
    make_rows_link(admin_client, rows_url + ALPHA, nonce=nonce)
    again = admin_client.post(rows_url + ALPHA, {"days": "7", "note": "", "nonce": nonce})
    assert again.status_code == 302
    assert Share.objects.count() == 1


def test_somebody_who_may_not_share_is_not_offered_it(table, admin, admin_client, page_url, rows_url):
    assert "Share these rows" in words(admin_client.get(page_url))
    User.objects.filter(pk=admin.pk).update(role=Role.VIEWER)
    assert "Share these rows" not in words(admin_client.get(page_url))
    assert admin_client.get(rows_url).status_code == 403


@pytest.fixture
def schedule(admin, service):
    return new_schedule(admin, service)


def finished_run(schedule, remote_id=EXPORT):
    """The schedule's export has its file at the API."""
    connection = Connection.objects.get(owner=schedule.owner)
    export = request_export(schedule.owner, connection, spec_of(), uuid.uuid4())[0]
    ExportRequest.objects.filter(pk=export.pk).update(remote_id=remote_id)
    tell_ready(schedule, export.pk)


def test_each_run_of_a_schedule_makes_the_rows_anew_and_tells_the_partner(
    table, admin_client, rows_url, schedule, service
):
    link, part = make_rows_link(admin_client, rows_url + ALPHA)
    part = advance(part)
    Slice.objects.update(schedule=schedule, partner_email="partner@example.com", made_of="exp-older")
    first = file_of(part)
    finished_run(schedule)
    part.refresh_from_db()
    assert (part.state, part.file_name) == (Slice.State.MAKING, first.name)
    # The file before is there until the new one is.
    assert Client().post(link + "file/").status_code == 200
    part = advance(part)
    assert part.state == Slice.State.READY
    assert file_of(part) != first
    assert not first.exists()
    [mail] = Message.objects.filter(address="partner@example.com")
    assert link.split("/")[2] not in mail.text + mail.html
    assert "/shared/" not in mail.text + mail.html


def test_a_run_that_made_the_file_already_makes_it_no_second_time(table, admin_client, rows_url, schedule):
    _, part = make_rows_link(admin_client, rows_url + ALPHA)
    part = advance(part)
    Slice.objects.update(schedule=schedule)
    finished_run(schedule)
    part.refresh_from_db()
    assert part.state == Slice.State.READY


def test_a_new_file_without_a_column_of_the_filter_shows_nobody_more_rows(
    table, admin_client, rows_url, page_url, host, schedule
):
    _, part = make_rows_link(admin_client, rows_url + ALPHA)
    part = advance(part)
    Slice.objects.update(schedule=schedule, query="filter[affiliate]=Alpha", made_of="exp-older")
    finished_run(schedule)
    part = advance(part)
    assert part.state == Slice.State.FAILED
    assert "cannot be filtered as before" in part.message
    assert file_of(part).exists()
    assert Message.objects.filter(key__startswith="slice-failed").count() == 1


def test_schedules_of_the_same_report_are_offered_and_an_address_needs_one(
    table, admin_client, rows_url, admin, service, sandbox
):
    assert "Make anew" not in words(admin_client.get(rows_url))
    page = admin_client.get(rows_url)
    export = page.context["export"]
    mine = new_schedule(admin, service, report=export.report_type.slug, integration_id=export.integration_id)
    assert "Make anew with each run of a schedule" in words(admin_client.get(rows_url))
    values = {"days": "7", "partner_email": "partner@example.com"}
    answer = admin_client.post(rows_url + ALPHA, values)
    assert answer.status_code == 422
    assert "Choose the schedule" in words(answer)
    _, part = make_rows_link(admin_client, rows_url + ALPHA, **values | {"schedule": str(mine.pk)})
    assert (part.schedule, part.partner_email) == (mine, "partner@example.com")


def test_a_whole_file_says_how_many_publishers_and_what_the_network_earns(table, admin_client, rows_url):
    page = admin_client.get(rows_url.removesuffix("rows/"))
    text = words(page)
    assert "The file has rows of 2 publishers." in text
    assert "The file says what the network earns: revenue." in text


def test_a_whole_file_that_was_not_opened_yet_is_counted_meanwhile(admin_client, host, rows_url):
    page = admin_client.get(rows_url.removesuffix("rows/"))
    assert "Counting the publishers" in words(page)
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "contents"}
    part = admin_client.get(rows_url.removesuffix("rows/"), **asked)
    assert part.content.decode().strip().endswith("</div>")
    assert "<h1" not in part.content.decode()
