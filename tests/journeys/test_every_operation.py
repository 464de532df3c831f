"""All operations of the API, each reached by a person's clicks: with the API as we know it, and with one that moved."""

import ast
import json
import re
import uuid
from collections import Counter
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.api.contract.contract import builtin_contract, reference_contract
from apps.exports.models import ExportRequest
from apps.reports.report_types import REPORT_TABLES, REPORT_TYPES
from apps.resources import registry
from tests.exports.conftest import advance_until
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk
from tests.support.moved_contract import moved_document, published
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.django_db

OPERATIONS = frozenset(reference_contract().operations)
#: Those made of it; one that brings its own contract is walked through by its own tests.
RESOURCES = [one for one in registry.resources() if one.contract_file is None]
APPS = Path(__file__).parents[2] / "apps"
PLACE = {"integrationID": "int-eu", "offerID": "1001"}
#: What is typed where a form wants something; any other required field gets a word.
TYPED = {
    "name": "Walked",
    "advertiser_id": "101",
    "email": "walked@example.com",
    "password": "correct-horse-battery-1",
    "redirect_url": "https://a.example/?t={transaction_id}",
    "preview_url": "https://a.example/",
    "currency": "EUR",
}


@pytest.fixture(scope="module", params=["standard", "moved"])
def api(request, tmp_path_factory):
    """A server of the contract, and the file by which we know it: none for our own."""
    if request.param == "standard":
        with Sandbox() as running:
            yield running, None
        return
    folder = tmp_path_factory.mktemp("moved")
    (folder / "served.json").write_text(json.dumps(moved_document()), encoding="utf-8")
    (folder / "known.yaml").write_text(yaml.safe_dump(published(moved_document())), encoding="utf-8")
    with Sandbox(contract=folder / "served.json") as running:
        yield running, folder / "known.yaml"


@pytest.fixture
def sandbox(api):
    server, _ = api
    server.reset()
    server.settings(export_pending_seconds=0, export_running_seconds=0)
    return server


@pytest.fixture
def person(admin_client, service, api):
    """An admin in a browser, whose service follows the file."""
    if api[1]:
        call_command("contract", "use", str(api[1]), "--service", service.name)
    return admin_client


@pytest.fixture(autouse=True)
def _short_settling(settings):
    settings.EXPORT_SETTLE_SECONDS = 0


def test_every_operation_is_reached_through_the_pages(person, service, sandbox):
    for resource in RESOURCES:
        walk_records(person, resource)
    for report in REPORT_TABLES:
        address = f"{reverse('reports:table', args=[report.slug])}?integration_id=int-eu"
        page = Page(person.get(address, follow=True))
        assert page.response.status_code == 200
        assert page.all("table"), report.slug
    remote_ids = [walk_export(person, slug) for slug in REPORT_TYPES]
    walk_download_center(person, service, remote_ids)
    entries = sandbox.journal()
    assert [entry for entry in entries if entry["violations"]] == []
    # Looking for what was just archived is the one thing that may fail.
    assert [e for e in entries if e["status"] >= 400 and (e["status"], e["method"]) != (404, "GET")] == []
    reached = {entry["operation"] for entry in entries if entry["status"] < 400}
    assert reached & OPERATIONS == OPERATIONS
    assert len(OPERATIONS) == 48


def walk_records(person, resource):
    """Look at a resource's list, make a record, look at it, change it, archive it; switch and archive a selection."""
    page = visit(person, resource.url("list", PLACE))
    chosen = [box["value"] for box in page.all("input", name="id")][-3:]
    new = resource.url("create", PLACE)
    values = filled(visit(person, new))
    response = person.post(new, values)
    assert response.status_code == 302, Page(response).text
    made = found_by(person, resource, values[resource.search_field])
    visit(person, resource.url("detail", PLACE, made))
    edit = resource.url("edit", PLACE, made)
    fields = visit(person, edit).fields()
    renamed = "name" if "name" in fields else "first_name"
    response = person.post(edit, {**fields, renamed: "Walked on"})
    assert response.status_code == 302, Page(response).text
    assert "Walked on" in visit(person, resource.url("detail", PLACE, made)).text
    assert person.post(resource.url("archive", PLACE, made)).status_code == 302
    for action in resource.bulk_actions if "bulk_status" in builtin_contract().for_tag(resource.tag) else ():
        carried = Bulk(person, resource, PLACE).carry_out(action.name, chosen)
        assert set(carried.states) == set(chosen)
        assert set(carried.states.values()) <= {"Done", "No change"}, carried.rows


def filled(page):
    """The form as a person sends it: what it starts with, and something in every field that must be filled in."""
    fields = page.fields()
    for label in page.all("label"):
        name = label["for"].removeprefix("id_")
        if name in fields and not fields[name] and "required" in label.text:
            options = [option for option in page.all("option") if option["value"] in ("EUR", "Gold")]
            fields[name] = TYPED.get(name) or (options[0]["value"] if options else "Walked")
    return {**fields, **{name: value for name, value in TYPED.items() if name in fields}}


def found_by(person, resource, text):
    """The id of the record that the list finds by what the search box looks in."""
    address = resource.url("list", PLACE)
    page = visit(person, f"{address}?filter[{resource.search_field}]={text}")
    [found] = {link["href"] for link in page.all("a") if link["title"] and link["href"].startswith(address)}
    return found.removeprefix(address).rstrip("/")


def walk_export(person, report):
    """Ask for an export, let the worker do its steps, download the file; the API's id of the export."""
    values = {
        "report": report,
        "integration": "int-eu",
        "start_time": "2026-11-18T00:00:00",
        "end_time": "2026-11-18T23:59:59",
        "time_zone": "UTC",
        "more_columns": "date_time",
        "delimiter": "comma",
        # Whatever files there are already: the person wants a new one.
        "anyway": "1",
        "nonce": str(uuid.uuid4()),
    }
    before = set(ExportRequest.objects.values_list("pk", flat=True))
    response = person.post(f"/exports/new/?report={report}", values)
    assert response.status_code == 302, Page(response).text
    export = ExportRequest.objects.exclude(pk__in=before).get()
    advance_until(export, "ready")
    assert b"".join(person.get(f"/exports/{export.pk}/download/").streaming_content).startswith(b"date_time")
    return export.remote_id


def walk_download_center(person, service, remote_ids):
    """Look at all exports and at one, share it with a guest who takes the file, delete another."""
    kept, spare = remote_ids[0], remote_ids[-1]
    listed = visit(person, reverse("exports:list"))
    assert listed.all("a", href=ExportRequest.objects.get(remote_id=kept).get_absolute_url())
    visit(person, reverse("exports:remote", args=[service.pk, kept]))
    made = person.post(reverse("shares:manage", args=[service.pk, kept]), {"days": "7", "note": ""})
    link = re.search(r'data-copy="[^"]*?(/shared/[^"]+)"', made.content.decode())
    assert link
    guest = Client()
    assert guest.get(link[1]).status_code == 200
    assert guest.post(f"{link[1]}file/").getvalue().startswith(b"date_time")
    delete = reverse("exports:remote_delete", args=[service.pk, spare])
    visit(person, delete)
    assert person.post(delete).status_code == 302


def test_every_operation_has_one_place_in_the_code_that_names_it():
    named = Counter(
        node.value
        for file in APPS.rglob("*.py")
        if "sandbox" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value in OPERATIONS
    )
    of_resources = {
        operation.id
        for resource in RESOURCES
        for operation in builtin_contract().for_tag(resource.tag).values()
    }
    assert of_resources | named.keys() == OPERATIONS
    assert {name: count for name, count in named.items() if count > 1} == {}
