"""What a contract says of a field beside its type: who sets it, whether it may be null, which values it has."""

import json

import pytest

from apps.api.contract.contract import BUILTIN_FILE
from apps.api.contract.field_names import to_our_names, without_read_only
from apps.api.contract.openapi import Document
from apps.api.contract.operations import read_operations
from apps.api.contract.unsupported_features import unsupported_features


def document(properties, *, required=(), version="3.1.0", **components):
    """A document with one operation whose body has these properties."""
    body = {"type": "object", "properties": properties, "required": list(required)}
    operation = {
        "operationId": "createThing",
        "tags": ["Things"],
        "summary": "Create Thing",
        "requestBody": {"content": {"application/json": {"schema": body}}},
    }
    return {
        "openapi": version,
        "paths": {"/things": {"post": operation}},
        "components": {"schemas": components},
    }


def read(schema, *, required=False, **components):
    """The field that a schema is read as."""
    found = document({"field": schema}, required=["field"] if required else (), **components)
    [operation] = read_operations(Document(found))
    return operation.body_fields["field"]


READ_ONLY = {"type": "integer", "readOnly": True}


@pytest.mark.parametrize(
    "schema",
    [
        READ_ONLY,
        {"allOf": [{"type": "integer"}, {"readOnly": True}]},
        {"allOf": [{"allOf": [READ_ONLY]}, {"description": "Counted."}]},
        {"$ref": "#/components/schemas/Count"},
        {"$ref": "#/components/schemas/Count", "description": "Counted."},
        {"$ref": "#/components/schemas/Plain", "readOnly": True},
        {"allOf": [{"$ref": "#/components/schemas/Plain"}], "readOnly": True},
        {"oneOf": [READ_ONLY, {"type": "null"}]},
        {"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Count"}]},
    ],
)
def test_what_the_api_alone_sets_is_read_however_it_is_written(schema):
    field = read(schema, required=True, Count=READ_ONLY, Plain={"type": "integer"})
    assert (field.is_read_only, field.required, field.type) == (True, False, "integer")


@pytest.mark.parametrize("mark", [False, "true", 1, None])
def test_only_true_makes_a_field_read_only(mark):
    assert not read({"type": "string", "readOnly": mark}).is_read_only


@pytest.mark.parametrize(
    ("schema", "kind", "enum"),
    [
        ({"type": "string", "nullable": True}, "string", ()),
        ({"type": ["string", "null"]}, "string", ()),
        ({"type": ["null", "number"]}, "number", ()),
        ({"oneOf": [{"type": "integer"}, {"type": "null"}]}, "integer", ()),
        ({"oneOf": [{"type": "integer"}, {"enum": [None]}]}, "integer", ()),
        ({"oneOf": [{"type": "integer"}, {"const": None}]}, "integer", ()),
        ({"anyOf": [{"type": "null"}, {"$ref": "#/components/schemas/Kind"}]}, "string", ("a", "b")),
        ({"allOf": [{"$ref": "#/components/schemas/Kind"}], "nullable": True}, "string", ("a", "b")),
        ({"enum": ["a", None]}, "string", ("a",)),
        ({"type": "integer", "enum": [1, 2, None]}, "integer", ("1", "2")),
    ],
)
def test_both_spellings_of_null_are_understood(schema, kind, enum):
    field = read(schema, Kind={"type": "string", "enum": ["a", "b"]})
    assert (field.is_nullable, field.type, field.enum) == (True, kind, enum)


@pytest.mark.parametrize(
    ("schema", "kind", "enum"),
    [
        ({"const": "only"}, "string", ("only",)),
        ({"const": 5}, "integer", ("5",)),
        ({"enum": [1, 2]}, "integer", ("1", "2")),
        ({"enum": [0.5, 1.5]}, "number", ("0.5", "1.5")),
        ({"oneOf": [{"const": "a", "title": "A"}, {"const": "b"}]}, "string", ("a", "b")),
        ({"anyOf": [{"enum": ["a"]}, {"enum": ["b", "c"]}]}, "string", ("a", "b", "c")),
        ({"allOf": [{"enum": ["a", "b", "c"]}, {"enum": ["b", "c", "d"]}]}, "string", ("b", "c")),
        ({"type": "boolean", "enum": [True]}, "boolean", ("true",)),
    ],
)
def test_fixed_values_are_read_with_their_type(schema, kind, enum):
    field = read(schema)
    assert (field.type, field.enum, field.is_nullable) == (kind, enum, False)


