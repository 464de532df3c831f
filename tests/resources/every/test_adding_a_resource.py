"""`docs/adding-a-resource.md`, word by word: its folder is made, and held to what holds for every resource."""

import importlib
import re
import tempfile
from inspect import get_annotations
from pathlib import Path
from types import ModuleType

import pytest
from django.core.management import call_command

import apps as rooms
from apps.api.contract import add_contract_file, builtin_contract, remove_contract_file
from apps.resources import registry
from apps.resources.checks import check_resources
from apps.resources.forms import ContractForm
from apps.resources.resource import Resource
from integr8admin import urls
from tests.resources.every.places import PLACE
from tests.resources.every.test_bad_news import *  # noqa: F403
from tests.resources.every.test_controls import *  # noqa: F403
from tests.resources.every.test_costs import *  # noqa: F403
from tests.resources.every.test_list import *  # noqa: F403
from tests.resources.every.test_people import *  # noqa: F403
from tests.resources.pages import Page
from tests.resources.rules import carried_out, visit
from tests.support.people import connect
from tests.support.sandbox import Sandbox

DOCUMENT = (Path(__file__).parents[3] / "docs" / "adding-a-resource.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`apps/(coupons/\S+)`\n\n```\w+\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))


def _made_from_the_document(folder: Path) -> Resource:
    """The app of the document's blocks, imported as one of ours; what its import registered is taken back."""
    for name, text in FILES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    (folder / "coupons" / "__init__.py").touch()
    rooms.__path__.append(str(folder))
    try:
        importlib.import_module("apps.coupons.apps")
        importlib.import_module("apps.coupons.resource")
    finally:
        rooms.__path__.remove(str(folder))
    made = registry._resources.pop("coupons")
    assert made.contract_file is not None
    assert made.prefix == "integrations/<record:integrationID>/coupons/"
    assert made.id_parameter == "couponID"
    remove_contract_file(made.contract_file)
    return made


COUPONS = _made_from_the_document(Path(tempfile.mkdtemp(prefix="integr8-coupons-")))
CONTRACT = COUPONS.contract_file or Path()
RESOURCES = [COUPONS]


@pytest.fixture(autouse=True)
def _registered(settings):
    """The resource and its addresses are there during each test, and only then."""
    add_contract_file(CONTRACT)
    registry._resources[COUPONS.name] = COUPONS
    site = ModuleType("site_with_coupons")
    site.__dict__.update({name: value for name, value in vars(urls).items() if name.startswith("handler")})
    vars(site)["urlpatterns"] = [*urls.urlpatterns, COUPONS.urls()]
    settings.ROOT_URLCONF = site
    yield
    del registry._resources[COUPONS.name]
    remove_contract_file(CONTRACT)


@pytest.fixture(scope="module")
def coupons_server():
    with Sandbox(contract=CONTRACT) as running:
        yield running


@pytest.fixture
def sandbox(coupons_server):
    """A server of our contract that has coupons too."""
    coupons_server.reset()
    coupons_server.settings(export_pending_seconds=0, export_running_seconds=0)
    yield coupons_server
    coupons_server.faults()


FORM = {
    "code": "SUMMER",
    "active": "on",
    "advertiser_id": "101",
    "kind": "percent",
    "value": "12.5",
    "valid_until": "2027-01-31T23:59:59Z",
    "channels": ["Email", "Search"],
    "landing_urls": "https://a.example/\r\nhttps://b.example/",
    "limits.per_customer": "1",
    "limits.total": "100",
}
KEPT = {
    "code": "SUMMER",
    "active": True,
    "advertiser_id": 101,
    "kind": "percent",
    "value": 12.5,
    "valid_until": "2027-01-31T23:59:59Z",
    "channels": ["Email", "Search"],
    "landing_urls": ["https://a.example/", "https://b.example/"],
    "limits": {"per_customer": 1, "total": 100},
}
PLACE_KEPT = ("org-main", "coupons", "int-eu")


def test_the_declaration_fits_its_contract_and_the_menu_has_it(admin_client, sandbox):
    assert check_resources() == []
    assert set(builtin_contract().for_tag("Coupons")) == {
        "list", "create", "get", "update", "delete", "bulk_status",
    }  # fmt: skip
    page = visit(admin_client, COUPONS.url("list", PLACE))
    assert page.link("Coupons") == COUPONS.url("list", PLACE)
    # The record's address, and what it refers to.
    assert page.all("a", href=COUPONS.url("detail", PLACE, "1001"))


def test_a_coupon_is_made_shown_changed_switched_and_archived(admin_client, sandbox):
    new = COUPONS.url("create", PLACE)
    form = visit(admin_client, new)
    lacking = visit(admin_client, new, data={**form.fields(), "code": ""}, status=422)
    assert "This field is required." in lacking.text
    response = admin_client.post(new, {**form.fields(), **FORM})
    assert response.status_code == 302, Page(response).text
    key = response["Location"].rstrip("/").rsplit("/", 1)[-1]
    made = sandbox.application.store.get(PLACE_KEPT, key)
    assert {name: made[name] for name in KEPT} == KEPT
    page = visit(admin_client, response["Location"])
    for words in ("SUMMER", "12.5", "Email, Search", "31 Jan 2027"):
        assert words in page.text
    edit = COUPONS.url("edit", PLACE, key)
    changed = admin_client.post(
        edit, {**visit(admin_client, edit).fields(), "limits.total": "5", "kind": "amount"}
    )
    assert changed.status_code == 302, Page(changed).text
    made = sandbox.application.store.get(PLACE_KEPT, key)
    assert (made["limits"], made["kind"]) == ({"per_customer": 1, "total": 5}, "amount")
    act = COUPONS.url("act", PLACE, key)
    assert "was deactivated" in Page(admin_client.post(act, {"action": "deactivate"}, follow=True)).text
    archive = COUPONS.url("archive", PLACE, key)
    visit(admin_client, archive)
    assert admin_client.post(archive).status_code == 302
    assert sandbox.application.store.get(PLACE_KEPT, key) is None


def test_a_selection_is_switched_by_the_bulk_operation_and_archived_one_by_one(admin_client, sandbox, calls):
    url, ids = COUPONS.url("bulk", PLACE), ["1001", "1002"]
    for name, operation in (("deactivate", "bulkUpdateCouponsStatus"), ("archive", "deleteCoupon")):
        calls()
        page = carried_out(admin_client, url, {"action": name, "id": ids, "confirmed": "yes"})
        assert "Failed" not in page.text
        assert operation in calls()
    assert all(sandbox.application.store.get(PLACE_KEPT, key) is None for key in ids)


def test_a_services_own_contract_is_followed_for_the_added_tag_too(admin_client, service, tmp_path):
    text = FILES["coupons/contract.json"]
    for ours, theirs in (
        ("/integrations/{integrationID}/coupons", "/networks/{network}/vouchers"),
        ("{couponID}", "{voucher}"), ('"couponID"', '"voucher"'), ('"integrationID"', '"network"'),
        ('"patch"', '"put"'), ('"valid_until"', '"validUntil"'), ('"limits"', '"Limits"'),
    ):  # fmt: skip
        assert ours in text
        text = text.replace(ours, theirs)
    (tmp_path / "moved.json").write_text(text, encoding="utf-8")
    with Sandbox(contract=tmp_path / "moved.json") as moved:
        service.base_url = moved.base_url
        service.save()
        # A key is bound to the address it was stored for.
        connect(service.connections.get().owner, service, moved.admin_key)
        call_command("contract", "use", str(tmp_path / "moved.json"), "--service", service.name)
        response = admin_client.post(
            COUPONS.url("create", PLACE),
            {**visit(admin_client, COUPONS.url("create", PLACE)).fields(), **FORM},
        )
        assert response.status_code == 302, Page(response).text
        [made] = moved.application.store.records(PLACE_KEPT)
        page = visit(admin_client, COUPONS.url("detail", PLACE, str(made["id"])))
        assert "31 Jan 2027" in page.text
        edit = COUPONS.url("edit", PLACE, str(made["id"]))
        fields = visit(admin_client, edit).fields()
        assert admin_client.post(edit, {**fields, "limits.total": "7"}).status_code == 302
        assert [entry for entry in moved.journal() if entry["violations"]] == []
        assert {entry["operation"] for entry in moved.journal()} >= {
            "createCoupon",
            "getCoupon",
            "updateCoupon",
        }


@pytest.mark.parametrize("declared", [Resource, ContractForm])
def test_the_document_names_every_attribute_and_the_engines_defaults(declared):
    tables = DOCUMENT[DOCUMENT.index("## Every attribute") :]
    cells = [
        [cell.strip() for cell in line.split("|")] for line in tables.splitlines() if line.startswith("| `")
    ]
    rows = {name: row[2] for row in cells for name in re.findall(r"`(\w+)`", row[1])}
    public = {
        name
        for name in vars(declared)
        if (not name.startswith("_") and name in rows) or _is_plain(declared, name)
    }
    public |= {name for name in get_annotations(declared) if not name.startswith("_")}
    assert public <= rows.keys()
    for name in public:
        if name not in vars(declared):
            assert rows[name] == "", f"{name} has no default"


def _is_plain(declared, name):
    value = vars(declared).get(name)
    inherited = {"use_required_attribute", "media", "declared_fields", "base_fields"}
    return (
        not name.startswith("_")
        and isinstance(value, str | int | tuple | dict | frozenset)
        and name not in inherited
    )
