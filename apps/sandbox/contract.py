"""The contract document as routes: which operation a request means, and what it may carry.

A second document ("moved" contract) is laid over the built-in one: operations are matched by tag and
summary, its paths, methods and names win, and `meaning` keeps the built-in name of each parameter. Operations that
only it has are served too: what they do follows from their method and path.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

from apps.sandbox.field_names import FieldNames
from apps.sandbox.refusals import Refused

Json = dict[str, Any]

BUILTIN_CONTRACT = Path(__file__).resolve().parent.parent / "api" / "contract" / "integr8.openapi.json"
# What an operation of another document is, by its method and whether its path ends with a record's id.
ROLES_BY_SHAPE = {
    ("GET", False): "list",
    ("POST", False): "create",
    ("GET", True): "get",
    ("PATCH", True): "update",
    ("PUT", True): "update",
    ("DELETE", True): "delete",
}
HTTP_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True)
class Parameter:
    """A path or query parameter: `name` as it is sent, `meaning` as the built-in contract calls it."""

    name: str
    meaning: str
    place: str
    required: bool
    schema: Json


@dataclass(frozen=True)
class Operation:
    """One operation: how it is reached and what it may carry."""

    id: str
    tag: str
    summary: str
    role: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body_schema: Json | None
    needs_key: bool
    #: What the body's fields are called in the built-in contract.
    body_names: FieldNames = field(default_factory=lambda: FieldNames({}, {}))

    @property
    def query_parameters(self) -> dict[str, Parameter]:
        """Query parameters by the name they are sent under."""
        return {parameter.name: parameter for parameter in self.parameters if parameter.place == "query"}

    @property
    def path_meanings(self) -> dict[str, str]:
        """What each path parameter is called in the built-in contract."""
        return {p.name: p.meaning for p in self.parameters if p.place == "path"}


@dataclass(frozen=True)
class Match:
    """The operation a request means, with its path parameters by their built-in names."""

    operation: Operation
    path: dict[str, str]


class Contract:
    """All operations, found by method and path; fields and operators that lists may be filtered by."""

    def __init__(self, builtin: Json, moved: Json | None = None) -> None:
        self.base_path = _base_path(moved) or _base_path(builtin) or ""
        self.filter_operators: tuple[str, ...] = tuple(builtin["x-filter-operators"])
        self.operations = _overlaid(builtin, moved)
        self._record_fields: dict[str, Json] = dict(_fields_by_tag(builtin))
        self._record_names: dict[str, FieldNames] = {}
        if moved:
            roles = {(o.tag, o.summary): o.role for o in self.operations.values()}
            for tag, theirs in _moved_fields(moved, roles).items():
                ours: Json = self._record_fields.get(tag) or builtin["x-record-fields"]
                names = self._record_names[tag] = FieldNames(ours, theirs)
                self._record_fields[tag] = names.schemas(ours) | theirs
        self._routes: dict[tuple[str | None, ...], dict[str, Operation]] = {}
        for operation in self.operations.values():
            self._routes.setdefault(_shape(operation.path), {})[operation.method] = operation

    @classmethod
    def load(cls, moved: Path | None = None) -> "Contract":
        """The built-in contract, with the document in `moved` laid over it."""
        builtin = json.loads(BUILTIN_CONTRACT.read_text(encoding="utf-8"))
        return cls(builtin, _document(moved.read_text(encoding="utf-8")) if moved else None)

    def record_fields(self, tag: str) -> Json:
        """JSON schemas of the fields a record of that tag has, by the name they are sent under."""
        fields: Json = self._record_fields.get(tag, {})
        return fields

    def record_names(self, tag: str) -> FieldNames:
        """What the fields of that tag's records are called when they are sent."""
        return self._record_names.get(tag) or FieldNames({}, {})

    def match(self, method: str, path: str) -> Match:
        """The operation of a raw (still percent-encoded) path; `Refused` 404 or 405 (with Allow)."""
        if not path.startswith(f"{self.base_path}/"):
            raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        parts = [unquote(part) for part in path.removeprefix(f"{self.base_path}/").split("/")]
        shapes = [shape for shape in self._routes if _fits(shape, parts)]
        if not shapes or not all(parts):
            raise Refused(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        operations = self._routes[min(shapes, key=lambda shape: shape.count(None))]
        operation = operations.get(method)
        if operation is None:
            allowed = ", ".join(sorted(operations))
            raise Refused(
                HTTPStatus.METHOD_NOT_ALLOWED, "This method is not allowed here.", headers={"Allow": allowed}
            )
        meanings = operation.path_meanings
        names = operation.path.strip("/").split("/")
        values = zip(names, parts, strict=True)
        return Match(operation, {meanings[n[1:-1]]: value for n, value in values if n.startswith("{")})


def _document(text: str) -> Json:
    try:
        document: Json = json.loads(text)
    except ValueError:
        document = yaml.safe_load(text)
    return document


def _base_path(document: Json | None) -> str:
    servers = (document or {}).get("servers") or [{"url": ""}]
    return urlsplit(str(servers[0]["url"])).path.rstrip("/")


def _shape(path: str) -> tuple[str | None, ...]:
    return tuple(None if part.startswith("{") else part for part in path.strip("/").split("/"))


def _fits(shape: tuple[str | None, ...], parts: list[str]) -> bool:
    return len(shape) == len(parts) and all(a is None or a == b for a, b in zip(shape, parts, strict=True))


def resolved(schema: Any, document: Json) -> Any:
    """The schema with every local `$ref` replaced by what it points to."""
    if isinstance(schema, list):
        return [resolved(item, document) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return {**resolved(target, document), **resolved(beside, document)}
    return {key: resolved(value, document) for key, value in schema.items()}


def _described(document: Json) -> Iterator[tuple[tuple[str, str], str, str, Json]]:
    """(tag, summary), path, METHOD and the operation, with path-level parameters moved into it."""
    for path, item in document.get("paths", {}).items():
        for method in HTTP_METHODS:
            if method in item:
                described = resolved(item[method], document)
                described["parameters"] = resolved(item.get("parameters", []), document) + described.get(
                    "parameters", []
                )
                tag = (described.get("tags") or [""])[0]
                yield (tag, described.get("summary", "").strip()), path, method.upper(), described


def _overlaid(builtin: Json, moved: Json | None) -> dict[str, Operation]:
    replacements = {key: (path, method, body) for key, path, method, body in _described(moved or {})}
    operations = {}
    for key, path, method, ours in _described(builtin):
        path, method, theirs = replacements.pop(key, (path, method, ours))
        operations[ours["operationId"]] = _operation(key, path, method, ours, theirs)
    known_tags = {operation.tag for operation in operations.values()}
    for key, (path, method, theirs) in replacements.items():
        by_shape = "" if key[0] in known_tags else _role_by_shape(path, method)
        role = theirs.get("x-role") or by_shape
        described = {"operationId": f"{method} {path}", **theirs, "x-role": role}
        operations[described["operationId"]] = _operation(key, path, method, described, described)
    return operations


def _operation(key: tuple[str, str], path: str, method: str, ours: Json, theirs: Json) -> Operation:
    body = _body_schema(theirs)
    own_fields, fields = ((schema or {}).get("properties", {}) for schema in (_body_schema(ours), body))
    return Operation(
        id=ours["operationId"],
        tag=key[0],
        summary=key[1],
        role=ours["x-role"],
        method=method,
        path=path,
        parameters=tuple(_parameters(ours["parameters"], theirs["parameters"])),
        body_schema=_closed(body) if body else None,
        needs_key=ours.get("security", True) != [],
        body_names=FieldNames(own_fields, fields),
    )


def _body_schema(operation: Json) -> Json | None:
    media = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema: Json | None = media.get("schema")
    return schema


def _role_by_shape(path: str, method: str) -> str:
    last = path.rsplit("/", 1)[-1]
    if last == "bulk":
        return "bulk_delete" if method == "DELETE" else "bulk_status"
    return ROLES_BY_SHAPE.get((method, last.startswith("{")), "")


def _moved_fields(moved: Json, roles: Mapping[tuple[str, str], str]) -> dict[str, Json]:
    """By tag: the fields that a moved document's bodies and answers of single records have."""
    found: dict[str, Json] = {}
    for key, _, _, described in _described(moved):
        tag, role = key[0], roles[key]
        if role in ("create", "update"):
            found[tag] = {**(_body_schema(described) or {}).get("properties", {}), **found.get(tag, {})}
        elif role == "get":
            media = (
                described.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
            )
            record = media.get("schema", {}).get("properties", {}).get("data", {})
            found[tag] = {**found.get(tag, {}), **record.get("properties", {})}
    return {tag: fields for tag, fields in found.items() if fields}


def _parameters(ours: list[Json], theirs: list[Json]) -> Iterator[Parameter]:
    """Their parameters with our meanings: equal names mean the same, the others pair up in order."""
    known = {(p["in"], p["name"]) for p in ours}
    used = {(p["in"], p["name"]) for p in theirs}
    renamed = [p for p in ours if (p["in"], p["name"]) not in used]
    for parameter in theirs:
        meaning = parameter["name"]
        if (parameter["in"], meaning) not in known:
            partner = next((p for p in renamed if _alike(p, parameter)), None)
            if partner is not None:
                renamed.remove(partner)
                meaning = partner["name"]
        yield _parameter(parameter, meaning)
    # Paging and sorting are in the reference's prose, so a document may leave them out.
    yield from (_parameter(p, p["name"]) for p in renamed if p["in"] == "query" and not p.get("required"))


def _alike(one: Json, other: Json) -> bool:
    same_type = one["schema"].get("type") == other["schema"].get("type")
    return one["in"] == other["in"] and bool(one.get("required")) == bool(other.get("required")) and same_type


def _parameter(parameter: Json, meaning: str) -> Parameter:
    required = bool(parameter.get("required"))
    return Parameter(parameter["name"], meaning, parameter["in"], required, parameter["schema"])


def _closed(schema: Json) -> Json:
    """The schema, refusing fields it does not name, unless it says otherwise."""
    closed = dict(schema)
    if "properties" in schema:
        closed["properties"] = {name: _closed(field) for name, field in schema["properties"].items()}
        closed.setdefault("additionalProperties", False)
    return closed


def _fields_by_tag(document: Json) -> Iterator[tuple[str, Json]]:
    for tag in document.get("tags", []):
        fields: Json = dict(document["x-record-fields"])
        reference: str | None = tag.get("x-record-schema")
        if reference:
            record: Mapping[str, Any] = resolved({"$ref": reference}, document)
            fields |= record["properties"]
        yield tag["name"], fields