def test_parts_of_an_all_of_say_something_of_one_field_together():
    schema = {
        "allOf": [
            {
                "type": "object",
                "required": ["total"],
                "properties": {"total": {"type": "integer"}, "used": {}},
            },
            {"properties": {"used": {"type": "integer", "readOnly": True}, "note": {"type": "string"}}},
        ]
    }
    parts = read(schema).fields
    assert set(parts) == {"total", "used", "note"}
    assert parts["total"].required
    assert parts["used"].is_read_only
    assert parts["used"].type == "integer"


def test_a_schema_that_comes_back_to_itself_ends():
    itself = {"$ref": "#/components/schemas/Loop"}
    loop = {"allOf": [itself, {"properties": {"inner": itself}}]}
    assert read({"$ref": "#/components/schemas/Loop"}, Loop=loop)
    assert unsupported_features(document({"field": {"$ref": "#/components/schemas/Loop"}}, Loop=loop)) == []


def test_defaults_deprecation_and_the_type_of_items_are_kept():
    field = read({"type": "array", "items": {"type": "integer"}, "default": [1], "deprecated": True})
    assert (field.item_type, field.default, field.is_deprecated) == ("integer", [1], True)


FIELDS = {
    "limits": {"type": "object", "properties": {"total": {"type": "integer"}, "used": READ_ONLY}},
    "count": READ_ONLY,
    "secret": {"type": "string", "writeOnly": True},
    "keys": {
        "type": "object",
        "properties": {"id": {"type": "string"}, "pin": {"type": "string", "writeOnly": True}},
    },
}


def test_no_request_holds_what_is_read_only_and_no_record_what_is_write_only():
    [operation] = read_operations(Document(document(FIELDS)))
    body = {"limits": {"total": 1, "used": 2, "kept": 3}, "count": 4, "secret": "s", "unknown": 5}
    sent = without_read_only(body, operation.body_fields)
    assert sent == {"limits": {"total": 1, "kept": 3}, "secret": "s", "unknown": 5}
    record = {"limits": {"used": 2}, "secret": "s", "keys": {"id": "a", "pin": "1234"}, "unknown": 5}
    shown = to_our_names(record, operation.body_fields)
    assert shown == {"limits": {"used": 2}, "keys": {"id": "a"}, "unknown": 5}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Gone"}, "refers to #/components/schemas/Gone, and nothing is there."),
        (
            {"$ref": "other.yaml#/Thing"},
            "is described in another file (other.yaml#/Thing), which is not read.",
        ),
        ({"type": ["string", "integer"]}, "may be of several types (string, integer): it is read as string."),
        ({"type": "strnig"}, "is of type 'strnig', which JSON does not have: it is read as text."),
        ({"type": 5}, "is of type 5, which JSON does not have: it is read as text."),
        (
            {"oneOf": [{"type": "string"}, {"type": "object"}]},
            "is one of 2 kinds (string, object): it is read as the first.",
        ),
        ({"readOnly": "yes"}, "has readOnly: 'yes' in place of true or false: it counts as false."),
        (
            {"readOnly": True, "writeOnly": True},
            "is both readOnly and writeOnly: it is neither shown nor sent.",
        ),
        ({"enum": [{"a": 1}]}, "lists values that are lists or objects: no form offers them."),
        ({"if": {}, "then": {}}, "has if: what that asks for is left to the API to refuse."),
        ({"properties": []}, "has properties that are no object."),
        (7, "is described by int in place of a schema."),
    ],
)
def test_what_is_read_in_part_only_is_named_by_its_place(schema, words):
    assert unsupported_features(document({"field": schema})) == [
        f"createThing: the body, field field {words}"
    ]
    # And it is read as far as it goes.
    assert list(read_operations(Document(document({"field": schema})))[0].body_fields) == ["field"]


def test_what_no_form_can_hold_is_named_where_it_is_required():
    schema = {"type": "array", "items": {"type": "object"}}
    assert unsupported_features(document({"parts": schema})) == []
    assert unsupported_features(document({"parts": schema}, required=["parts"])) == [
        "createThing: parts is required, and no form can hold it."
    ]


def test_our_own_contract_is_read_whole():
    assert unsupported_features(json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))) == []
