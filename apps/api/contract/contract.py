"""The contract: all operations of the API, from the built-in OpenAPI file or a vendor's laid over it."""

import functools
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.api.contract.field_names import fields_by_our_names, stated_names
from apps.api.contract.files import read_contract_file
from apps.api.contract.name_matching import (
    CertainNames,
    certain_names,
    matching_key,
    own_parameter_names,
    own_path_names,
)
from apps.api.contract.openapi import ContractError, Document, Field, Parameter
from apps.api.contract.operations import (
    PLACEHOLDER,
    Operation,
    effect_of_role,
    read_operations,
    role_by_shape,
)
from apps.api.contract.unsupported_features import unsupported_features

__all__ = ["Contract", "ContractError", "Field", "Operation", "Parameter", "builtin_contract"]

BUILTIN_FILE = Path(__file__).resolve().parents[1] / "contract" / "integr8.openapi.json"

#: By tag: our names of fields, dotted inside objects, to a vendor's.
StatedNames = Mapping[str, Mapping[str, str]]
_NOTHING_STATED: Mapping[str, str] = {}
_READS_RECORDS = ("list", "get")
_WRITES_RECORDS = ("create", "update")


# Told apart by identity: what is worked out of a contract is kept by it.
@dataclass(frozen=True, eq=False)
class Contract:
    """A set of operations and the fields of what they handle."""

    operations: Mapping[str, Operation]
    filter_operators: tuple[str, ...]
    records: Mapping[str, Mapping[str, Field]]
    #: What every record has: its id and its dates.
    common_fields: Mapping[str, Field] = field(default_factory=dict)
    #: Tags that resources brought: a service's own file need not have them.
    added_tags: frozenset[str] = frozenset()

    @property
    def expected(self) -> list[Operation]:
        """The operations that every service's file should have."""
        return [one for one in self.operations.values() if one.tag not in self.added_tags]

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

    def record_fields(self, tag: str) -> dict[str, Field]:
        """The fields that a record of the tag may have; `{}` for an unknown tag."""
        return dict(self.records.get(tag, {}))

    def is_another_address(self, operation: Operation, path: Mapping[str, str]) -> bool:
        """True when these values make the address of another operation.

        `DELETE …/offers/{offerID}` with the id "bulk" would be the bulk delete: no record has such an id.
        """
        own = operation.path.split("/")
        filled = [PLACEHOLDER.sub(lambda match: path.get(match[1], ""), part) for part in own]
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

        Operations are matched by tag and summary, ignoring case and spaces. Path, method, bodies, enums, required
        marks and the names on the wire are the vendor's; our ids, roles, effects and names stay, as does what the
        vendor's document lacks. Its server addresses are not used. Raises `ContractError` when it is no OpenAPI 3
        document.
        """
        document = Document(vendor_document)
        vendor = read_operations(document)
        stated = stated_names(vendor_document)
        own_ids = {matching_key(operation): operation.id for operation in self.operations.values()}
        matched = {own_ids[key]: o for o in vendor if (key := matching_key(o)) in own_ids}
        certain = certain_names((self.operations[own_id], theirs) for own_id, theirs in matched.items())
        operations = dict(self.operations)
        for own_id, theirs in matched.items():
            ours = self.operations[own_id]
            operations[own_id] = _laid_over(ours, theirs, certain, stated.get(ours.tag, _NOTHING_STATED))
        own_tags = {operation.tag for operation in self.operations.values()}
        for theirs in vendor:
            if matching_key(theirs) not in own_ids:
                name = theirs.id if theirs.id not in operations else f"{theirs.tag}:{theirs.id}"
                operations[name] = replace(_added(theirs, is_new_tag=theirs.tag not in own_tags), id=name)
        records = {
            tag: self._records_of(tag, operations, matched, stated.get(tag, _NOTHING_STATED))
            for tag in {operation.tag: None for operation in operations.values()}
        }
        return Contract(
            {name: _answering(operation, records) for name, operation in operations.items()},
            self.filter_operators,
            {tag: fields for tag, fields in records.items() if fields},
            self.common_fields,
            self.added_tags,
        )

    def _records_of(
        self,
        tag: str,
        operations: Mapping[str, Operation],
        matched: Mapping[str, Operation],
        stated: Mapping[str, str],
    ) -> dict[str, Field]:
        """A tag's record with the vendor's document over ours: what answers and bodies hold, under our names."""
        of_tag = [operation for operation in operations.values() if operation.tag == tag]
        writing = [operation for operation in of_tag if operation.role in _WRITES_RECORDS]
        reading = [operation for operation in of_tag if operation.role in _READS_RECORDS]
        ours = self.records.get(tag)
        if ours is None:
            added = _fields_of(o.body_fields for o in writing) | _fields_of(o.answer_fields for o in reading)
            return {**self.common_fields, **added} if added else {}
        from_answers = _fields_of(
            fields_by_our_names(ours, matched[operation.id].answer_fields, stated)
            for operation in reading
            if operation.id in matched
        )
        was_written = _fields_of(
            self.operations[o.id].body_fields for o in writing if o.id in self.operations
        )
        gone = was_written.keys() - _fields_of(o.body_fields for o in writing).keys()
        bodies = _fields_of(o.body_fields for o in writing if o.id in matched)
        kept = {name: own for name, own in ours.items() if name not in gone}
        return {**kept, **bodies, **{name: _known_parts(found, ours) for name, found in from_answers.items()}}


_added_files: list[Path] = []


def add_contract_file(path: Path) -> None:
    """Let the built-in contract know the operations of another OpenAPI file too, for a resource that brings its own."""
    if path not in _added_files:
        _added_files.append(path)
        builtin_contract.cache_clear()


def remove_contract_file(path: Path) -> None:
    """Take back what `add_contract_file` did."""
    _added_files.remove(path)
    builtin_contract.cache_clear()


@functools.cache
def reference_contract() -> Contract:
    """The contract of the file that comes with the product, read once: without what resources bring."""
    content = json.loads(BUILTIN_FILE.read_text(encoding="utf-8"))
    document = Document(content)
    common = document.fields({"properties": content["x-record-fields"]})
    records = _records(document, common)
    operations = {o.id: _answering(o, records) for o in read_operations(document)}
    return Contract(operations, tuple(content["x-filter-operators"]), records, common)


@functools.cache
def builtin_contract() -> Contract:
    """The contract that comes with the product, read once; with the files that resources bring."""
    contract = reference_contract()
    for path in _added_files:
        # What is wrong with the file is said by a check at start (`contract_file_problems`).
        with suppress(ContractError):
            contract = contract.overlaid(read_contract_file(path))
    known = {operation.tag for operation in reference_contract().operations.values()}
    added = {operation.tag for operation in contract.operations.values()} - known
    return replace(contract, added_tags=frozenset(added))


@dataclass(frozen=True)
class FileProblems:
    """What is wrong with an OpenAPI file: why it cannot be used, or what of it is read in part only."""

    error: str = ""
    warnings: tuple[str, ...] = ()


def contract_file_problems(path: Path) -> FileProblems:
    """What is wrong with a file that a resource brings, in sentences."""
    try:
        document = read_contract_file(path)
        builtin_contract().overlaid(document)
        return FileProblems(warnings=tuple(unsupported_features(document)))
    except ContractError as error:
        return FileProblems(error=str(error))


def _records(document: Document, common: Mapping[str, Field]) -> dict[str, dict[str, Field]]:
    """Per tag: the id first, then the record's own fields, then the dates every record has."""
    first = {"id": common["id"]}
    return {
        tag["name"]: first | _fields_of([document.fields({"$ref": tag["x-record-schema"]}), common])
        for tag in document.content["tags"]
        if "x-record-schema" in tag
    }


