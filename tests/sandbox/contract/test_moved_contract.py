"""A vendor's document with other addresses, methods and parameter names is served under those."""

import json

import pytest
import requests

from apps.sandbox.contract.routes import BUILTIN_CONTRACT
from tests.support.moved_contract import moved_document
from tests.support.sandbox import Sandbox


@pytest.fixture(scope="module")
def moved(tmp_path_factory):
    """A sandbox whose offers, click report and click download have moved; nothing of ours is in the document."""
    ours = json.loads(BUILTIN_CONTRACT.read_text(encoding="utf-8"))["paths"]

    def described(path: str, method: str, names: dict[str, str]) -> dict:
        operation = json.loads(json.dumps(ours[path][method]))
        for parameter in operation["parameters"]:
            parameter["name"] = names.get(parameter["name"], parameter["name"])
        kept = ("tags", "summary", "parameters", "requestBody", "responses")
        return {name: operation[name] for name in kept if name in operation}

    offers = "/integrations/{integrationID}/offers"
    network = {"integrationID": "network"}
    renamed = {"integration_id": "network", "start_time": "from", "end_time": "until"}
    document = {
        "openapi": "3.1.0",
        "servers": [{"url": "https://api.example.com/api/v9"}],
        "paths": {
            "/networks/{network}/campaigns": {"get": described(offers, "get", network)},
            "/networks/{network}/campaigns/state": {"post": described(f"{offers}/bulk", "put", network)},
            "/networks/{network}/campaigns/{id}": {
                "put": described(f"{offers}/{{offerID}}", "patch", network | {"offerID": "id"}),
                "get": described(f"{offers}/{{offerID}}", "get", network | {"offerID": "id"}),
            },
            "/clicks": {"get": described("/reports/v2/click-table", "get", renamed)},
        },
        "components": {
            "schemas": json.loads(BUILTIN_CONTRACT.read_text(encoding="utf-8"))["components"]["schemas"]
        },
    }
    path = tmp_path_factory.mktemp("contract") / "moved.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with Sandbox(contract=path) as running:
        yield running


def _call(moved: Sandbox, method: str, path: str, **options) -> requests.Response:
    headers = {"API-KEY": moved.admin_key}
    return requests.request(method, f"{moved.base_url}{path}", headers=headers, timeout=60, **options)


def test_operations_answer_at_their_new_addresses_only(moved):
    assert moved.base_url.endswith("/api/v9")
    assert _call(moved, "GET", "/networks/int-eu/campaigns?page[size]=2").json()["meta"]["total_count"] == 250
    assert _call(moved, "GET", "/integrations/int-eu/offers/1001").status_code == 405
    assert _call(moved, "POST", "/integrations/int-eu/offers", json={}).status_code == 400
    assert moved.journal("listOffers")[-1]["status"] == 200


def test_methods_and_path_parameters_may_be_others(moved):
    change = {"name": "Moved", "advertiser_id": 101}
    assert _call(moved, "PATCH", "/networks/int-eu/campaigns/1001", json=change).status_code == 405
    assert _call(moved, "PUT", "/networks/int-eu/campaigns/1001", json=change).status_code == 200
    body = {"data": ["1001"], "active": False}
    assert _call(moved, "POST", "/networks/int-eu/campaigns/state", json=body).status_code == 200
    offer = _call(moved, "GET", "/networks/int-eu/campaigns/1001").json()["data"]
    assert (offer["name"], offer["active"]) == ("Moved", False)


def test_query_parameters_may_be_others(moved):
    old = {"integration_id": "int-eu", "start_time": "2026-01-01 00:00:00", "end_time": "2030-01-01 00:00:00"}
    answer = _call(moved, "GET", "/clicks", params=old | {"page[size]": 5})
    assert set(answer.json()["errors"]) == {*old, "network", "from", "until"}
    new = {"network": "int-eu", "from": old["start_time"], "until": old["end_time"], "page[size]": 5}
    answer = _call(moved, "GET", "/clicks", params=new)
    assert len(answer.json()["data"]["data"]) == 5


def test_operations_the_document_lacks_stay(moved):
    assert _call(moved, "GET", "/publishers").json()["meta"]["total_count"] == 400


def test_fields_may_be_others_and_what_the_document_adds_is_served(tmp_path):
    (tmp_path / "moved.json").write_text(json.dumps(moved_document()), encoding="utf-8")
    with Sandbox(contract=tmp_path / "moved.json") as server:
        change = {
            "title": "x", "name": "A", "advertiserId": 101, "currency": "EUR", "isActive": False,
            "defaultPayout": {"payoutType": "CPA", "RevenuePercent": 5}, "tier": "Gold",
        }  # fmt: skip
        refused = _call(server, "PUT", "/campaigns/1001/of/int-eu", json=change)
        assert refused.json()["errors"] == {"title": ["is not a field of this object"]}
        del change["title"]
        unknown = _call(server, "PUT", "/campaigns/1001/of/int-eu", json={**change, "advertiserId": 9999})
        assert unknown.json()["errors"] == {"advertiserId": ["there is no advertiser 9999"]}
        assert _call(server, "PUT", "/campaigns/1001/of/int-eu", json=change).status_code == 200
        kept = server.application.store.get(("org-main", "offers", "int-eu"), "1001") or {}
        assert (kept["advertiser_id"], kept["active"], kept["tier"]) == (101, False, "Gold")
        assert kept["default_payout"] == {"payout_type": "CPA", "revenue_percent": 5}
        shown = _call(server, "GET", "/campaigns/1001/of/int-eu").json()["data"]
        assert change.items() <= shown.items()
        assert {"createdAt", "lastModified"} <= shown.keys()
        found = _call(
            server,
            "GET",
            "/networks/int-eu/campaigns?filter[advertiserId]=101&filter[defaultPayout.payoutType]=CPA&order_by=-lastModified",
        )
        assert found.json()["data"][0]["id"] == 1001
        old = _call(server, "GET", "/networks/int-eu/campaigns?filter[advertiser_id]=101&order_by=created_at")
        assert set(old.json()["errors"]) == {"filter[advertiser_id]", "order_by"}
        assert _call(server, "GET", "/coffees").json()["data"] == []
        assert _call(server, "POST", "/networks/int-eu/campaigns/restore", json={}).status_code == 501
