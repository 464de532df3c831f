"""Our contract as a vendor might publish it: the same operations at other addresses, by other methods and names."""

import copy
import json
from collections.abc import Iterator
from typing import Any

from apps.api.contract.contract import BUILTIN_FILE

Json = dict[str, Any]

#: Pieces of our paths → theirs, longest first. Names and order of the path parameters move as well.
PATHS = {
    "/integrations/{integrationID}/offers/{offerID}": "/campaigns/{campaign}/of/{network}",
    "/integrations/{integrationID}/offers": "/networks/{network}/campaigns",
    "/integrations/{integrationID}/reports/downloads": "/files/of/{network}",
    "/events/{offerEventID}": "/goals/{id}",
    "/events": "/goals",
    "/landing-pages/{offerLandingPageID}": "/pages/{id}",
    "/landing-pages": "/pages",
    "/users": "/people",
    "/publishers": "/partners",
    "/advertisers": "/clients",
    "/reports/v2": "/live",
    "/download-center": "/center",
    "{userID}": "{id}",
    "{publisherID}": "{id}",
    "{advertiserID}": "{advertiser-id}",
    "{exportID}": "{export}",
}
NAMES = {
    "integrationID": "network",
    "offerID": "campaign",
    "offerEventID": "id",
    "offerLandingPageID": "id",
    "userID": "id",
    "publisherID": "id",
    "advertiserID": "advertiser-id",
    "exportID": "export",
    "integration_id": "integrationId",
    "start_time": "from",
    "end_time": "until",
    "timezone": "tz",
    "fields": "columns",
    "extra_parameters": "more",
    "artifact_name": "artifactName",
    "page[number]": "pageNumber",
    "page[size]": "limit",
    "sort": "order_by",
}
#: What each schema of a record asks for besides, has no more, and lets one choose besides.
REQUIRED = {
    "Offer": "currency",
    "Publisher": "company_name",
    "Advertiser": "company_name",
    "OfferEvent": "description",
    "OfferLandingPage": "preview_url",
    "UserCreate": "first_name",
    "UserUpdate": "first_name",
}
REMOVED = {
    "Offer": "restriction_note",
    "Publisher": "messenger",
    "Advertiser": "messenger",
    "OfferEvent": "manually_approve_events",
    "OfferLandingPage": "hide_from_publishers",
    "UserCreate": "city",
    "UserUpdate": "city",
}
CHOICES = {
    ("Offer", "visibility"): "Secret",
    ("Publisher", "promotional_method"): "Podcast",
    ("OfferEvent", "payout_type"): "CPX",
    ("UserCreate", "role"): "auditor",
    ("UserUpdate", "role"): "auditor",
}
TIERS = ["Gold", "Silver"]
#: Our fields → theirs, by schema: the same word, another of the same meaning, and one that only `STATED` explains.
FIELDS = {
    "Offer": {
        "advertiser_id": "advertiserId",
        "default_payout": "defaultPayout",
        "active": "isActive",
        "conversion_name": "Conversion-Name",
        "description": "pitch",
    },
    "OfferPayoutConfig": {"payout_type": "payoutType", "revenue_percent": "RevenuePercent"},
    "Publisher": {
        "manager_id": "accountManager",
        "promotional_method": "promotionalMethod",
        "country": "countryCode",
    },
    "Advertiser": {"company_name": "company", "phone": "phoneNumber", "active": "enabled"},
    "OfferEvent": {"payout_type": "payoutType", "active": "is_active"},
    "OfferLandingPage": {"redirect_url": "targetUrl", "preview_url": "PREVIEW_URL"},
    "UserCreate": {"first_name": "firstName", "email": "emailAddress", "timezone": "tz"},
    "UserUpdate": {"first_name": "firstName", "email": "emailAddress", "timezone": "tz"},
    "BulkStatus": {"active": "state", "data": "ids"},
    "BulkDelete": {"data": "records"},
}
STATED = {"Offers.description": "pitch"}
#: What each answered record has besides: our name → theirs.
DATES = {"created_at": "createdAt", "updated_at": "lastModified"}


