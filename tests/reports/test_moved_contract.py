"""The reports with an API that moved: other addresses and other names of the parameters."""

import json

import pytest
from django.core.management import call_command

from apps.connections.models import Service
from tests.reports.conftest import CLICKS, CONVERSIONS, IMPRESSIONS, OPERATIONS, address, visit
from tests.support.moved_contract import moved_document
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.django_db
NAMES = {"filter[status]": "status", "filter[publisher]": "filter_publisher", "page[after]": "after"}


def moved_further():
    """The moved document with filters and cursors under other names, and another status."""
    document = moved_document()
    for path, item in document["paths"].items():
        for parameter in item.get("get", {}).get("parameters", []) if path.startswith("/live/") else []:
            parameter["name"] = NAMES.get(parameter["name"], parameter["name"])
            if parameter["name"] == "status":
                parameter["schema"]["enum"] = ["Approved", "Rejected", "Pending"]
    return document


@pytest.fixture(scope="module")
def moved_file(tmp_path_factory):
    file = tmp_path_factory.mktemp("contract") / "moved.json"
    file.write_text(json.dumps(moved_further()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def moved_server(moved_file):
    with Sandbox(contract=moved_file) as running:
        yield running


@pytest.fixture
def sandbox(moved_server):
    """The moved sandbox, in place of the one that serves our own contract."""
    moved_server.reset()
    return moved_server


@pytest.fixture(autouse=True)
def _moved(service, sandbox, moved_file):
    call_command("contract", "use", str(moved_file), "--service", service.name)


@pytest.mark.parametrize("path", [CLICKS, CONVERSIONS, IMPRESSIONS])
def test_a_report_is_read_by_the_vendors_names(admin_client, sandbox, path):
    page = visit(admin_client, address(path, filter_status="Approved", filter_publisher="5001"))
    [first] = sandbox.journal(OPERATIONS[path])
    assert "/live/" in first["path"]
    asked = dict(first["query"])
    assert {"integrationId", "from", "until", "tz", "limit", "status", "filter_publisher"} == asked.keys()
    assert (asked["status"], asked["filter_publisher"], asked["limit"]) == ("Approved", "5001", "50")
    assert page.rows
    # Our own address stays in our own words.
    assert page.fields()["filter[status]"] == "Approved"


def test_older_rows_are_read_by_the_vendors_cursor(admin_client, sandbox):
    page = visit(admin_client, address(page_size="25"))
    older = visit(admin_client, page.one("a", rel="next")["href"])
    assert "after" in dict(sandbox.journal("conversionReport")[-1]["query"])
    assert older.rows[0] <= page.rows[-1]


def test_the_choice_of_a_status_is_the_vendors(admin_client, sandbox):
    page = visit(admin_client, address(filter_status="Pending"))
    assert [option["value"] for option in page.one("select").inner] == ["", "Approved", "Rejected", "Pending"]
    assert page.rows
    assert Service.objects.get().contract_digest
