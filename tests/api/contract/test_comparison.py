"""What the comparison of a vendor's document with our contract tells."""

import copy
import json
import re
import time

import pytest
import yaml

from apps.api.contract.comparison import MOST_VALUES, Difference, compare, unfillable_parameters
from apps.api.contract.contract import BUILTIN_FILE, ContractError, builtin_contract
from apps.api.contract.files import read_contract_file
from tests.support.moved_contract import moved_document

OURS = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))


@pytest.fixture
def document():
    """Our own document, to be changed."""
    return copy.deepcopy(OURS)


def differences(document) -> set[tuple[str, str, str, str]]:
    found = compare(builtin_contract(), document).differences
    return {(d.operation, d.what, d.ours, d.theirs) for d in found}


def test_our_own_document_is_the_same(document):
    comparison = compare(builtin_contract(), document)
    assert comparison.is_same
    assert len(comparison.matched) == 48


def test_operations_are_matched_by_tag_and_summary_whatever_their_case_and_ids(document):
    for item in document["paths"].values():
        for operation in item.values():
            operation["operationId"] = "x" + operation["operationId"]
            operation["summary"] = f"  {operation['summary'].upper()} "
            operation["tags"] = [re.sub(r"(?<!^)([A-Z])", r" \1", operation["tags"][0]).lower()]
    assert compare(builtin_contract(), document).is_same


def test_moved_addresses_and_methods_are_told(document):
    users = document["paths"].pop("/users/{userID}")
    document["paths"]["/people/{id}"] = {
        "put": users["patch"],
        "get": users["get"],
        "delete": users["delete"],
    }
    assert differences(document) == {
        ("getUser", "path", "/users/{userID}", "/people/{id}"),
        ("deleteUser", "path", "/users/{userID}", "/people/{id}"),
        ("updateUser", "path", "/users/{userID}", "/people/{id}"),
        ("updateUser", "method", "PATCH", "PUT"),
    }


def test_renamed_lacking_and_added_parameters_are_told(document):
    report = document["paths"]["/reports/v2/click-table"]["get"]
    by_name = {parameter["name"]: parameter for parameter in report["parameters"]}
    by_name["start_time"]["name"] = "start_date"
    by_name["timezone"]["required"] = not by_name["timezone"].get("required", False)
    report["parameters"].remove(by_name["page[after]"])
    report["parameters"].append({"name": "q", "in": "query", "required": True, "schema": {"type": "integer"}})
    was = builtin_contract().operation("clickReport").query_parameters["timezone"].required
    assert differences(document) == {
        ("clickReport", "name of parameter start_time", "start_time", "start_date"),
        ("clickReport", "parameter timezone is required", "yes" if was else "no", "no" if was else "yes"),
        ("clickReport", "parameter page[after]", "string", ""),
        ("clickReport", "parameter q", "", "integer, required"),
    }


def test_fields_with_their_types_choices_and_required_marks_are_told(document):
    offer = document["components"]["schemas"]["Offer"]
    offer["required"] = ["name"]
    offer["properties"]["visibility"]["enum"] = ["Public", "Private", "Secret"]
    offer["properties"]["name"]["type"] = "integer"
    offer["properties"]["tier"] = {"type": "string"}
    del offer["properties"]["currency"]
    payout = document["components"]["schemas"]["OfferPayoutConfig"]["properties"]
    payout["bonus"] = payout.pop("payout_percent")
    kind = (
        builtin_contract()
        .operation("createOffer")
        .body_fields["default_payout"]
        .fields["payout_percent"]
        .type
    )
    expected = {
        ("field advertiser_id is required", "yes", "no"),
        ("values of field visibility", "Requires_Approval", "Secret"),
        ("type of field name", "string", "integer"),
        ("field tier", "", "string"),
        ("field currency", "string", ""),
        ("field default_payout.payout_percent", kind, ""),
        ("field default_payout.bonus", "", kind),
    }
    assert differences(document) == {(o, *rest) for o in ("createOffer", "updateOffer") for rest in expected}