def moved_document() -> Json:
    """The document, with nothing in it that only our own file has (effects, roles, ids).

    Each renamed field says what it is in `x-meaning`, for the server; `published` takes that out.
    """
    ours = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))
    paths: dict[str, Json] = {}
    for path, method, operation in _moved_operations(ours["paths"]):
        assert method not in paths.setdefault(path, {}), (path, method)
        paths[path][method] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Moved API", "version": "9"},
        "servers": [{"url": "https://api.example.com/api/v9"}],
        "paths": paths | _added_operations(),
        "components": {"schemas": _changed_schemas(ours["components"]["schemas"])},
        "x-field-names": STATED,
    }


def _added_operations() -> Json:
    """What the vendor has besides: one more for offers, and records of a kind that we do not have."""
    network = {"name": "network", "in": "path", "required": True, "schema": {"type": "string"}}
    body = {
        "type": "object",
        "properties": {"advertiserId": {"type": "string"}, "isActive": {"type": "integer"}},
    }
    restore = {
        "tags": ["Offers"],
        "summary": "Restore Offers",
        "operationId": "restoreOffers",
        "requestBody": {"content": {"application/json": {"schema": body}}},
    }
    coffees = {"tags": ["Coffees"], "summary": "List Coffees", "operationId": "listCoffees"}
    return {
        "/networks/{network}/campaigns/restore": {"parameters": [network], "post": restore},
        "/coffees": {"get": coffees},
    }


def published(document: Json) -> Json:
    """The document as the vendor gives it to us: it does not say which field is which of ours."""

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(item) for item in node]
        if isinstance(node, dict):
            return {key: plain(value) for key, value in node.items() if key != "x-meaning"}
        return node

    return dict(plain(document))


def _moved_operations(paths: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in paths.items():
        for method, ours in item.items():
            kept = ("tags", "summary", "parameters", "requestBody", "responses", "security")
            operation = copy.deepcopy({name: ours[name] for name in kept if name in ours})
            for parameter in operation.get("parameters", []):
                parameter["name"] = NAMES.get(parameter["name"], parameter["name"])
            if ours["x-role"] == "get" and ours["tags"][0] != "DownloadCenter":
                record = operation["responses"]["200"]["content"]["application/json"]["schema"]["properties"]
                record["data"]["properties"] = {
                    name: {"type": "string", "format": "date-time", "x-meaning": own}
                    for own, name in DATES.items()
                }
            yield (*_moved(path, method, ours["x-role"], ours["tags"][0]), operation)


def _moved(path: str, method: str, role: str, tag: str) -> tuple[str, str]:
    for piece, theirs in PATHS.items():
        path = path.replace(piece, theirs)
    if role == "update":
        is_put = tag in ("Offers", "Users", "OfferLandingPages")
        return (path, "put") if is_put else (f"{path}/change", "post")
    if role == "delete":
        return f"{path}/archive", "post"
    if role in ("bulk_status", "bulk_delete"):
        return path.replace("/bulk", "/state" if role == "bulk_status" else "/archive-many"), "post"
    return path, method


def _changed_schemas(schemas: Json) -> Json:
    schemas = copy.deepcopy(schemas)
    for name, required in REQUIRED.items():
        schema = schemas[name]
        schema["required"] = [*schema.get("required", []), required]
        del schema["properties"][REMOVED[name]]
        schema["properties"]["tier"] = {"type": "string", "enum": TIERS}
        schema["properties"]["priority"] = {"type": "integer"}
    for (name, field), value in CHOICES.items():
        schema = schemas[name]["properties"][field]
        schema.get("items", schema)["enum"].append(value)
    for name, names in FIELDS.items():
        _rename(schemas[name], names)
    return schemas


def _rename(schema: Json, names: dict[str, str]) -> None:
    schema["properties"] = {
        names.get(name, name): {**described, "x-meaning": name} if name in names else described
        for name, described in schema["properties"].items()
    }
    if "required" in schema:
        schema["required"] = [names.get(name, name) for name in schema["required"]]