def _fields_of(groups: Iterable[Mapping[str, Field]]) -> dict[str, Field]:
    """All fields of several operations as those of a record, which requires none; of two with one name the last."""
    return {name: replace(found, required=False) for group in groups for name, found in group.items()}


def _answering(operation: Operation, records: Mapping[str, Mapping[str, Field]]) -> Operation:
    """The operation with its tag's record as what it answers, where it reads records."""
    if operation.role not in _READS_RECORDS:
        return operation
    return replace(operation, answer_fields=records.get(operation.tag, {}))


def _added(operation: Operation, *, is_new_tag: bool) -> Operation:
    """An operation of the vendor's own; one of a tag that we do not have gets the role its address tells of."""
    role = operation.role or (role_by_shape(operation) if is_new_tag else "")
    if not role or operation.role:
        return operation
    return replace(operation, role=role, effect=effect_of_role(role))


def _laid_over(
    ours: Operation, theirs: Operation, certain: CertainNames, stated: Mapping[str, str]
) -> Operation:
    names = own_path_names(ours.path_parameters, theirs.path_parameters, certain)
    path = PLACEHOLDER.sub(lambda match: "{" + names[match[1]] + "}", theirs.path)
    is_bulk = ours.role.startswith("bulk_")
    return replace(
        ours,
        method=theirs.method,
        path=path,
        path_parameters=tuple(PLACEHOLDER.findall(path)),
        query_parameters=_overlaid_parameters(ours.query_parameters, theirs.query_parameters),
        body_fields=fields_by_our_names(ours.body_fields, theirs.body_fields, stated, by_type=is_bulk)
        or ours.body_fields,
        answer_fields=fields_by_our_names(ours.answer_fields, theirs.answer_fields, stated)
        or ours.answer_fields,
        needs_credential=ours.needs_credential and theirs.needs_credential,
    )


def _known_parts(found: Field, ours: Mapping[str, Field]) -> Field:
    """A field of an answer with what our contract says of its choices where the answer's schema leaves them open."""
    own = ours.get(found.name)
    if own is None or own.type != found.type:
        return found
    return replace(
        found,
        enum=found.enum or own.enum,
        item_enum=found.item_enum or own.item_enum,
        format=found.format or own.format,
        fields=found.fields or own.fields,
    )


def _overlaid_parameters(
    ours: Mapping[str, Parameter], theirs: Mapping[str, Parameter]
) -> dict[str, Parameter]:
    """The vendor's parameters under our names, and those of ours that the vendor's document leaves out."""
    names = own_parameter_names(ours, theirs)
    found = {names[name]: replace(parameter, name=names[name]) for name, parameter in theirs.items()}
    return {**{name: parameter for name, parameter in ours.items() if name not in found}, **found}
