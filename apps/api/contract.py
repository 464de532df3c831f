"""The API's operations, read from its OpenAPI file: the built-in one, or a vendor's laid over it."""

import functools
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.api.openapi import ContractError, Document, Field, Parameter, as_list

__all__ = ["Contract", "ContractError", "Field", "Operation", "Parameter", "builtin_contract"]

BUILTIN_FILE = Path(__file__).parent / "contract" / "integr8.openapi.json"

_PLACEHOLDER = re.compile(r"{([^{}/]+)}")
# The reference's prose names the reports' times "start_date" and "end_date", its operations "start_time".
_SAME_WORD = {"startdate": "starttime", "enddate": "endtime"}
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

    def overlaid(self, vendor_document: Mapping[str, Any]) -> "Contract":
        """The vendor's OpenAPI 3 document laid over this contract.

        Operations are matched by tag and summary, ignoring case and spaces. Path, method, parameter names,
        bodies, enums and required marks are the vendor's; our ids, roles, effects and path parameter names
        stay, as does what the vendor's document lacks. Its server addresses are not used. Raises
        `ContractError` when it is no OpenAPI 3 document.
        """
        vendor = read_operations(Document(vendor_document))
        own_ids = {_matching_key(operation): operation.id for operation in self.operations.values()}
        operations = dict(self.operations)
        records = {tag: dict(fields) for tag, fields in self.records.items()}
        for theirs in vendor:
            own_id = own_ids.get(_matching_key(theirs))
            if own_id is None:
                name = theirs.id if theirs.id not in operations else f"{theirs.tag}:{theirs.id}"
                operations[name] = replace(theirs, id=name)
                continue
            ours = self.operations[own_id]
            operations[own_id] = _laid_over(ours, theirs)
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


def _laid_over(ours: Operation, theirs: Operation) -> Operation:
    names = _own_names(ours.path_parameters, theirs.path_parameters)
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


def _own_names(ours: tuple[str, ...], theirs: tuple[str, ...]) -> dict[str, str]:
    """The vendor's path parameter names to ours: the same word first, then the same place."""
    by_word = {_normalised(name): name for name in ours}
    names = {name: by_word[_normalised(name)] for name in theirs if _normalised(name) in by_word}
    left = [name for name in ours if name not in names.values()]
    for name in theirs:
        if name not in names:
            names[name] = left.pop(0) if left else name
    return names


def _overlaid_parameters(
    ours: Mapping[str, Parameter], theirs: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    """The vendor's parameters under our names where exactly one of theirs is the same word."""
    words = [_word(name) for name in theirs]
    own_words = [_word(name) for name in ours]
    found: dict[str, Parameter] = {}
    for name, parameter in theirs.items():
        word = _word(name)
        same = [own for own in ours if _word(own) == word]
        is_unique = len(same) == 1 and words.count(word) == 1 and own_words.count(word) == 1
        own_name = same[0] if is_unique else name
        found[own_name] = replace(parameter, name=own_name)
    return {**{name: parameter for name, parameter in ours.items() if name not in found}, **found}


def _word(name: str) -> str:
    word = _normalised(name)
    return _SAME_WORD.get(word, word)


def _matching_key(operation: Operation) -> tuple[str, str]:
    return _normalised(operation.tag), _normalised(operation.summary)


def _normalised(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