def test_choices_of_a_list_that_only_grew_or_opened_are_told_briefly(document):
    schemas = document["components"]["schemas"]
    items = schemas["Publisher"]["properties"]["promotional_method"]["items"]
    items["enum"] += [f"Way {number}" for number in range(MOST_VALUES + 2)]
    del schemas["Offer"]["properties"]["visibility"]["enum"]
    found = {d.what: d for d in compare(builtin_contract(), document).differences}
    methods = found["values of field promotional_method"]
    assert methods.ours == "no others"
    assert methods.theirs.endswith(f"Way {MOST_VALUES - 1} and 2 more")
    assert found["values of field visibility"] == Difference(
        "updateOffer", "values of field visibility", "Public, Private, Requires_Approval", "any"
    )


def test_operations_that_are_lacking_or_added_are_told(document):
    document["paths"]["/coffees"] = {"get": {"tags": ["Coffee"], "summary": "List Coffees", "responses": {}}}
    del document["paths"]["/users/{userID}"]["get"]
    comparison = compare(builtin_contract(), document)
    assert [operation.id for operation in comparison.lacking] == ["getUser"]
    assert [operation.summary for operation in comparison.added] == ["List Coffees"]
    assert not comparison.is_same


def test_what_no_page_can_fill_is_told(document):
    item = document["paths"].pop("/users/{userID}")
    document["paths"]["/tenants/{tenant}/users/{userID}"] = item
    item["get"]["parameters"].append({"name": "as_of", "in": "query", "required": True, "schema": {}})
    contract = builtin_contract()
    found = unfillable_parameters(contract, contract.overlaid(document))
    assert {(operation.id, name) for operation, name in found} == {
        ("getUser", "tenant"),
        ("getUser", "as_of"),
        ("deleteUser", "tenant"),
        ("updateUser", "tenant"),
    }
    assert unfillable_parameters(contract, contract.overlaid(moved_document())) == []


def test_what_is_no_openapi_document_is_refused():
    with pytest.raises(ContractError, match="no paths"):
        compare(builtin_contract(), {"openapi": "3.1.0"})


# --- Files ---

YAML = """\
openapi: 3.1.0
info: {title: Vendor, version: 2024-05-01}
paths:
  /people:
    get:
      tags: [Users]
      summary: List Users
      parameters:
        - {name: country, in: query, schema: {type: string, enum: [NO, SE, yes, off]}, required: true}
      responses:
        200: {description: OK}
"""


#: A text of a few lines that stands for 10^9 values.
LAUGHS = b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 9)
)


def test_a_yaml_file_means_what_its_text_says(tmp_path):
    file = tmp_path / "vendor.yaml"
    file.write_text(YAML, encoding="utf-8")
    document = read_contract_file(file)
    assert document["info"]["version"] == "2024-05-01"
    operation = document["paths"]["/people"]["get"]
    assert operation["parameters"][0]["schema"]["enum"] == ["NO", "SE", "yes", "off"]
    assert operation["parameters"][0]["required"] is True
    assert list(operation["responses"]) == ["200"]
    assert json.loads(json.dumps(document)) == document


def test_json_and_yaml_of_one_document_are_read_alike(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(moved_document()), encoding="utf-8-sig")
    (tmp_path / "b.yml").write_text(yaml.safe_dump(moved_document()), encoding="utf-8")
    assert read_contract_file(tmp_path / "a.json") == read_contract_file(tmp_path / "b.yml")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no paths"),
        (b"just a sentence", "no paths"),
        (b"[1, 2]", "no paths"),
        (b'{"swagger": "2.0", "paths": {}}', "OpenAPI 3"),
        (b"{unclosed: [", "neither JSON nor YAML: look at line 1, column 2"),
        (b"openapi: 3.1.0\npaths:\n  - a\n b: c", "neither JSON nor YAML: look at line 4"),
        (b'{"openapi": "3.1.0",\n "paths": {,}}', "neither JSON nor YAML: look at line 2, column 12"),
        (b"a: &a [*a]", r"refers to \*a where it is not known yet"),
        (b"? [a, b]\n: c", "has a list or an object as a key"),
        (b"a: !!python/object/apply:os.system [ls]", "no paths"),
        (b'{"openapi": "3.1.0", "paths": {}, "x": "\\u0000"}', "NaN, an infinite number or a NUL"),
        (b'{"openapi": "3.1.0", "paths": {}, "x": NaN}', "NaN, an infinite number or a NUL"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b"- " * 100_000 + b"x", "nested too deeply"),
        (b"\n".join(b" " * n + b"a:" for n in range(1000)), "nested too deeply"),
        (LAUGHS, "repeats itself too often"),
    ],
)
def test_a_file_that_is_no_contract_is_refused_in_plain_words(tmp_path, content, words):
    file = tmp_path / "vendor"
    file.write_bytes(content)
    with pytest.raises(ContractError, match=words):
        read_contract_file(file)


