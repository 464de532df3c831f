"""Where personal data is hidden from a role, no page, drawer, filter, file or link of theirs holds any of it."""

import json
import uuid

import pytest
from django.urls import reverse

from apps.accounts.models import Role
from apps.connections.keys.storage import save_key
from apps.connections.personal_data import is_personal, masked, sees_personal_data
from apps.exports.remote.export import RemoteExport
from apps.shares.sharing import CannotShare, create_share
from tests.conversions.conftest import FILE, LIST, token_service
from tests.conversions.conftest import connect as connect_token
from tests.look_inside.conftest import EXPORT, host, page_url, step
from tests.reports.conftest import CONVERSIONS, address

__all__ = ["host", "page_url", "save_key", "token_service"]

pytestmark = pytest.mark.django_db

IP, MAIL = "203.0.113.77", "canary.person@example.org"
ROW = {
    "real_tx_id": "r1",
    "conversion_time": "2026-11-20 10:00:00",
    "status": "Approved",
    "conversion_ip": IP,
    "contact": f"write to {MAIL} or not",
    "sub_id": MAIL,
    "odd": {"customer_email": MAIL, "deep": [IP]},
    "plain": "stays as it is",
}
TABLE = (
    "conversion_time,conversion_ip,sub_id,payout,offer\n"
    f"2026-11-02 10:00:00,{IP},{MAIL},1.50,Summer\n"
    "2026-11-02 11:00:00,198.51.100.9,plain,2.50,Winter\n"
)


@pytest.fixture(autouse=True)
def _hidden(settings):
    settings.MASK_PERSONAL_DATA = "all-but-admins"


@pytest.fixture
def rows(sandbox):
    body = {"data": {"data": [ROW], "pageInfo": {"startCursor": "", "endCursor": ""}}}
    sandbox.faults({"kind": "wrong_shape", "operation": "conversionReport", "times": None, "body": body})


def holds(response) -> bool:
    text = response.getvalue() if response.streaming else response.content
    return IP.encode() in text or MAIL.encode() in text


def test_a_report_its_drawer_and_what_is_copied(rows, manager_client, admin_client, settings):
    columns = {"columns": "conversion_ip,contact,sub_id,plain"}
    for query in ({}, columns, {"row": "r1"}):
        page = manager_client.get(address(CONVERSIONS, **query))
        assert page.status_code == 200
        assert not holds(page)
    assert b"stays as it is" in page.content
    assert b"hidden" in page.content
    assert holds(admin_client.get(address(CONVERSIONS, row="r1")))
    # The page that is kept for opening its rows is not the one of a time when more was shown.
    settings.MASK_PERSONAL_DATA = "nobody"
    assert holds(manager_client.get(address(CONVERSIONS, row="r1")))
    settings.MASK_PERSONAL_DATA = "viewers"
    assert holds(manager_client.get(address(CONVERSIONS, row="r1")))


def test_the_conversions_of_a_token_api(sandbox, manager, manager_client, token_service):
    connect_token(manager, token_service)
    sandbox.faults(
        {"kind": "status", "operation": "listConversions", "status": 200, "times": None, "body": [ROW]}
    )
    for address_of in (LIST, FILE):
        page = manager_client.get(address_of)
        assert page.status_code == 200
        assert not holds(page)
        assert b"hidden" in page.getvalue() if page.streaming else b"hidden" in page.content


def test_a_table_of_an_export_by_page_filter_group_and_file(
    host, page_url, admin_client, manager_client, service
):
    host.content = TABLE.encode()
    waiting = manager_client.get(page_url)
    assert not holds(waiting)
    assert b"hidden" in waiting.content
    step()
    for query in ("", f"?filter[sub_id]={MAIL}", "?group=conversion_ip", "?sort=conversion_ip"):
        assert not holds(manager_client.get(page_url + query)) or query.startswith("?filter")
    found = manager_client.get(page_url + f"?filter[conversion_ip]={IP}")
    assert b"Summer" not in found.content
    for name in ("csv", "parquet", "xlsx"):
        assert not holds(manager_client.get(f"{page_url}file/{name}/"))
    whole = admin_client.get(f"{page_url}file/csv/")
    assert holds(whole)


def test_the_file_that_the_api_made_is_not_given(sandbox, service, admin_client, manager_client):
    record = sandbox.application.store.records(("org-main", "exports", ""))
    export = next(one for one in record if one["id"] == EXPORT)
    export["columns"] = ["conversion_time", "conversion_ip"]
    raw = reverse("exports:remote_download", args=[service.pk, EXPORT])
    refused = manager_client.get(raw)
    assert refused.status_code == 403
    assert b"your role may not read" in refused.content
    assert admin_client.get(raw).status_code == 200


def test_nobody_gives_a_whole_file_away_that_they_may_not_read(manager, service, manager_connection):
    export = RemoteExport(
        service.pk,
        {
            "id": "e1",
            "status": "COMPLETED",
            "artifact_name": "a.csv",
            "guest_token": "t",
            "columns": ["conversion_ip"],
        },
    )
    with pytest.raises(CannotShare, match=r"may not read|ready"):
        create_share(manager, service, export, days=1, note="", nonce=uuid.uuid4())


@pytest.mark.parametrize(
    ("setting", "readers"),
    [
        ("nobody", {"viewer", "auditor", "manager", "admin"}),
        ("viewers", {"manager", "admin"}),
        ("all-but-admins", {"admin"}),
    ],
)
def test_the_setting_says_from_whom(manager, settings, setting, readers):
    settings.MASK_PERSONAL_DATA = setting
    found = set()
    for role in Role.values:
        manager.role = role
        if sees_personal_data(manager):
            found.add(role)
    assert found == readers


def test_a_role_for_the_service_counts(manager, service):
    assert not sees_personal_data(manager, service.pk)
    manager.service_roles = {str(service.pk): "admin"}
    assert sees_personal_data(manager, service.pk)
    assert not sees_personal_data(manager)


@pytest.mark.parametrize(
    "name", ["ip", "conversion_ip", "clickIP", "customer_email", "Email", "device_id", "contact.mail"]
)
def test_names_that_say_so(name):
    assert is_personal(name)


@pytest.mark.parametrize("name", ["zip", "tip", "description", "ship_id", "payout", "os_version", "emailed"])
def test_names_that_do_not(name):
    assert not is_personal(name)


def test_what_is_no_personal_value_keeps_its_type():
    row = {"payout": 1.5, "active": True, "none": None, "ip": None, "list": [1, "a"], "text": "10:30"}
    assert json.dumps(masked(row)) == json.dumps(row)
