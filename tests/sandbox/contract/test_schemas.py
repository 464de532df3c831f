"""A document's schemas as the sandbox reads them, by asking it."""

import json

import pytest
import requests

from apps.sandbox.contract.routes import Contract
from tests.support.sandbox import Sandbox

DOCUMENT = {
    "openapi": "3.0.3",
    "paths": {
        "/stamps": {
            "get": {"operationId": "listStamps", "tags": ["Stamps"], "summary": "List"},
            "post": {
                "operationId": "createStamp",
                "tags": ["Stamps"],
                "summary": "Create",
                "requestBody": {"$ref": "#/components/requestBodies/Stamp"},
            },
        },
        "/stamps/{stampID}": {
            "get": {"operationId": "getStamp", "tags": ["Stamps"], "summary": "Get"},
            "patch": {
                "operationId": "updateStamp",
                "tags": ["Stamps"],
                "summary": "Update",
                "requestBody": {"$ref": "#/components/requestBodies/Stamp"},
            },
        },
    },
    "components": {
        "requestBodies": {
            "Stamp": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Stamp"}}}}
        },
        "schemas": {
            "Base": {
                "type": "object",
                "required": ["name", "uses"],
                "properties": {
                    "name": {"type": "string"},
                    "uses": {"type": "integer", "readOnly": True, "default": 0},
                },
            },
            "Loop": {"properties": {"inner": {"$ref": "#/components/schemas/Loop"}}},
            "Stamp": {
                "allOf": [
                    {"$ref": "#/components/schemas/Base"},
                    {
                        "properties": {
                            "pin": {"type": "string", "writeOnly": True},
                            "note": {"type": "string", "nullable": True},
                            "size": {"oneOf": [{"type": "integer"}, {"enum": [None]}]},
                            "kind": {"allOf": [{"type": "string"}, {"enum": ["a", "b"]}], "default": "a"},
                            "loop": {"$ref": "#/components/schemas/Loop"},
                            "gone": {"$ref": "#/components/schemas/Gone"},
                        }
                    },
                ]
            },
        },
    },
}


@pytest.fixture(scope="module")
def stamps(tmp_path_factory):
    file = tmp_path_factory.mktemp("stamps") / "contract.json"
    file.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    seed = [{"name": "First", "uses": 3}, {"id": 7, "name": "Second"}]
    file.with_name("seed.json").write_text(json.dumps(seed), encoding="utf-8")
    with Sandbox(added=[file]) as running:
        yield running


def ask(stamps, method, path="", body=None):
    headers = {"API-KEY": stamps.admin_key}
    return requests.request(method, f"{stamps.base_url}/stamps{path}", headers=headers, json=body, timeout=60)


def test_the_first_records_are_those_of_the_seed(stamps):
    found = ask(stamps, "GET").json()["data"]
    assert [(record["id"], record["name"], record.get("uses")) for record in found] == [
        (1, "First", 3),
        (7, "Second", None),
    ]
    assert all(record["created_at"] for record in found)


@pytest.mark.parametrize(
    ("body", "refused"),
    [
        ({"name": "A"}, {}),
        ({"name": "A", "note": None, "size": None, "pin": "1", "kind": "b", "loop": {"inner": {}}}, {}),
        ({"name": "A", "size": 3, "gone": {"anything": 1}}, {}),
        ({}, {"name": ["is required"]}),
        ({"name": None}, {"name": ["must be of type string"]}),
        ({"name": "A", "uses": 5}, {"uses": ["is not a field of this object"]}),
        ({"name": "A", "kind": "c"}, {"kind": ["must be one of a, b"]}),
        ({"name": "A", "note": 5}, {"note": ["must be of type string or null"]}),
        ({"name": "A", "other": 5}, {"other": ["is not a field of this object"]}),
    ],
)
def test_bodies_are_held_to_the_whole_schema(stamps, body, refused):
    answer = ask(stamps, "POST", body=body)
    assert answer.status_code == (400 if refused else 200), answer.text
    assert answer.json().get("errors", {}) == refused


def test_what_is_write_only_is_never_answered_and_defaults_are_kept(stamps):
    made = ask(stamps, "POST", body={"name": "A", "pin": "1234"}).json()["created_item_id"]
    record = ask(stamps, "GET", f"/{made}").json()["data"]
    assert (record["uses"], record["kind"]) == (0, "a")
    assert "pin" not in record
    ask(stamps, "PATCH", f"/{made}", {"name": "A", "pin": "9999"})
    assert "9999" not in ask(stamps, "GET", f"/{made}").text
    assert "9999" not in str(stamps.journal())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "neither JSON nor YAML"),
        ("[]", "no OpenAPI document"),
        ("a: [", "neither JSON nor YAML"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path, text, words):
    file = tmp_path / "contract.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=words) as failure:
        Contract.load(added=[file])
    assert str(file) in str(failure.value)
