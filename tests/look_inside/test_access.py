"""Who may look into an export: whoever the API shows it and gives the file to, with a key of their own."""

import pytest
from django.test import Client
from django.urls import reverse

from apps.look_inside.models import PreparedTable
from apps.look_inside.table_directories import directory_of
from tests.look_inside.conftest import EXPORT, point_to, step
from tests.look_inside.csv_files import CSV
from tests.support.people import connect, signed_in

ADDRESSES = ("", "?group=offer", "file/csv/", "file/xlsx/", "file/parquet/")


def body(response):
    return b"".join(response) if response.streaming else response.content


@pytest.fixture
def prepared(look, page_url):
    """A table that the admin had prepared."""
    look(CSV)
    return page_url


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_of_another_organisation_finds_nothing(prepared, address, manager, service, sandbox):
    connect(manager, service, sandbox.other_organisation_key)
    answer = signed_in(manager).get(prepared + address)
    assert answer.status_code == 404
    assert b"Winter" not in body(answer)


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_key_of_the_service_there_is_only_the_way_to_store_one(prepared, address, manager):
    answer = signed_in(manager).get(prepared + address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("connections:create"))


@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_who_is_not_signed_in_sees_anything(prepared, address):
    answer = Client().get(prepared + address)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


def test_a_key_that_works_shares_the_table(prepared, manager_client, host):
    asked = len(host.requests)
    assert b"Winter, late" in manager_client.get(prepared).content
    assert len(host.requests) == asked
    assert PreparedTable.objects.count() == 1


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_that_sees_the_export_but_may_not_have_the_file_sees_no_row(
    prepared, address, manager_client, sandbox
):
    sandbox.faults({"kind": "status", "operation": "getExportUrl", "status": 403, "times": None})
    answer = manager_client.get(prepared + address)
    assert answer.status_code == 403
    assert b"Winter" not in body(answer)


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_key_that_is_revoked_sees_no_row_any_more(prepared, address, admin_client, sandbox, host):
    refusal = {"kind": "status", "operation": "getExport", "status": 401, "times": None}
    point_to(sandbox, host, refusal)
    answer = admin_client.get(prepared + address)
    assert answer.status_code == 403
    assert b"Winter" not in body(answer)


def test_progress_is_told_only_to_whom_the_api_let_in(
    admin_client, host, page_url, manager, service, sandbox
):
    admin_client.get(page_url)
    connect(manager, service, sandbox.other_organisation_key)
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "progress"}
    assert admin_client.get(page_url, **asked).status_code == 200
    assert signed_in(manager).get(page_url, **asked).status_code == 404


def test_trying_again_needs_the_same(admin_client, host, page_url, manager, service, sandbox):
    host.content = b"<html>no</html>"
    admin_client.get(page_url)
    assert step().has_failed
    connect(manager, service, sandbox.other_organisation_key)
    assert signed_in(manager).post(page_url + "again/").status_code == 404
    assert PreparedTable.objects.get().has_failed


def test_an_export_that_is_not_there_and_a_service_that_is_none(admin_client, service, sandbox):
    assert admin_client.get(reverse("look_inside:open", args=[service.pk, "exp-999"])).status_code == 404
    other = "00000000-0000-0000-0000-000000000000"
    assert admin_client.get(reverse("look_inside:open", args=[other, EXPORT])).status_code == 404
    assert not PreparedTable.objects.exists()


def test_no_secret_is_in_row_page_or_files(prepared, admin_client, sandbox, settings):
    page = admin_client.get(prepared).content
    table = PreparedTable.objects.get()
    texts = [page, repr(vars(table)).encode()]
    texts += [path.read_bytes() for path in directory_of(table).iterdir()]
    for text in texts:
        assert b"signature=secret" not in text
        assert sandbox.admin_key.encode() not in text
    assert (directory_of(table).stat().st_mode & 0o077) == 0
