"""The operations on records: what they accept, what they refuse, what they change."""

from typing import Any

import pytest
import requests

from apps.resources import registry
from apps.sandbox.contract.routes import Contract, Operation
from apps.sandbox.contract.schemas import properties_of, type_of
from tests.resources.every.places import known_ids

OFFERS = "/integrations/int-eu/offers"
RANGE = {"start_time": "2026-01-01 00:00:00", "end_time": "2026-01-02 00:00:00"}
PATH = {**known_ids(1), "exportID": "exp-000002"}
BODIES = {
    "createUser": {"email": "new@example.com", "password": "p4ssw0rd-long", "role": "admin"},
    "updateUser": {"city": "Lyon"},
    "createOffer": {"name": "New", "advertiser_id": 101},
    "updateOffer": {"name": "Other", "advertiser_id": 101},
    "createOfferLandingPage": {"name": "New", "redirect_url": "https://example.com/"},
    "updateOfferLandingPage": {"name": "Other", "redirect_url": "https://example.com/"},
}
QUERIES: dict[str, dict[str, object]] = {
    "report": {**RANGE, "integration_id": "int-eu", "page[size]": 5},
    "export": {**RANGE, "fields": "date_time", "extra_parameters": ""},
    "signed_url": {"artifact_name": "click_logs_int-eu_exp-000004.csv"},
}


def _body(operation: Operation) -> dict[str, Any]:
    """What the operation takes: the fields it requires, and a name where it has one."""
    schema = operation.body_schema or {}
    fields = properties_of(schema)
    body = {name: _value(fields[name], name) for name in schema.get("required", [])}
    return body or ({"name": "Some name"} if "name" in fields else {})


def _value(schema: dict[str, Any], name: str) -> Any:
    if schema.get("enum"):
        return schema["enum"][0]
    if name == "advertiser_id":
        return 101
    samples = {"integer": 1, "number": 1.5, "boolean": True, "array": [], "object": {}}
    return samples.get(type_of(schema), "Some text")


OPERATIONS = Contract.load(added=registry.contract_files()).operations


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS.keys())
def test_every_operation_answers_a_good_request(operation, call, sandbox):
    if operation.id in ("getSharedExportUrl", "getExportUrl"):
        exports = call("GET", "/download-center/exports").json()["data"]
        done = next(one for one in exports if one["status"] == "COMPLETED")
        query = {"artifact_name": done["artifact"]["name"]}
        if operation.id == "getSharedExportUrl":
            query["token"] = done["guest_token"]
    else:
        query = dict(QUERIES.get(operation.role, {}))
    if operation.id == "downloadPostbackLogs":
        del query["extra_parameters"]
    path = operation.path
    for name, value in PATH.items():
        path = path.replace(f"{{{name}}}", value)
    bulk = {"data": ["1001"], **({"active": False} if operation.role == "bulk_status" else {})}
    body = bulk if operation.role.startswith("bulk") else BODIES.get(operation.id) or _body(operation)
    answer = call(operation.method, path, params=query, json=body if operation.body_schema else None)
    assert answer.status_code == 200, answer.text
    assert sandbox.journal(operation.id)[-1]["violations"] == []


def test_a_list_tells_how_much_there_is(call):
    answer = call("GET", OFFERS, params={"page[size]": 100, "page[number]": 3}).json()
    assert answer["meta"] == {"total_count": 250, "total_page": 3}
    assert len(answer["data"]) == 50
    assert call("GET", "/publishers").json()["meta"]["total_count"] == 400
    assert call("GET", "/advertisers").json()["meta"]["total_count"] == 60
    assert call("GET", "/users").json()["meta"]["total_count"] == 12


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("filter[active]=true", lambda offer: offer["active"] is True),
        ("filter[currency][ne]=USD", lambda offer: offer["currency"] != "USD"),
        ("filter[default_payout.payout][gte]=50", lambda offer: offer["default_payout"]["payout"] >= 50),
        ("filter[default_payout.payout][lt]=5", lambda offer: offer["default_payout"]["payout"] < 5),
        ("filter[id][in]=1001,1005", lambda offer: offer["id"] in (1001, 1005)),
        ("filter[name][contains]=VPN", lambda offer: "VPN" in offer["name"]),
        ("filter[name][starts_with]=Nimbus", lambda offer: offer["name"].startswith("Nimbus")),
        (
            "filter[visibility]=Private&filter[active]=false",
            lambda o: o["visibility"] == "Private" and not o["active"],
        ),
    ],
)
def test_filters_keep_what_fits(query, holds, call):
    found = call("GET", f"{OFFERS}?{query}&page[size]=100").json()
    assert found["data"]
    assert found["meta"]["total_count"] < 250
    assert all(holds(offer) for offer in found["data"])


