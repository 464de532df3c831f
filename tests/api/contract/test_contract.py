import copy
import json
import re

import pytest

from apps.api.contract.contract import (
    BUILTIN_FILE,
    Contract,
    ContractError,
    Parameter,
    reference_contract,
)
from apps.api.contract.name_matching import own_parameter_names
from apps.api.http.protocol import build_request

DOCUMENT = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))
ROLES = {
    "list",
    "create",
    "get",
    "update",
    "delete",
    "bulk_status",
    "bulk_delete",
    "export",
    "report",
    "signed_url",
}
CRUD = {"list", "create", "get", "update", "delete"}


@pytest.fixture
def contract() -> Contract:
    return reference_contract()


def moved_document() -> dict:
    """Our document as a vendor might publish it: everything is somewhere else and called otherwise."""
    text = json.dumps(DOCUMENT)
    text = re.sub(r"integrationID", "integration_id_", text)
    text = text.replace("{offerID}", "{id}").replace('"name": "offerID"', '"name": "id"')
    document = json.loads(text)
    document["servers"] = [{"url": "https://elsewhere.example/v9"}]
    document["paths"] = {f"/v3{path}": item for path, item in document["paths"].items()}
    for item in document["paths"].values():
        for operation in item.values():
            operation["tags"] = [re.sub(r"(?<!^)([A-Z])", r" \1", operation["tags"][0]).lower()]
            operation["summary"] = f"  {operation['summary'].upper()} "
            operation["operationId"] = f"x_{operation['operationId']}"
            for word in ("x-effect", "x-role", "x-creates", "security"):
                operation.pop(word, None)
    return document


def test_the_contract_has_the_48_operations_of_the_reference(contract: Contract) -> None:
    assert len(contract.operations) == 48


def test_every_operation_says_what_repeating_it_does_and_what_it_is_for(contract: Contract) -> None:
    for operation in contract.operations.values():
        assert operation.effect in {"safe", "idempotent", "creates"}, operation.id
        assert operation.role in ROLES, operation.id
        assert (operation.effect == "creates") == (operation.role in {"create", "export"}), operation.id


def test_an_export_creates_although_its_method_is_get(contract: Contract) -> None:
    exports = [o for o in contract.operations.values() if (o.tag, o.role) == ("Reports", "export")]
    assert {operation.method for operation in exports} == {"GET"}
    assert {operation.effect for operation in exports} == {"creates"}
    assert len(exports) == 4


def test_only_the_shared_reports_address_needs_no_key(contract: Contract) -> None:
    open_ones = [operation.id for operation in contract.operations.values() if not operation.needs_credential]
    assert open_ones == ["getSharedExportUrl"]


def test_a_tag_gives_its_operations_by_role(contract: Contract) -> None:
    assert set(contract.for_tag("Offers")) == CRUD | {"bulk_status", "bulk_delete"}
    assert contract.for_tag("Offers")["bulk_delete"].id == "bulkDeleteOffers"
    assert set(contract.for_tag("OfferEvents")) == CRUD
    assert contract.for_tag("Nothing") == {}


def test_body_fields_tell_types_choices_and_what_is_required(contract: Contract) -> None:
    fields = contract.operation("updateOffer").body_fields
    assert {name for name, field in fields.items() if field.required} == {"advertiser_id", "name"}
    assert fields["visibility"].enum == ("Public", "Private", "Requires_Approval")
    assert fields["advertiser_id"].type == "integer"
    assert fields["default_payout"].fields["payout_type"].enum[0] == "CPA"
    methods = contract.operation("createPublisher").body_fields["promotional_method"]
    assert (methods.type, methods.item_enum[0]) == ("array", "Content")


def test_a_record_has_its_schemas_fields_and_the_common_ones(contract: Contract) -> None:
    names = list(contract.record_fields("Offers"))
    assert names[0] == "id"
    assert {"name", "default_payout", "created_at", "updated_at"} <= set(names)
    assert contract.record_fields("Offers")["created_at"].format == "date-time"


def test_a_moved_file_is_followed_with_our_ids_roles_and_names(contract: Contract) -> None:
    moved = contract.overlaid(moved_document())
    assert set(moved.operations) == set(contract.operations)
    for name, operation in moved.operations.items():
        ours = contract.operation(name)
        assert operation.path == f"/v3{ours.path}"
        assert (operation.role, operation.effect, operation.tag) == (ours.role, ours.effect, ours.tag)
        assert operation.path_parameters == ours.path_parameters
        assert operation.needs_credential == ours.needs_credential
    assert moved.for_tag("Offers")["get"].id == "getOffer"


