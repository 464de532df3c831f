"""Every page of every resource, and the exports, with an API that moved: other addresses, methods, names, fields."""

import json
import uuid

import pytest
import yaml
from django.core.management import call_command

from apps.api.contract.contract import builtin_contract
from apps.connections.clients import client_for, contract_for
from apps.connections.models import Connection, Service
from apps.exports.models import ExportRequest
from apps.resources import registry
from apps.resources.references.name_cache import NameCache
from apps.ui.columns import ReferenceColumn
from tests.exports.conftest import advance_until
from tests.resources.every.places import PLACE, kept_at
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk
from tests.support.moved_contract import CHOICES, DATES, FIELDS, REMOVED, REQUIRED, moved_document, published
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.django_db
#: What is typed into a new record's form, by schema of the contract.
TYPED = {
    "offers": {"advertiser_id": "101", "currency": "EUR", "visibility": "Secret"},
    "publishers": {"company_name": "Moved Ltd", "promotional_method": "Podcast"},
    "advertisers": {"company_name": "Moved Ltd"},
    "offer_events": {"description": "A goal", "payout_type": "CPX"},
    "landing_pages": {"redirect_url": "https://a.example/", "preview_url": "https://b.example/"},
    "users": {
        "first_name": "Mo",
        "email": "mo@example.com",
        "password": "correct-horse-battery-1",
        "role": "auditor",
    },
}
SCHEMAS = {
    "offers": "Offer",
    "publishers": "Publisher",
    "advertisers": "Advertiser",
    "offer_events": "OfferEvent",
    "landing_pages": "OfferLandingPage",
    "users": "UserCreate",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The moved contract as JSON for the server and as YAML for us."""
    folder = tmp_path_factory.mktemp("contract")
    document = moved_document()
    (folder / "moved.json").write_text(json.dumps(document), encoding="utf-8")
    text = yaml.safe_dump(published(document), sort_keys=False)
    (folder / "moved.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def moved_server(files):
    with Sandbox(contract=files / "moved.json") as running:
        yield running


@pytest.fixture
def sandbox(moved_server):
    """The moved sandbox, in place of the one that serves our own contract."""
    moved_server.reset()
    moved_server.settings(export_pending_seconds=0, export_running_seconds=0)
    return moved_server


@pytest.fixture(autouse=True)
def _moved(service, sandbox, files):
    """The service uses the moved contract, and every call of the test is one the server knows and takes."""
    call_command("contract", "use", str(files / "moved.yaml"), "--service", service.name)
    yield
    for entry in sandbox.journal():
        assert not entry["violations"], entry
        # A file has no operation, and a record looked for after it was archived is gone; nothing else is.
        assert entry["operation"] or entry["path"].startswith("/files/"), entry
        assert entry["status"] < 400 or (entry["status"], entry["method"]) == (404, "GET"), entry


#: Those of our own file: what a resource brings moves with its own (coupons_story.py).
OWN = [resource for resource in registry.resources() if resource.contract_file is None]


@pytest.fixture(params=OWN, ids=lambda resource: resource.name)
def resource(request):
    return request.param


@pytest.fixture
def records(resource, sandbox):
    """The API's records of the resource: a function from an id to the record, and one that makes some."""
    return Records(sandbox.application.store, kept_at(resource, sandbox), resource)


class Records:
    """What the API holds of one resource; three of it are complete as the moved contract wants them."""

    def __init__(self, store, place, resource) -> None:
        self._store, self._place = store, place
        model = store.records(place)[0] if store.records(place) else {"created_at": "2026-01-01T00:00:00Z"}
        self.ids = ["7001", "7002", "7003"]
        made = {"active": False, "status": "deactivated", "tier": "Gold", **TYPED[resource.name]}
        made |= {"advertiser_id": 101, "promotional_method": ["Podcast"]}
        written = [
            {**model, **made, "id": int(key), "name": f"Number {key}", "email": f"p{key}@example.com"}
            for key in self.ids
        ]
        with store.lock:
            store.write([(place, str(record["id"]), record) for record in written])

    def __getitem__(self, key):
        return self._store.get(self._place, key)

    def all(self):
        return self._store.records(self._place)


def test_the_lists_filter_sort_and_page(admin_client, resource, records, sandbox):
    url = resource.url("list", PLACE)
    page = visit(admin_client, f"{url}?filter[id][in]={','.join(records.ids)}&sort=-id&page[size]=25")
    links = [link["href"] for link in page.all("a") if link["title"] and link["href"].startswith(url)]
    assert list(dict.fromkeys(links))[:3] == [f"{url}{key}/" for key in reversed(records.ids)]
    assert len(page.rows) == 3
    second = visit(admin_client, f"{url}?page[size]=25&page[number]=2&sort=id")
    assert len(second.rows) == min(max(len(records.all()) - 25, 0) or len(records.all()), 25)
    operation = builtin_contract().for_tag(resource.tag)["list"].id
    query = dict(sandbox.journal(operation)[0]["query"])
    assert query["pageNumber"] == "1"
    assert query["limit"] == "25"
    assert (query["filter[id][in]"], query["order_by"]) == (",".join(records.ids), "-id")


def test_lists_filter_and_sort_by_the_vendors_names_of_fields_and_by_fields_it_added(
    admin_client, resource, records, sandbox
):
    url = resource.url("list", PLACE)
    operation = builtin_contract().for_tag(resource.tag)["list"].id
    own, theirs = next(iter(FIELDS[SCHEMAS[resource.name]].items()))
    value = records[records.ids[0]].get(own) or ""
    # A moment: a day alone would be turned into one first.
    since = "filter[created_at][gte]=2020-01-01T00:00:00Z"
    query = f"filter[{own}][ne]={value}&filter[tier]=Gold&{since}&sort=-{own},updated_at"
    page = visit(admin_client, f"{url}?{query}")
    assert not page.all("div", class_="notice warn")
    asked = dict(sandbox.journal(operation)[0]["query"])
    assert asked["order_by"] == f"-{theirs},{DATES['updated_at']}"
    assert {"filter[tier]", f"filter[{DATES['created_at']}][gte]"} <= set(asked)
    assert (f"filter[{theirs}][ne]" in asked) is bool(value)


def test_a_renamed_field_is_shown_and_kept_and_stands_under_no_other_name(admin_client, resource, records):
    names = FIELDS[SCHEMAS[resource.name]]
    page = visit(admin_client, resource.url("detail", PLACE, records.ids[0]))
    for their in {*names.values(), *DATES.values()} - names.keys():
        assert their not in page.text.split(), their
    form = visit(admin_client, resource.url("edit", PLACE, records.ids[0]))
    fields = {element["name"] for element in form.elements}
    for own, their in names.items():
        assert any(name == own or name.startswith(f"{own}.") for name in fields), own
        assert their not in fields


def test_names_that_the_list_does_not_give_are_read_one_by_one_where_the_record_is_named_first(
    admin_connection, sandbox
):
    sandbox.faults({"kind": "wrong_shape", "operation": "listOffers", "body": {"data": []}, "times": None})
    # Read anew: the fixture's was read before the service moved.
    connection = Connection.objects.get(pk=admin_connection.pk)
    names = NameCache(connection, client_for(connection), "Offers", {"integrationID": "int-eu"})
    names.complete({"1001", "1002"})
    assert all(names.names[key] for key in ("1001", "1002"))
    paths = {entry["path"].removeprefix("/api/v9") for entry in sandbox.journal("getOffer")}
    assert paths == {"/campaigns/1001/of/int-eu", "/campaigns/1002/of/int-eu"}


def test_a_new_record_has_the_vendors_fields_and_choices(admin_client, resource, records):
    url = resource.url("create", PLACE)
    form = visit(admin_client, url)
    schema = SCHEMAS[resource.name]
    assert form.all("input", name="priority")
    assert form.one("select", name="tier")
    assert not [e for e in form.elements if e["name"] == REMOVED[schema]]
    values = {**form.fields(), "name": "Moved one", **TYPED[resource.name], "tier": "Silver", "priority": "3"}
    lacking = visit(admin_client, url, data={**values, REQUIRED[schema]: ""}, status=422)
    assert "This field is required." in lacking.text
    before = {record["id"] for record in records.all()}
    response = admin_client.post(url, values)
    assert response.status_code == 302, Page(response).text
    [made] = [record for record in records.all() if record["id"] not in before]
    assert (made["tier"], made["priority"]) == ("Silver", 3)
    for (name, field), value in CHOICES.items():
        if name == schema:
            assert made[field] in (value, [value])
    assert visit(admin_client, response["Location"]).all("h1")


def test_a_records_pages_read_save_act_and_archive(admin_client, resource, records, sandbox):
    key = records.ids[0]
    detail = visit(admin_client, resource.url("detail", PLACE, key))
    assert len(detail.all("h1")) == 1
    edit = resource.url("edit", PLACE, key)
    response = admin_client.post(
        edit, {**visit(admin_client, edit).fields(), "tier": "Silver", "priority": "9"}
    )
    assert response.status_code == 302, Page(response).text
    assert (records[key]["tier"], records[key]["priority"]) == ("Silver", 9)
    action = next(action for action in resource.bulk_actions if not action.is_destructive)
    assert not action.is_done_for(records[key])
    act = admin_client.post(resource.url("act", PLACE, key), {"action": action.name}, follow=True)
    assert f"was {action.past}" in Page(act).text
    assert action.is_done_for(records[key])
    archive = resource.url("archive", PLACE, key)
    visit(admin_client, archive)
    assert admin_client.post(archive).status_code == 302
    assert records[key] is None
    roles = builtin_contract().for_tag(resource.tag)
    reached = {entry["operation"] for entry in sandbox.journal()}
    assert {roles[role].id for role in ("get", "update", "delete")} <= reached


def test_a_selection_is_changed_and_archived(admin_client, resource, records, sandbox):
    bulk = Bulk(admin_client, resource, PLACE)
    for action in resource.bulk_actions:
        carried = bulk.carry_out(action.name, records.ids)
        assert set(carried.states) == set(records.ids)
        assert set(carried.states.values()) <= {"Done", "No change"}, carried.rows
        assert all(action.is_done_for(records[key]) for key in records.ids), action.name
    roles = builtin_contract().for_tag(resource.tag)
    reached = {entry["operation"] for entry in sandbox.journal()}
    assert {o.id for role, o in roles.items() if role in ("bulk_status", "bulk_delete")} <= reached


def test_the_small_fragments_read_the_moved_lists(admin_client, resource, records):
    url = resource.url("list", PLACE)
    key = records.ids[0]
    page = visit(admin_client, f"{url}suggest/?q={key}", fragment=True)
    assert key in {item["data-value"] for item in page.all("li")}
    choices = [field for (name, field) in CHOICES if name == SCHEMAS[resource.name]]
    for field in choices:
        if resource.name != "publishers":
            page = visit(admin_client, f"{url}filter/?filter_field={field}", fragment=True)
            assert CHOICES[SCHEMAS[resource.name], field] in {o["value"] for o in page.all("option")}


def test_names_of_referenced_records_are_read_at_their_new_addresses(
    admin_client, resource, records, sandbox
):
    tags = {column.tag for column in resource.columns if isinstance(column, ReferenceColumn)}
    visit(admin_client, resource.url("list", PLACE))
    reached = {entry["operation"] for entry in sandbox.journal()}
    assert {builtin_contract().for_tag(tag)["list"].id for tag in tags} <= reached


def test_an_offers_page_shows_its_events_and_landing_pages(admin_client, sandbox):
    visit(admin_client, "/integrations/int-eu/offers/1001/")
    reached = {entry["operation"] for entry in sandbox.journal()}
    assert {"getOffer", "listOfferEvents", "listOfferLandingPages"} <= reached


@pytest.mark.parametrize("report", ["conversions", "clicks", "impressions", "postback-logs"])
def test_an_export_is_asked_for_followed_and_downloaded(admin_client, sandbox, settings, report):
    settings.EXPORT_SETTLE_SECONDS = 0
    form = {
        "integration": "int-eu",
        "start_time": "2026-11-01T00:00:00",
        "end_time": "2026-11-02T23:59:59",
        "time_zone": "Europe/Berlin",
        "columns": [],
        "more_columns": "date_time",
        "delimiter": "semicolon",
        "anyway": "1",
        "extra_parameters": "",
        "nonce": str(uuid.uuid4()),
    }
    response = admin_client.post(f"/exports/new/?report={report}", {**form, "report": report})
    assert response.status_code == 302, Page(response).text
    export = ExportRequest.objects.get()
    assert export.report == report
    advance_until(export, "ready")
    visit(admin_client, export.get_absolute_url())
    body = b"".join(admin_client.get(f"/exports/{export.pk}/download/").streaming_content)
    assert body.startswith(b"date_time")
    [asked] = sandbox.journal(export.report_type.operation_id)
    query = dict(asked["query"])
    assert (query["from"], query["until"]) == ("2026-11-01 00:00:00", "2026-11-02 23:59:59")
    assert (query["tz"], query["columns"]) == ("Europe/Berlin", "date_time")
    reached = {entry["operation"] for entry in sandbox.journal()}
    assert {"listExports", "getExport", "getExportUrl"} <= reached


def test_a_contract_that_is_replaced_again_is_noticed_by_the_next_page(admin_client, service, sandbox, files):
    url = "/publishers/"
    visit(admin_client, url)
    call_command("contract", "reset", "--service", service.name)
    assert contract_for(Service.objects.get()) is builtin_contract()
    service.base_url = sandbox.base_url
    call_command("contract", "use", str(files / "moved.json"), "--service", service.name)
    assert contract_for(Service.objects.get()).operation("listPublishers").path == "/partners"
    visit(admin_client, url)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"active": "boolean", "data": "array"}, {"active": "active", "data": "data"}),
        ({"on": "boolean", "ids": "array"}, {"active": "on", "data": "ids"}),
        ({"ids": "array", "more": "array"}, {"ids": "ids", "more": "more"}),
    ],
)
def test_a_bulk_body_whose_fields_are_renamed_gets_our_values_by_their_type(fields, expected):
    document = moved_document()
    properties = {name: {"type": kind} for name, kind in fields.items()}
    document["components"]["schemas"]["BulkStatus"] = {"type": "object", "properties": properties}
    operation = builtin_contract().overlaid(document).operation("bulkUpdateOffersStatus")
    assert {name: field.sent_as for name, field in operation.body_fields.items()} == expected