def test_sorting_by_several_fields(call):
    params = {"sort": "-active,name", "page[size]": 100}
    rows = call("GET", OFFERS, params=params).json()["data"]
    keys = [(not row["active"], row["name"].casefold()) for row in rows]
    assert keys == sorted(keys)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("page[size]=101", "page[size]"),
        ("page[size]=0", "page[size]"),
        ("page[number]=0", "page[number]"),
        ("page[number]=two", "page[number]"),
        ("colour=red", "colour"),
        ("sort=colour", "sort"),
        ("filter[colour]=red", "filter[colour]"),
        ("filter[name][like]=a", "filter[name][like]"),
        ("filter[active]=maybe", "filter[active]"),
        ("filter[advertiser_id][gt]=many", "filter[advertiser_id][gt]"),
        ("sort=name&sort=id", "sort"),
    ],
)
def test_a_query_outside_the_contract_is_refused_by_field(query, field, call, sandbox):
    answer = call("GET", f"{OFFERS}?{query}")
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert sandbox.journal()[-1]["violations"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"advertiser_id": 101}, "name"),
        ({"name": "x"}, "advertiser_id"),
        ({"name": 3, "advertiser_id": 101}, "name"),
        ({"name": "x", "advertiser_id": "101"}, "advertiser_id"),
        ({"name": "x", "advertiser_id": 101, "currency": "GBP"}, "currency"),
        ({"name": "x", "advertiser_id": 101, "colour": "red"}, "colour"),
        ({"name": "x", "advertiser_id": 999_999}, "advertiser_id"),
        ({"name": "x", "advertiser_id": 101, "default_payout": {"payout": "1"}}, "default_payout.payout"),
    ],
)
def test_a_body_outside_the_contract_is_refused_by_field_and_changes_nothing(body, field, call):
    answer = call("POST", OFFERS, json=body)
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == [field]
    assert call("GET", OFFERS).json()["meta"]["total_count"] == 250


def test_a_created_offer_can_be_changed_and_archived(call, sandbox):
    number = call("POST", OFFERS, json={"name": "Spring", "advertiser_id": 101}).json()["created_item_id"]
    change = {"name": "Spring", "advertiser_id": 102, "active": False, "default_payout": {"payout": 2.5}}
    assert call("PATCH", f"{OFFERS}/{number}", json=change).json() == {}
    offer = call("GET", f"{OFFERS}/{number}").json()["data"]
    assert (offer["id"], offer["advertiser_id"], offer["active"]) == (int(number), 102, False)
    assert call("DELETE", f"{OFFERS}/{number}").content == b""
    assert call("GET", f"{OFFERS}/{number}").status_code == 404
    assert call("DELETE", f"{OFFERS}/{number}").status_code == 404
    again = call("POST", OFFERS, json={"name": "Spring", "advertiser_id": 101}).json()["created_item_id"]
    assert again != number
    effects = [entry["effect"] for entry in sandbox.journal() if entry["effect"]]
    assert effects == [
        f"created offers {number}",
        f"updated offers {number}",
        f"deleted offers {number}",
        f"created offers {again}",
    ]


def test_bulk_calls_pass_over_ids_of_no_record(call):
    call("PUT", f"{OFFERS}/bulk", json={"active": False, "data": ["1001", "1002", "7"]})
    assert [call("GET", f"{OFFERS}/{i}").json()["data"]["active"] for i in (1001, 1002)] == [False, False]
    assert call("DELETE", f"{OFFERS}/bulk", json={"data": ["1001", "1002", "7"]}).json() == {}
    assert call("GET", OFFERS).json()["meta"]["total_count"] == 248
    assert call("DELETE", f"{OFFERS}/bulk", json={}).status_code == 400


def test_passwords_are_never_shown(call):
    body = {"email": "new@example.com", "password": "canary-password", "role": "admin"}
    user = call("POST", "/users", json=body).json()["created_item_id"]
    assert "canary" not in call("GET", f"/users/{user}").text
    assert call("POST", "/users", json=body).json()["errors"] == {"email": ["is in use already"]}


def test_keys_decide_what_is_allowed(call, sandbox):
    assert call("GET", "/users", key=None).status_code == 401
    assert call("GET", "/users", key=sandbox.revoked_key).status_code == 401
    assert call("GET", "/users", key=sandbox.manager_key).status_code == 200
    assert call("DELETE", "/users/usr-main-003", key=sandbox.manager_key).status_code == 403
    assert call("DELETE", f"{OFFERS}/bulk", key=sandbox.manager_key, json={"data": []}).status_code == 403
    assert call("GET", OFFERS, key=sandbox.other_organisation_key).status_code == 404
    assert call("GET", "/advertisers", key=sandbox.other_organisation_key).json()["meta"]["total_count"] == 5
    names = [entry["key"] for entry in sandbox.journal()]
    assert names == ["none", "revoked", *["manager"] * 3, *["other-organisation"] * 2]


def test_the_three_ways_to_send_a_key(sandbox):
    url, key = f"{sandbox.base_url}/users", sandbox.admin_key
    for headers, params in (
        ({"API-KEY": key}, {}),
        ({"Authorization": f"Bearer {key}"}, {}),
        ({}, {"access_token": key}),
    ):
        assert requests.get(url, headers=headers, params=params, timeout=60).status_code == 200
    assert key not in str(sandbox.journal())


def test_unknown_addresses_and_methods_are_violations_and_missing_records_are_not(call, sandbox):
    assert call("GET", "/coffees").status_code == 404
    assert call("GET", f"{OFFERS}/1001%2Fevents").status_code == 404
    answer = call("PUT", "/users")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST")
    assert [bool(entry["violations"]) for entry in sandbox.journal()] == [True, False, True]
    assert call("GET", f"{OFFERS}/7").status_code == 404
    assert sandbox.journal()[-1]["violations"] == []


def test_lists_hold_what_a_careful_reader_must_survive(call):
    offers = call("GET", OFFERS, params={"page[size]": 100}).json()["data"]
    names = [offer["name"] for offer in offers]
    assert "<img src=x onerror=alert(1)>" in names
    assert max(map(len, names)) == 400
    assert any(offer.get("visibility") == "Invite_Only" for offer in offers)
    assert any("internal_score" in offer for offer in offers)
    assert any("updated_at" not in offer for offer in offers)
    assert any(offer.get("created_at", "") is None for offer in offers)
    assert any(offer["fallback_url"].startswith("javascript:") for offer in offers)
