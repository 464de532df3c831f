"""The resource of `docs/adding-a-resource.md` in use: run in the copy that has it (test_adding_a_resource.py)."""

import json

import pytest
from django.core.management import call_command

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.declaration.system_checks import check_resources
from tests.resources.every.places import PLACE
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.bulk_runs import Bulk
from tests.support.people import connect
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.django_db

COUPONS = registry.named("coupons")
KEPT_AT = ("org-main", "coupons", "int-eu")
FORM = {
    "code": "SUMMER",
    "active": "on",
    "advertiser_id": "101",
    "kind": "percent",
    "value": "12.5",
    "currency": "EUR",
    "valid_until": "2027-01-31T23:59:59Z",
    "channels": ["Email", "Search"],
    "landing_urls": "https://a.example/\r\nhttps://b.example/",
    "limits.total": "100",
}
KEPT = {
    "code": "SUMMER",
    "active": True,
    "advertiser_id": 101,
    "kind": "percent",
    "value": 12.5,
    "currency": "EUR",
    "valid_until": "2027-01-31T23:59:59Z",
    "channels": ["Email", "Search"],
    "landing_urls": ["https://a.example/", "https://b.example/"],
    "limits": {"total": 100},
}


def test_the_declaration_fits_its_contract_and_the_menu_and_the_search_have_it(admin_client, sandbox):
    assert check_resources() == []
    assert set(builtin_contract().for_tag("Coupons")) == {
        "list", "create", "get", "update", "delete", "bulk_status",
    }  # fmt: skip
    page = visit(admin_client, COUPONS.url("list", PLACE))
    assert page.link("Coupons") == COUPONS.url("list", PLACE)
    # The first records are those of its seed.json.
    assert page.rows == ["SPRING", "WELCOME"]
    found = Page(admin_client.get("/search/?q=SPRING"))
    assert COUPONS.url("detail", PLACE, "1") in {link["href"] for link in found.all("a")}


def test_what_the_api_alone_sets_is_shown_filtered_by_and_never_sent(admin_client, sandbox, sent):
    page = visit(admin_client, COUPONS.url("detail", PLACE, "1"))
    assert "310.50" in page.text
    listed = visit(
        admin_client, COUPONS.url("list", PLACE) + "?filter[limits.used][gt]=5&sort=-redeemed_amount"
    )
    assert listed.rows == ["SPRING"]
    edit = COUPONS.url("edit", PLACE, "1")
    fields = visit(admin_client, edit).fields()
    assert not {"limits.used", "redeemed_amount", "id", "created_at"} & fields.keys()
    changed = {**fields, "limits.total": "7", "limits.used": "0", "redeemed_amount": "0"}
    assert admin_client.post(edit, changed).status_code == 302
    [(operation, body)] = sent
    assert (operation, body["limits"]) == ("updateCoupon", {"total": 7})
    assert "redeemed_amount" not in body


def test_an_emptied_field_is_null_where_the_contract_has_that(admin_client, sandbox, sent):
    edit = COUPONS.url("edit", PLACE, "1")
    emptied = {"value": "", "valid_until": "", "code": "SPRING"}
    response = admin_client.post(edit, {**visit(admin_client, edit).fields(), **emptied})
    assert response.status_code == 302, Page(response).text
    [(_, body)] = sent
    assert {name: body[name] for name in ("value", "valid_until")} == {"value": None, "valid_until": None}
    other = COUPONS.url("edit", PLACE, "2")
    assert (
        admin_client.post(other, {**visit(admin_client, other).fields(), "currency": ""}).status_code == 302
    )
    assert sent[-1][1]["currency"] is None


def test_a_coupon_is_made_shown_changed_switched_and_archived(admin_client, sandbox):
    new = COUPONS.url("create", PLACE)
    form = visit(admin_client, new)
    # What the contract has as default.
    assert form.fields()["active"] == "on"
    lacking = visit(admin_client, new, data={**form.fields(), "code": ""}, status=422)
    assert "This field is required." in lacking.text
    response = admin_client.post(new, {**form.fields(), **FORM})
    assert response.status_code == 302, Page(response).text
    key = response["Location"].rstrip("/").rsplit("/", 1)[-1]
    made = sandbox.application.store.get(KEPT_AT, key)
    assert {name: made[name] for name in KEPT} == KEPT
    page = visit(admin_client, response["Location"])
    for words in ("SUMMER", "12.5", "Email, Search", "31 Jan 2027"):
        assert words in page.text
    edit = COUPONS.url("edit", PLACE, key)
    changed = {**visit(admin_client, edit).fields(), "limits.total": "5", "kind": "amount"}
    assert admin_client.post(edit, changed).status_code == 302
    made = sandbox.application.store.get(KEPT_AT, key)
    assert (made["limits"], made["kind"]) == ({"total": 5}, "amount")
    act = COUPONS.url("act", PLACE, key)
    assert "was deactivated" in Page(admin_client.post(act, {"action": "deactivate"}, follow=True)).text
    archive = COUPONS.url("archive", PLACE, key)
    visit(admin_client, archive)
    assert admin_client.post(archive).status_code == 302
    assert sandbox.application.store.get(KEPT_AT, key) is None


def test_a_selection_is_switched_by_the_bulk_operation_and_archived_one_by_one(admin_client, sandbox, calls):
    bulk, ids = Bulk(admin_client, COUPONS, PLACE), ["1", "2"]
    for name, operation in (("deactivate", "bulkUpdateCouponsStatus"), ("archive", "deleteCoupon")):
        calls()
        carried = bulk.carry_out(name, ids)
        assert set(carried.states.values()) <= {"Done", "No change"}
        assert operation in calls()
    assert all(sandbox.application.store.get(KEPT_AT, key) is None for key in ids)


def test_a_services_own_contract_is_followed_for_the_added_tag_too(admin_client, service, tmp_path):
    text = (COUPONS.contract_file or tmp_path).read_text(encoding="utf-8")
    for ours, theirs in (
        ("/integrations/{integrationID}/coupons", "/networks/{network}/vouchers"),
        ("{couponID}", "{voucher}"), ('"patch"', '"put"'), ('"valid_until"', '"validUntil"'),
        ('"limits"', '"Limits"'), ('"redeemed_amount"', '"redeemedAmount"'),
    ):  # fmt: skip
        assert ours in text
        text = text.replace(ours, theirs)
    assert json.loads(text)
    (tmp_path / "moved.json").write_text(text, encoding="utf-8")
    with Sandbox(contract=tmp_path / "moved.json") as moved:
        service.base_url = moved.base_url
        service.save()
        # A key is bound to the address it was stored for.
        connect(service.connections.get().owner, service, moved.admin_key)
        call_command("contract", "use", str(tmp_path / "moved.json"), "--service", service.name)
        new = COUPONS.url("create", PLACE)
        response = admin_client.post(new, {**visit(admin_client, new).fields(), **FORM})
        assert response.status_code == 302, Page(response).text
        made = moved.application.store.records(KEPT_AT)[-1]
        page = visit(admin_client, COUPONS.url("detail", PLACE, str(made["id"])))
        assert "31 Jan 2027" in page.text
        assert "310.50" in visit(admin_client, COUPONS.url("detail", PLACE, "1")).text
        edit = COUPONS.url("edit", PLACE, str(made["id"]))
        fields = visit(admin_client, edit).fields()
        assert admin_client.post(edit, {**fields, "limits.total": "7"}).status_code == 302
        assert [entry for entry in moved.journal() if entry["violations"]] == []
        asked = {entry["operation"] for entry in moved.journal()}
        assert asked >= {"createCoupon", "getCoupon", "updateCoupon"}
