"""Reads OpenAPI documents from files: operations, parameters, schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from apps.sandbox.contract.schemas import properties_of, resolved

Json = dict[str, Any]
PLACEHOLDER = re.compile(r"{([^{}/]+)}")
HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def read_document(path: Path) -> Json:
    """The OpenAPI document in a file of JSON or YAML. Raises OSError or ValueError, naming the file."""
    text = path.read_text(encoding="utf-8-sig")
    try:
        document = json.loads(text)
    except ValueError:
        try:
            # Dates and the like become the texts that JSON has for them.
            document = json.loads(json.dumps(yaml.safe_load(text), default=str))
        except (yaml.YAMLError, TypeError, RecursionError) as error:
            raise ValueError(f"{path} is neither JSON nor YAML") from error
    if not isinstance(document, dict) or not isinstance(document.get("paths"), dict):
        raise ValueError(f"{path} is no OpenAPI document: it has no paths")
    return document


def operations_of(document: Json) -> Iterator[tuple[tuple[str, str], str, str, Json]]:
    """(tag, summary), path, METHOD and the operation, with path-level parameters moved into it."""
    for path, item in document.get("paths", {}).items():
        item = resolved(item, document)
        for method in HTTP_METHODS:
            described = item.get(method) if isinstance(item, dict) else None
            if isinstance(described, dict):
                listed = [*_listed(item), *_listed(described)]
                described = {**described, "parameters": [*_undescribed(path, listed), *listed]}
                tag = (described.get("tags") or [""])[0]
                yield (tag, described.get("summary", "").strip()), path, method.upper(), described


def _undescribed(path: str, listed: list[Json]) -> list[Json]:
    """What a path names and no parameter describes: a text."""
    known = {one["name"] for one in listed if one["in"] == "path"}
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in PLACEHOLDER.findall(path)
        if name not in known
    ]


def _listed(node: Json) -> list[Json]:
    """The parameters that can be read: each has a name and a place."""
    parameters = node.get("parameters")
    found = parameters if isinstance(parameters, list) else []
    return [one for one in found if isinstance(one, dict) and {"name", "in"} <= one.keys()]


def body_schema(operation: Json) -> Json | None:
    """The schema of an operation's JSON body, or None."""
    schema = _json_schema(operation.get("requestBody"))
    return schema or None


def _json_schema(node: object) -> Json:
    content = node.get("content") if isinstance(node, dict) else None
    media = content.get("application/json") if isinstance(content, dict) else None
    schema = media.get("schema") if isinstance(media, dict) else None
    return schema if isinstance(schema, dict) else {}


def record_fields_of(document: Json, roles: Mapping[tuple[str, str], str]) -> dict[str, Json]:
    """By tag: the fields that a document's bodies and answers of records have; none that is never answered."""
    found: dict[str, Json] = {}
    for key, _, _, described in operations_of(document):
        tag, role = key[0], roles[key]
        if role in ("create", "update"):
            found[tag] = {**properties_of(body_schema(described)), **found.get(tag, {})}
        elif role in ("get", "list"):
            responses = described.get("responses")
            answer = _json_schema(responses.get("200")) if isinstance(responses, dict) else {}
            record = properties_of(answer).get("data", {})
            record = record.get("items", record) if role == "list" else record
            found[tag] = {**found.get(tag, {}), **properties_of(record)}
    return {
        tag: {name: part for name, part in fields.items() if part.get("writeOnly") is not True}
        for tag, fields in found.items()
        if fields
    }