def test_the_vendors_bodies_choices_and_required_marks_win(contract: Contract) -> None:
    document = copy.deepcopy(DOCUMENT)
    offer = document["components"]["schemas"]["Offer"]
    offer["properties"]["currency"]["enum"] = ["USD", "EUR", "GBP"]
    offer["properties"]["new_field"] = {"type": ["integer", "null"]}
    offer["required"] = ["name"]
    overlaid = contract.overlaid(document)
    fields = overlaid.operation("createOffer").body_fields
    assert fields["currency"].enum == ("USD", "EUR", "GBP")
    assert not fields["advertiser_id"].required
    assert fields["new_field"].type == "integer"
    assert "new_field" in overlaid.record_fields("Offers")
    assert "new_field" not in contract.record_fields("Offers")


@pytest.mark.parametrize(
    ("operation_id", "offer_id", "expected"),
    [("deleteOffer", "bulk", True), ("deleteOffer", "12", False), ("getOffer", "bulk", False)],
)
def test_an_id_that_makes_the_address_of_another_operation_is_known(
    contract: Contract, operation_id: str, offer_id: str, expected: bool
) -> None:
    path = {"integrationID": "int-eu", "offerID": offer_id}
    assert contract.is_another_address(contract.operation(operation_id), path) is expected
    bulk = contract.operation("bulkDeleteOffers")
    assert not contract.is_another_address(bulk, {"integrationID": "int-eu"})


def test_an_object_the_vendors_file_leaves_open_keeps_the_parts_we_know(contract: Contract) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["components"]["schemas"]["Offer"]["properties"]["default_payout"] = {"type": "object"}
    overlaid = contract.overlaid(document)
    known = contract.operation("updateOffer").body_fields["default_payout"].fields
    assert known
    assert overlaid.operation("updateOffer").body_fields["default_payout"].fields == known
    assert overlaid.record_fields("Offers")["default_payout"].fields == known


def test_what_the_vendors_file_lacks_stays_ours(contract: Contract) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"] = {"/things": document["paths"]["/users"]}
    overlaid = contract.overlaid(document)
    assert overlaid.operation("listUsers").path == "/things"
    assert overlaid.operation("getUser") == contract.operation("getUser")


def test_renamed_parameters_keep_our_name_and_send_the_vendors(contract: Contract) -> None:
    document = copy.deepcopy(DOCUMENT)
    report = document["paths"]["/reports/v2/click-table"]["get"]
    for parameter in report["parameters"]:
        parameter["name"] = {
            "integration_id": "integrationId", "start_time": "start_date", "timezone": "tz",
        }.get(parameter["name"], parameter["name"])  # fmt: skip
    operation = contract.overlaid(document).operation("clickReport")
    request = build_request(
        operation,
        "https://a.example",
        None,
        {},
        [("integration_id", "7"), ("start_time", "x"), ("timezone", "UTC"), ("q", "1")],
    )
    assert request.url.endswith("?integrationId=7&start_date=x&tz=UTC&q=1")


def test_an_operation_that_matches_none_of_ours_is_kept_under_its_own_name(contract: Contract) -> None:
    document = {
        "openapi": "3.0.3",
        "paths": {
            "/coffees": {
                "post": {"operationId": "brew", "tags": ["Coffee"], "summary": "Brew"},
                "delete": {"operationId": "getOffer", "tags": ["Coffee"], "summary": "Pour away"},
                "get": {"summary": "List coffees"},
            }
        },
    }
    overlaid = contract.overlaid(document)
    assert overlaid.operation("brew").effect == "creates"
    assert overlaid.operation("Coffee:getOffer").effect == "idempotent"
    assert overlaid.operation("GET /coffees").effect == "safe"
    assert overlaid.operation("getOffer") == contract.operation("getOffer")


def test_references_and_all_of_are_followed_and_a_circle_ends(contract: Contract) -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/u": {
                "post": {
                    "tags": ["Users"],
                    "summary": "Create User",
                    "requestBody": {"$ref": "#/components/requestBodies/User"},
                }
            }
        },
        "components": {
            "requestBodies": {
                "User": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/B"}}}}
            },
            "schemas": {
                "A": {"type": "object", "properties": {"email": {"type": "string"}}, "required": ["email"]},
                "B": {
                    "allOf": [
                        {"$ref": "#/components/schemas/A"},
                        {"properties": {"manager": {"$ref": "#/components/schemas/B"}}},
                    ]
                },
                "C": {"$ref": "#/components/schemas/C"},
            },
        },
    }  # fmt: skip
    fields = contract.overlaid(document).operation("createUser").body_fields
    assert fields["email"].required
    assert fields["manager"].fields["email"].type == "string"


@pytest.mark.parametrize(
    "document", [{}, [], {"paths": {}}, {"swagger": "2.0", "paths": {}}, {"openapi": "3.0.0"}, "text"]
)
def test_what_is_no_openapi_3_document_is_refused_in_plain_words(contract: Contract, document) -> None:
    with pytest.raises(ContractError, match=r"^The document "):
        contract.overlaid(document)