def test_a_file_that_is_not_there_cannot_be_read(tmp_path):
    with pytest.raises(ContractError, match="cannot be read: No such file"):
        read_contract_file(tmp_path / "none")
    with pytest.raises(ContractError, match="cannot be read"):
        read_contract_file(tmp_path)


def body_of(schemas: dict, name: str) -> dict:
    """A document whose body of *Create User* is that schema."""
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
    operation = {"tags": ["Users"], "summary": "Create User", "requestBody": {"content": content}}
    return {
        "openapi": "3.1.0",
        "paths": {"/users": {"post": operation}},
        "components": {"schemas": schemas},
    }


REFERENCE = {"$ref": "#/components/schemas/A"}
MANY = {f"f{n}": REFERENCE for n in range(30)}


@pytest.mark.parametrize(
    "schemas",
    [
        {"A": {"type": "object", "properties": MANY}},
        {"A": {"allOf": [REFERENCE] * 30}},
        {"A": {"anyOf": [REFERENCE] * 30}},
        {"A": {"properties": {name: {"allOf": [REFERENCE], "type": ["object", "null"]} for name in MANY}}},
        {"A": {"type": "array", "items": REFERENCE}},
        {"A": REFERENCE},
    ],
)
def test_a_schema_that_comes_back_to_itself_ends(schemas):
    document = body_of(schemas, "A")
    started = time.monotonic()
    try:
        compare(builtin_contract(), document)
        builtin_contract().overlaid(document)
    except ContractError as error:
        assert "refer to each other too often" in str(error)
    assert time.monotonic() - started < 10


def test_schemas_that_refer_to_each_other_without_end_are_refused():
    names = [f"S{n}" for n in range(9)]
    schemas = {
        name: {
            "properties": {
                f"p{n}": {"$ref": f"#/components/schemas/{other}"} for n, other in enumerate(names)
            }
        }
        for name in names
    }
    with pytest.raises(ContractError, match="refer to each other too often"):
        compare(builtin_contract(), body_of(schemas, "S0"))


def test_references_words_beside_them_and_type_lists_are_followed():
    document = body_of(
        {
            "A B": {
                "allOf": [{"properties": {"email": {"type": ["null", "string"]}}, "required": ["email"]}]
            },
            "Role": {"type": "string", "enum": ["admin"]},
        },
        "A%20B",
    )
    operation = document["paths"]["/users"]["post"]
    document["components"]["schemas"]["A B"]["properties"] = {
        "role": {"$ref": "#/components/schemas/Role", "description": "What the user may do"},
        "phone": {"oneOf": [{"type": "null"}, {"type": "string", "format": "phone"}]},
    }
    operation["parameters"] = [{"$ref": "#/components/parameters/0"}]
    document["components"]["parameters"] = [
        {"name": "dry", "in": "query", "schema": {"type": ["boolean", "null"]}}
    ]
    created = builtin_contract().overlaid(document).operation("createUser")
    assert (created.body_fields["email"].type, created.body_fields["email"].required) == ("string", True)
    assert created.body_fields["role"].enum == ("admin",)
    assert created.body_fields["role"].description == "What the user may do"
    assert created.body_fields["phone"].format == "phone"
    assert created.query_parameters["dry"].type == "boolean"


def test_a_large_file_is_read_in_good_time(tmp_path):
    document = copy.deepcopy(OURS)
    document["paths"] = {f"/v{n}{path}": item for n in range(10) for path, item in OURS["paths"].items()}
    file = tmp_path / "vendor.yaml"
    file.write_text(
        json.dumps(document, indent=1).replace("{}", "{ }") + "\n# YAML by its last line", encoding="utf-8"
    )
    started = time.monotonic()
    assert len(compare(builtin_contract(), read_contract_file(file)).matched) == 48
    assert time.monotonic() - started < 20
