"""The API's operations, read from its OpenAPI file: the built-in one, or a vendor's laid over it."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.api.openapi import ContractError, Document, Field, Parameter, as_list
from apps.api.renaming import CertainNames, certain_names, matching_key, own_parameter_names, own_path_names

__all__ = ["Contract", "ContractError", "Field", "Operation", "Parameter", "builtin_contract"]

BUILTIN_FILE = Path(__file__).parent / "contract" / "integr8.openapi.json"

_PLACEHOLDER = re.compile(r"{([^{}/]+)}")
_EFFECT_OF_METHOD = {"GET": "safe", "HEAD": "safe", "OPTIONS": "safe", "POST": "creates"}


@dataclass(frozen=True)
class Operation:
    """One operation of the API.

    `effect` says what repeating it does: "safe", "idempotent" or "creates" (also for the GETs that make an
    export). `role` says what it is to a resource; empty for a vendor's operation that matches none of ours.
    `path` and `path_parameters` use our names.
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
    needs_credential: bool = True

    @property
    def is_write(self) -> bool:
        """True when a lost answer leaves something unknown at the API."""
        return self.effect != "safe"


@dataclass(frozen=True)
class Contract:
    """A set of operations and the fields of what they handle."""

    operations: Mapping[str, Operation]
    filter_operators: tuple[str, ...]
    records: Mapping[str, Mapping[str, Field]]

    def operation(self, operation_id: str) -> Operation:
        """The operation of that id. Raises KeyError when the contract has none."""
        return self.operations[operation_id]

    def for_tag(self, tag: str) -> dict[str, Operation]:
        """A tag's operations by role; where several have a role (the reports), the first of the file."""
        found: dict[str, Operation] = {}
        for operation in self.operations.values():
            if operation.tag == tag and operation.role:
                found.setdefault(operation.role, operation)
        return found

    def with_role(self, tag: str, role: str) -> tuple[Operation, ...]:
        """All operations of a tag and role, in the file's order: `with_role("Reports", "export")`."""
        return tuple(o for o in self.operations.values() if o.tag == tag and o.role == role)

    def record_fields(self, tag: str) -> dict[str, Field]:
        """The fields that a record of the tag may have; `{}` for an unknown tag."""
        return dict(self.records.get(tag, {}))

    def is_another_address(self, operation: Operation, path: Mapping[str, str]) -> bool:
        """True when these values make the address of another operation.

        `DELETE …/offers/{offerID}` with the id "bulk" would be the bulk delete: no record has such an id.
        """
        own = operation.path.split("/")
        filled = [_PLACEHOLDER.sub(lambda match: path.get(match[1], ""), part) for part in own]
        for other in self.operations.values():
            theirs = other.path.split("/")
            if other.method != operation.method or theirs == own or len(theirs) != len(own):
                continue
            if all(there == here or "{" in there for here, there in zip(filled, theirs, strict=True)):
                # The more literal path wins at a server.
                return other.path.count("{") < operation.path.count("{")
        return False

    def overlaid(self, vendor_document: Mapping[str, Any]) -> "Contract":
        """The vendor's OpenAPI 3 document laid over this contract.

        Operations are matched by tag and summary, ignoring case and spaces. Path, method, parameter names,
        bodies, enums and required marks are the vendor's; our ids, roles, effects and path parameter names
        stay, as does what the vendor's document lacks. Its server addresses are not used. Raises
        `ContractError` when it is no OpenAPI 3 document.
        """
        vendor = read_operations(Document(vendor_document))
        own_ids = {matching_key(operation): operation.id for operation in self.operations.values()}
        pairs = [(self.operations[own_ids[key]], o) for o in vendor if (key := matching_key(o)) in own_ids]
        certain = certain_names(pairs)
        operations = dict(self.operations)
        records = {tag: dict(fields) for tag, fields in self.records.items()}
        for theirs in vendor:
            own_id = own_ids.get(matching_key(theirs))
            if own_id is None:
                name = theirs.id if theirs.id not in operations else f"{theirs.tag}:{theirs.id}"
                operations[name] = replace(theirs, id=name)
                continue
            ours = self.operations[own_id]
            operations[own_id] = _laid_over(ours, theirs, certain)
            if ours.role in ("create", "update"):
                records.setdefault(ours.tag, {}).update(operations[own_id].body_fields)
        return Contract(operations, self.filter_operators, records)


@functools.cache
def builtin_contract() -> Contract:
    """The contract that comes with the product, read once."""
    content = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))
    document = Document(content)
    operations = {operation.id: operation for operation in read_operations(document)}
    return Contract(operations, tuple(content["x-filter-operators"]), _records(document))


def read_operations(document: Document) -> list[Operation]:
    """All operations of a document; without an `x-effect` the HTTP method decides, carefully."""
    return [_operation(document, *entry) for entry in document.operations()]


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
        path_parameters=tuple(_PLACEHOLDER.findall(path)),
        query_parameters=document.query_parameters(description),
        body_fields=document.fields(body) if body else {},
        needs_credential=description.get("security") != [],
    )


def _records(document: Document) -> dict[str, dict[str, Field]]:
    """Per tag: the id first, then the record's own fields, then the dates every record has."""
    common = document.fields({"properties": document.content["x-record-fields"]})
    first = {"id": common["id"]}
    return {
        tag["name"]: first | document.fields({"$ref": tag["x-record-schema"]}) | common
        for tag in document.content["tags"]
        if "x-record-schema" in tag
    }


def _laid_over(ours: Operation, theirs: Operation, certain: CertainNames) -> Operation:
    names = own_path_names(ours.path_parameters, theirs.path_parameters, certain)
    path = _PLACEHOLDER.sub(lambda match: "{" + names[match[1]] + "}", theirs.path)
    return replace(
        ours,
        method=theirs.method,
        path=path,
        path_parameters=tuple(_PLACEHOLDER.findall(path)),
        query_parameters=_overlaid_parameters(ours.query_parameters, theirs.query_parameters),
        body_fields=_with_our_parts(ours.body_fields, theirs.body_fields) or ours.body_fields,
        needs_credential=ours.needs_credential and theirs.needs_credential,
    )


def _with_our_parts(ours: Mapping[str, Field], theirs: Mapping[str, Field]) -> dict[str, Field]:
    """The vendor's fields; an object whose parts their document leaves open keeps the parts we know."""
    return {
        name: replace(field, fields=ours[name].fields)
        if name in ours and field.type == ours[name].type == "object" and not field.fields
        else field
        for name, field in theirs.items()
    }


def _overlaid_parameters(
    ours: Mapping[str, Parameter], theirs: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    """The vendor's parameters under our names, and those of ours that the vendor's document leaves out."""
    names = own_parameter_names(ours, theirs)
    found = {names[name]: replace(parameter, name=names[name]) for name, parameter in theirs.items()}
    return {**{name: parameter for name, parameter in ours.items() if name not in found}, **found}
