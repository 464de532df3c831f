"""The file of a long list: made in the background step by step, told by mail, kept for a week."""

import io
from datetime import timedelta

import openpyxl
import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.list_files.directories import collected_rows, finished_file
from apps.list_files.models import ListFile, State
from apps.list_files.views import MOST_FILES
from apps.mail.models import Message
from tests.list_files.conftest import advance, finished, rows_of
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db
CSV, XLSX = "/list-files/publishers/csv/", "/list-files/publishers/xlsx/"


def begun(client, url=CSV):
    """The file that a click on the offered button begins."""
    page = Page(client.get(url))
    assert "Create the file" in page.text
    answer = client.post(page.one("form", method="post", action=url)["action"])
    file = ListFile.objects.latest("created_at")
    assert answer["Location"] == file.get_absolute_url()
    return file


def test_a_long_list_is_offered_as_a_file_and_none_is_begun_by_looking(admin_client, publishers):
    publishers(2_001)
    page = Page(admin_client.get(CSV + "?sort=name"))
    assert "2,001 rows" in page.text
    assert not ListFile.objects.exists()


def test_a_second_click_begins_nothing(admin_client, publishers):
    publishers(2_001)
    assert begun(admin_client) == begun(admin_client)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_file_has_every_row_once(admin_client, publishers, kind):
    publishers(2_345)
    file = begun(admin_client, f"/list-files/publishers/{kind}/?sort=-name")
    page = Page(admin_client.get(file.get_absolute_url()))
    assert "Reading the list" in page.text
    assert "900 of 2,345 rows read" in Page(admin_client.get(advance(file).get_absolute_url())).text
    file = finished(file)
    assert file.state == State.READY, file.message
    assert (file.rows_read, file.message) == (2_345, "")
    answer = admin_client.get(reverse("list_files:download", args=[file.pk]))
    if kind == "csv":
        rows = rows_of(answer)
    else:
        sheet = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active
        rows = [[str(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    ids = [row[rows[0].index("id")] for row in rows[1:]]
    assert len(set(ids)) == len(ids) == 2_345
    assert finished_file(file).stat().st_mode & 0o077 == 0
    assert finished_file(file).parent.stat().st_mode & 0o077 == 0
    message = Message.objects.get(recipient=file.owner)
    assert message.subject == "Your list is ready: Publishers"
    assert file.get_absolute_url() in message.text


def test_what_a_killed_step_wrote_behind_the_counted_rows_does_not_count(admin_client, publishers):
    publishers(2_100)
    file = advance(begun(admin_client))
    assert file.pages_read
    with collected_rows(file).open("ab") as out:
        out.write(b'["half", ["a ro')
    assert finished(file).rows_read == 2_100


def test_rows_that_are_gone_are_read_anew(admin_client, publishers):
    publishers(2_100)
    file = advance(begun(admin_client))
    collected_rows(file).unlink()
    assert finished(file).rows_read == 2_100


def test_a_fault_that_passes_costs_only_time(admin_client, publishers, sandbox):
    publishers(2_100)
    file = begun(admin_client)
    fault = {"kind": "status", "operation": "listPublishers"}
    sandbox.faults(
        {**fault, "status": 503, "times": 2},
        {**fault, "status": 429, "headers": {"Retry-After": "0"}, "times": 3},
    )
    file = advance(file)
    assert file.is_busy and file.message
    file = finished(file)
    assert (file.state, file.rows_read) == (State.READY, 2_100)


def test_a_refusal_ends_it_with_the_apis_words(admin_client, publishers, sandbox):
    publishers(2_100)
    file = begun(admin_client)
    sandbox.faults({"kind": "status", "operation": "listPublishers", "status": 403})
    file = finished(file)
    assert file.state == State.FAILED
    assert file.message
    page = Page(admin_client.get(file.get_absolute_url()))
    assert file.message.split(".")[0] in page.text
    assert "could not be made" in Message.objects.get(recipient=file.owner).subject
    sandbox.faults()
    again = admin_client.post(page.one("form", action=reverse("list_files:again", args=[file.pk]))["action"])
    made = ListFile.objects.latest("created_at")
    assert again["Location"] == made.get_absolute_url() and made != file
    assert finished(made).state == State.READY


def test_a_closed_account_and_a_removed_key_end_it(admin_client, admin, publishers, admin_connection):
    publishers(2_100)
    file = begun(admin_client)
    admin_connection.ring_key_id, admin_connection.encrypted_key = "", b""
    admin_connection.save()
    assert "no key" in finished(file).message
    other = ListFile.objects.create(
        owner=admin, service=file.service, resource_name="publishers", format="csv"
    )
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert finished(other).state == State.FAILED


def test_it_is_removed_after_a_week_and_forgotten_later(admin_client, publishers):
    publishers(2_001)
    file = finished(begun(admin_client))
    assert 6.9 < (file.due_at - file.ready_at).total_seconds() / 86_400 < 7.1
    file = advance(file)
    assert file.is_removed
    assert not finished_file(file).exists()
    answer = admin_client.get(reverse("list_files:download", args=[file.pk]))
    assert answer.status_code == 410
    assert "was removed" in Page(answer).text
    with pytest.raises(ListFile.DoesNotExist):
        advance(file)


def test_a_list_that_changed_while_it_was_read_is_said(admin_client, publishers, sandbox):
    publishers(2_101)
    file = advance(begun(admin_client))
    publishers(1_900)
    file = finished(file)
    assert file.state == State.READY
    assert "2,101" in file.message and "1,900" in file.message


def test_of_many_files_the_oldest_are_removed(admin_client, admin, service, publishers):
    publishers(2_001)
    kept = {"owner": admin, "service": service, "resource_name": "publishers", "format": "csv"}
    files = [ListFile.objects.create(**kept, state=State.READY, due_at=None) for _ in range(MOST_FILES + 1)]
    earlier = files[0].created_at - timedelta(hours=1)
    ListFile.objects.filter(pk=files[0].pk).update(created_at=earlier)
    begun(admin_client)
    due = ListFile.objects.filter(state=State.READY, due_at__isnull=False)
    assert [file.pk for file in due] == [files[0].pk]
    assert advance(files[0]).is_removed