@pytest.mark.parametrize(
    "item",
    [None, [], "x", {"get": None}, {"get": {"tags": None, "parameters": [None, {"$ref": "nowhere"}]}},
     {"get": {"tags": [], "requestBody": {"content": {"a/b": None}}, "parameters": {"a": 1}}},
     {"post": {"tags": ["Users"], "summary": "Create User", "requestBody": {"content": {"application/json": {
         "schema": {"properties": {"a": None, "b": {"enum": "x"}, "c": {"allOf": 5}}, "required": 7}}}}}}],
)  # fmt: skip
def test_an_odd_vendor_document_never_breaks_ours(contract: Contract, item: object) -> None:
    overlaid = contract.overlaid({"openapi": "3.0.0", "paths": {"/odd": item}})
    assert set(contract.operations) <= set(overlaid.operations)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/c/{network}/{id}", "/c/{integrationID}/{offerID}"),
        ("/c/{id}/of/{network}", "/c/{offerID}/of/{integrationID}"),
        ("/c/{offer}/of/{integration_id}", "/c/{offerID}/of/{integrationID}"),
        ("/c/{campaign}/of/{integration}", "/c/{offerID}/of/{integrationID}"),
        ("/c/{id}", "/c/{offerID}"),
        ("/c/{network}/{id}/{version}", "/c/{integrationID}/{offerID}/{version}"),
    ],
)
def test_path_parameters_under_other_names_and_in_another_order_are_ours(
    contract: Contract, path: str, expected: str
) -> None:
    document = {
        "openapi": "3.1.0",
        "paths": {
            "/networks/{network}/c": {"get": {"tags": ["Offers"], "summary": "List Offers"}},
            "/people/{id}": {"get": {"tags": ["Users"], "summary": "Get User"}},
            "/archived/{id}": {"delete": {"tags": ["Offers"], "summary": "Delete Offer"}},
            path: {"get": {"tags": ["Offers"], "summary": "Get Offer"}},
        },
    }
    operation = contract.overlaid(document).operation("getOffer")
    assert operation.path == expected
    assert operation.path_parameters == tuple(re.findall(r"{(\w+)}", expected))


def named(*parameters: tuple[str, str, bool]) -> dict[str, Parameter]:
    return {
        name: Parameter(name=name, type=kind, required=required, wire_name=name)
        for name, kind, required in parameters
    }


LIST_PARAMETERS = named(
    ("page[number]", "integer", False), ("page[size]", "integer", False), ("sort", "string", False)
)
REPORT_PARAMETERS = named(
    ("integration_id", "string", True),
    ("start_time", "string", True),
    ("end_time", "string", True),
    ("timezone", "string", False),
    ("page[after]", "string", False),
    ("filter[status]", "string", False),
)


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (LIST_PARAMETERS, [("limit", "integer", False), ("page", "integer", False), ("order_by", "string", False)],
         {"limit": "page[size]", "page": "page[number]", "order_by": "sort"}),
        (LIST_PARAMETERS, [("pg", "integer", False), ("cnt", "integer", False)],
         {"pg": "page[number]", "cnt": "page[size]"}),
        # One that is left out and another that is new: nothing tells that they are the same.
        (LIST_PARAMETERS, [("q", "string", False)], {"q": "q"}),
        (LIST_PARAMETERS, [("offset", "integer", False)], {"offset": "offset"}),
        (LIST_PARAMETERS, [("page[number]", "integer", False), ("page", "integer", False)],
         {"page[number]": "page[number]", "page": "page"}),
        (LIST_PARAMETERS, [("limit", "integer", False), ("offset", "integer", False)],
         {"limit": "page[size]", "offset": "offset"}),
        (LIST_PARAMETERS, [("cnt", "integer", False), ("skip", "integer", False)], {"cnt": "cnt", "skip": "skip"}),
        (REPORT_PARAMETERS, [("until", "string", True), ("from", "string", True), ("org", "string", True),
                             ("tz", "string", False), ("status", "string", False), ("after", "string", False)],
         {"until": "end_time", "from": "start_time", "org": "integration_id", "tz": "timezone",
          "status": "filter[status]", "after": "page[after]"}),
        (REPORT_PARAMETERS, [("a", "string", True), ("b", "string", True)], {"a": "a", "b": "b"}),
        (REPORT_PARAMETERS, [("from", "string", True), ("start", "string", True)],
         {"from": "from", "start": "start"}),
    ],
)  # fmt: skip
def test_query_parameters_are_known_by_word_by_meaning_and_then_by_place(ours, theirs, expected) -> None:
    assert own_parameter_names(ours, named(*theirs)) == expected
