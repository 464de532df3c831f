"""Operations (method, path, parameters, fields, role, effect), read from an OpenAPI document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.api.contract.openapi import Document, Field, Parameter
from apps.api.contract.schemas import as_list

PLACEHOLDER = re.compile(r"{([^{}/]+)}")
_EFFECT_OF_METHOD = {"GET": "safe", "HEAD": "safe", "OPTIONS": "safe", "POST": "creates"}
_EFFECT_OF_ROLE = {"list": "safe", "get": "safe", "create": "creates"}
#: (method, whether the path ends with a record's id) → what such an operation is to a resource, as a rule.
_ROLE_OF_SHAPE = {
    ("GET", False): "list",
    ("POST", False): "create",
    ("GET", True): "get",
    ("PATCH", True): "update",
    ("PUT", True): "update",
    ("DELETE", True): "delete",
}
_BULK_ROLE_OF_METHOD = {
    "PUT": "bulk_status",
    "PATCH": "bulk_status",
    "POST": "bulk_status",
    "DELETE": "bulk_delete",
}


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    `effect` says what repeating it does: "safe", "idempotent" or "creates" (also for the GETs that make an
    export). `role` says what it is to a resource; empty for a vendor's operation that matches none of ours.
    `path`, `path_parameters` and all fields use our names; a field's `sent_as` is the API's.
    """

    id: str
    tag: str
    summary: str
    role: str
    effect: str
    method: str
    path: str
    path_parameters: tuple[str, ...] = ()
    query_parameters: Mapping[str, Parameter] = field(default_factory=dict)
    body_fields: Mapping[str, Field] = field(default_factory=dict)
    #: The fields of the record, or of each record, in the answer, inside the frame around them.
    answer_fields: Mapping[str, Field] = field(default_factory=dict)
    needs_credential: bool = True

    @property
    def is_write(self) -> bool:
        """True when a lost answer leaves something unknown at the API."""
        return self.effect != "safe"


def read_operations(document: Document) -> list[Operation]:
    """All operations of a document; without an `x-effect` the HTTP method decides, carefully."""
    return [_operation(document, *entry) for entry in document.operations()]


def role_by_shape(operation: Operation) -> str:
    """What an operation without an `x-role` is to a resource, by its method and path; "" when they do not tell."""
    last = operation.path.rstrip("/").rsplit("/", 1)[-1]
    if last == "bulk":
        return _BULK_ROLE_OF_METHOD.get(operation.method, "")
    return _ROLE_OF_SHAPE.get((operation.method, "{" in last), "")


def effect_of_role(role: str) -> str:
    """What repeating an operation of that role does."""
    return _EFFECT_OF_ROLE.get(role, "idempotent")


def _operation(document: Document, path: str, method: str, description: dict[str, Any]) -> Operation:
    tags = as_list(description.get("tags")) or [""]
    effect = description.get("x-effect") or ("creates" if description.get("x-creates") else "")
    body = document.body(description)
    return Operation(
        id=str(description.get("operationId") or f"{method} {path}"),
        tag=str(tags[0]),
        summary=str(description.get("summary", "")),
        role=str(description.get("x-role", "")),
        effect=str(effect or _EFFECT_OF_METHOD.get(method, "idempotent")),
        method=method,
        path=path,
        path_parameters=tuple(PLACEHOLDER.findall(path)),
        query_parameters=document.query_parameters(description),
        body_fields=document.fields(body) if body else {},
        answer_fields=_record_in(document, document.answer(description)),
        needs_credential=description.get("security") != [],
    )


def _record_in(document: Document, answer: dict[str, Any] | None) -> dict[str, Field]:
    """The fields of the record in an answer: in its `data` (a report has two), in each item of a list."""
    schema = answer or {}
    for _ in range(2):
        properties = schema.get("properties")
        if isinstance(properties, Mapping) and "data" in properties:
            schema = document.schema(properties["data"])
    if "items" in schema:
        schema = document.schema(schema["items"])
    return document.fields(schema)
