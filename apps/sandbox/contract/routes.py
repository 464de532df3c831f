"""Routes: matches a request's method and path to an operation of the contract.

Documents that resources bring are added to the built-in one. A further document ("moved" contract) is laid over all:
operations are matched by tag and summary, its paths, methods and names win, and `meaning` keeps the built-in name of
each parameter. Operations that only it has are served too: what they do follows from their method and path.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from apps.sandbox.contract.field_names import FieldNames
from apps.sandbox.contract.openapi_documents import (
    body_schema,
    operations_of,
    read_document,
    record_fields_of,
)
from apps.sandbox.contract.schemas import defaults_of, of_requests, properties_of, resolved
from apps.sandbox.data.record_kinds import Kind, kinds_of, role_by_shape
from apps.sandbox.errors import Refused

Json = dict[str, Any]

BUILTIN_CONTRACT = Path(__file__).resolve().parents[2] / "api" / "contract" / "integr8.openapi.json"


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
    #: What a record made by it has where nothing is sent.
    defaults: Json = field(default_factory=dict)

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

    def __init__(self, builtin: Json, moved: Json | None = None, added: Sequence[Json] = ()) -> None:
        self.base_path = _base_path(moved) or _base_path(builtin) or ""
        self.filter_operators: tuple[str, ...] = tuple(builtin["x-filter-operators"])
        base = _base(builtin, added)
        self.operations = _overlaid(base, moved)
        self._record_fields: dict[str, Json] = dict(_fields_by_tag(builtin))
        for document in added:
            for tag, own in record_fields_of(document, _roles(base)).items():
                known = self._record_fields.get(tag) or builtin["x-record-fields"]
                self._record_fields[tag] = known | own
        self._record_names: dict[str, FieldNames] = {}
        if moved:
            roles = {(o.tag, o.summary): o.role for o in self.operations.values()}
            for tag, theirs in record_fields_of(moved, roles).items():
                ours: Json = self._record_fields.get(tag) or builtin["x-record-fields"]
                names = self._record_names[tag] = FieldNames(ours, theirs)
                self._record_fields[tag] = names.schemas(ours) | theirs
        #: How the records of each tag are kept, by the built-in names.
        self.kinds: dict[str, Kind] = kinds_of(
            [(key[0], path, described["x-role"]) for key, (path, _, described) in base.items()],
            [(o.tag, _with_meanings(o), o.role) for o in self.operations.values()],
        )
        self._routes: dict[tuple[str | None, ...], dict[str, Operation]] = {}
        for operation in self.operations.values():
            self._routes.setdefault(_shape(operation.path), {})[operation.method] = operation

    @classmethod
    def load(cls, moved: Path | None = None, added: Sequence[Path] = ()) -> "Contract":
        """The built-in contract with the documents in `added`, and the one in `moved` laid over all of them.

        Raises OSError or ValueError, naming the file, for one that cannot be read.
        """
        builtin = json.loads(BUILTIN_CONTRACT.read_text(encoding="utf-8"))
        return cls(builtin, read_document(moved) if moved else None, [read_document(path) for path in added])

    def kind_of(self, tag: str) -> str:
        """What the records of a tag are called in the store."""
        return self.kinds[tag].name

    def record_fields(self, tag: str) -> Json:
        """JSON schemas of the fields a record of that tag has, by the name they are sent under."""
        fields: Json = self._record_fields.get(tag, {})
        return fields

    def record_names(self, tag: str) -> FieldNames:
        """What the fields of that tag's records are called when they are sent."""
        return self._record_names.get(tag) or FieldNames({}, {})

    def match(self, method: str, path: str) -> Match:
        """The operation of a raw (still percent-encoded) path. Raises `Refused` 404 or 405 (with Allow)."""
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


def _base_path(document: Json | None) -> str:
    servers = (document or {}).get("servers") or [{"url": ""}]
    return urlsplit(str(servers[0]["url"])).path.rstrip("/")


def _shape(path: str) -> tuple[str | None, ...]:
    return tuple(None if part.startswith("{") else part for part in path.strip("/").split("/"))


def _fits(shape: tuple[str | None, ...], parts: list[str]) -> bool:
    return len(shape) == len(parts) and all(a is None or a == b for a, b in zip(shape, parts, strict=True))


#: By tag and summary: path, method and description of an operation.
_Operations = dict[tuple[str, str], tuple[str, str, Json]]


def _base(builtin: Json, added: Sequence[Json]) -> _Operations:
    """The built-in operations and those of added documents, each with an id and a role."""
    base: _Operations = {key: (path, method, own) for key, path, method, own in operations_of(builtin)}
    for document in added:
        for key, path, method, described in operations_of(document):
            base.setdefault(key, (path, method, _with_role(path, method, described)))
    return base


def _roles(operations: _Operations) -> dict[tuple[str, str], str]:
    return {key: described["x-role"] for key, (_, _, described) in operations.items()}


def _with_role(path: str, method: str, described: Json) -> Json:
    role = described.get("x-role") or role_by_shape(path, method)
    return {"operationId": f"{method} {path}", **described, "x-role": role}


def _overlaid(base: _Operations, moved: Json | None) -> dict[str, Operation]:
    replacements = {key: (path, method, body) for key, path, method, body in operations_of(moved or {})}
    operations = {}
    for key, (path, method, ours) in base.items():
        path, method, theirs = replacements.pop(key, (path, method, ours))
        operations[ours["operationId"]] = _operation(key, path, method, ours, theirs)
    known_tags = {operation.tag for operation in operations.values()}
    for key, (path, method, theirs) in replacements.items():
        described = _with_role(path, method, theirs)
        if key[0] in known_tags:
            described["x-role"] = theirs.get("x-role", "")
        operations[described["operationId"]] = _operation(key, path, method, described, described)
    return operations


def _with_meanings(operation: Operation) -> str:
    """The operation's path with the built-in names of its parameters."""
    path = operation.path
    for name, meaning in operation.path_meanings.items():
        path = path.replace("{" + name + "}", "{" + meaning + "}")
    return path


def _operation(key: tuple[str, str], path: str, method: str, ours: Json, theirs: Json) -> Operation:
    body = body_schema(theirs)
    own_fields, fields = (properties_of(schema) for schema in (body_schema(ours), body))
    return Operation(
        id=ours["operationId"],
        tag=key[0],
        summary=key[1],
        role=ours["x-role"],
        method=method,
        path=path,
        parameters=tuple(_parameters(ours["parameters"], theirs["parameters"])),
        body_schema=of_requests(body) if body else None,
        needs_key=ours.get("security", True) != [],
        body_names=FieldNames(own_fields, fields),
        defaults=defaults_of(body or {}),
    )


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
    same_type = one.get("schema", {}).get("type") == other.get("schema", {}).get("type")
    return one["in"] == other["in"] and bool(one.get("required")) == bool(other.get("required")) and same_type


def _parameter(parameter: Json, meaning: str) -> Parameter:
    required = bool(parameter.get("required"))
    return Parameter(parameter["name"], meaning, parameter["in"], required, parameter.get("schema") or {})


def _fields_by_tag(document: Json) -> Iterator[tuple[str, Json]]:
    for tag in document.get("tags", []):
        fields: Json = dict(document["x-record-fields"])
        reference: str | None = tag.get("x-record-schema")
        if reference:
            record: Mapping[str, Any] = resolved({"$ref": reference}, document)
            fields |= record["properties"]
        yield tag["name"], fields
