"""Compares a vendor's OpenAPI document with our contract, operation by operation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from apps.api.contract.contract import Contract, Operation
from apps.api.contract.field_names import fields_by_our_names, stated_names
from apps.api.contract.name_matching import matching_key, own_parameter_names
from apps.api.contract.openapi import Document, Field
from apps.api.contract.operations import read_operations

#: How many values of a long list are spelled out.
MOST_VALUES = 6


@dataclass(frozen=True)
class Difference:
    """One thing of one operation; `ours` and `theirs` are texts, "" where a side has nothing."""

    operation: str
    what: str
    ours: str
    theirs: str


@dataclass(frozen=True)
class Unmatched:
    """Fields of a tag's bodies that only one side has; one of theirs may be one of ours under another name."""

    tag: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """A document beside our contract: operations that match, that it lacks, that it adds, and what differs."""

    matched: tuple[Operation, ...]
    lacking: tuple[Operation, ...]
    added: tuple[Operation, ...]
    differences: tuple[Difference, ...]
    #: Where a renamed field may be hidden: both sides have fields that the other lacks.
    unmatched: tuple[Unmatched, ...]

    @property
    def is_same(self) -> bool:
        """Whether the document says what ours says."""
        return not (self.lacking or self.added or self.differences)


def compare(own: Contract, document: Mapping[str, Any]) -> Comparison:
    """Compare an OpenAPI 3 document with our contract, matched by tag and summary.

    Where the document describes an operation twice the last one counts, as in `Contract.overlaid`.
    Raises `ContractError` for what is no OpenAPI 3 document.
    """
    vendor = {matching_key(operation): operation for operation in read_operations(Document(document))}
    tags = {operation.tag for operation in vendor.values()}
    # Operations that a resource brought are compared where the file has that tag at all.
    ours = {
        matching_key(operation): operation
        for operation in own.operations.values()
        if operation.tag not in own.added_tags or operation.tag in tags
    }
    stated = stated_names(document)
    pairs = [
        _Pair(operation, vendor[key], stated.get(operation.tag, {}))
        for key, operation in ours.items()
        if key in vendor
    ]
    return Comparison(
        matched=tuple(pair.ours for pair in pairs),
        lacking=tuple(operation for key, operation in ours.items() if key not in vendor),
        added=tuple(operation for key, operation in vendor.items() if key not in ours),
        differences=tuple(difference for pair in pairs for difference in _differences(pair)),
        unmatched=tuple(_unmatched(pairs)),
    )


def unknown_statements(own: Contract, document: Mapping[str, Any]) -> list[str]:
    """What the document states about names of fields and cannot be: no such field of ours, or none of theirs."""
    overlaid = own.overlaid(document)
    problems = []
    for tag, names in stated_names(document).items():
        known, followed = _described_fields(own, tag), _described_fields(overlaid, tag)
        for path, name in names.items():
            if not any(field_at(path, fields) for fields in known):
                problems.append(f"{tag}.{path} is no field of ours")
            elif not any((f := field_at(path, fields)) and f.sent_as == name for fields in followed):
                problems.append(f"no operation of {tag} in the file has a field {name} there")
    return problems


def _described_fields(contract: Contract, tag: str) -> list[Mapping[str, Field]]:
    operations = [operation for operation in contract.operations.values() if operation.tag == tag]
    return [fields for o in operations for fields in (o.body_fields, o.answer_fields)]


def field_at(path: str, fields: Mapping[str, Field]) -> Field | None:
    """The field at a path of our names, dotted inside objects."""
    first, _, rest = path.partition(".")
    found = fields.get(first)
    return field_at(rest, found.fields) if found and rest else found


def unfillable_parameters(own: Contract, overlaid: Contract) -> list[tuple[Operation, str]]:
    """What the vendor's operations need and our calls do not know: path values, and required query parameters."""
    return [
        (operation, name)
        for operation_id, ours in own.operations.items()
        for operation in [overlaid.operation(operation_id)]
        for name in [
            *(name for name in operation.path_parameters if name not in ours.path_parameters),
            *(
                name
                for name, parameter in operation.query_parameters.items()
                if parameter.required and name not in ours.query_parameters
            ),
        ]
    ]


@dataclass(frozen=True)
class _Pair:
    """An operation of ours and the vendor's, whose fields stand under our names."""

    ours: Operation
    theirs: Operation
    stated: Mapping[str, str]

    @cached_property
    def body(self) -> dict[str, Field]:
        is_bulk = self.ours.role.startswith("bulk_")
        return fields_by_our_names(
            self.ours.body_fields, self.theirs.body_fields, self.stated, by_type=is_bulk
        )

    @cached_property
    def answer(self) -> dict[str, Field]:
        return fields_by_our_names(self.ours.answer_fields, self.theirs.answer_fields, self.stated)


def _unmatched(pairs: Iterable[_Pair]) -> Iterator[Unmatched]:
    ours: dict[str, dict[str, None]] = {}
    theirs: dict[str, dict[str, None]] = {}
    for pair in pairs:
        own, their = pair.ours.body_fields, pair.body
        lacking, added = own.keys() - their.keys(), their.keys() - own.keys()
        if lacking and added:
            ours.setdefault(pair.ours.tag, {}).update(dict.fromkeys(name for name in own if name in lacking))
            theirs.setdefault(pair.ours.tag, {}).update(
                dict.fromkeys(their[name].sent_as for name in their if name in added)
            )
    for tag, names in ours.items():
        yield Unmatched(tag, tuple(names), tuple(theirs[tag]))


def _differences(pair: _Pair) -> Iterator[Difference]:
    ours, theirs = pair.ours, pair.theirs
    if ours.method != theirs.method:
        yield Difference(ours.id, "method", ours.method, theirs.method)
    if ours.path != theirs.path:
        yield Difference(ours.id, "path", ours.path, theirs.path)
    names = own_parameter_names(ours.query_parameters, theirs.query_parameters)
    parameters = {names[name]: parameter for name, parameter in theirs.query_parameters.items()}
    for name, parameter in parameters.items():
        if name in ours.query_parameters and parameter.wire_name != name:
            yield Difference(ours.id, f"name of parameter {name}", name, parameter.wire_name)
    yield from _field_differences(ours.id, "parameter", ours.query_parameters, parameters)
    yield from _renamed(ours.id, "field", ours.body_fields, pair.body)
    yield from _field_differences(ours.id, "field", ours.body_fields, pair.body)
    yield from _renamed(ours.id, "answered field", ours.answer_fields, pair.answer)


def _renamed(
    operation: str, word: str, ours: Mapping[str, Field], theirs: Mapping[str, Field], prefix: str = ""
) -> Iterator[Difference]:
    for name, field in theirs.items():
        if name not in ours:
            continue
        if field.sent_as != name:
            yield Difference(operation, f"name of {word} {prefix}{name}", name, field.sent_as)
        yield from _renamed(operation, word, ours[name].fields, field.fields, f"{prefix}{name}.")


def _field_differences(
    operation: str, word: str, ours: Mapping[str, Field], theirs: Mapping[str, Field], prefix: str = ""
) -> Iterator[Difference]:
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        own, their = ours.get(name), theirs.get(name)
        label = f"{word} {prefix}{their.sent_as if their and own is None else name}"
        if own is None or their is None:
            yield Difference(operation, label, _described(own), _described(their))
            continue
        if own.type != their.type:
            yield Difference(operation, f"type of {label}", own.type, their.type)
        if own.required != their.required:
            yield Difference(operation, f"{label} is required", _yes(own.required), _yes(their.required))
        for word_of, ours_is, theirs_is in (
            ("is read-only", own.is_read_only, their.is_read_only),
            ("is write-only", own.is_write_only, their.is_write_only),
            ("may be null", own.is_nullable, their.is_nullable),
        ):
            if ours_is != theirs_is:
                yield Difference(operation, f"{label} {word_of}", _yes(ours_is), _yes(theirs_is))
        for values, their_values in ((own.enum, their.enum), (own.item_enum, their.item_enum)):
            if set(values) != set(their_values):
                yield Difference(
                    operation,
                    f"values of {label}",
                    _values(values, their_values),
                    _values(their_values, values),
                )
        yield from _field_differences(operation, word, own.fields, their.fields, f"{prefix}{name}.")


def _described(field: Field | None) -> str:
    if field is None:
        return ""
    return f"{field.type}, required" if field.required else field.type


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _values(own: tuple[str, ...], others: tuple[str, ...]) -> str:
    """The values that only this side has; "any" where it leaves them open."""
    if not own:
        return "any"
    only = [value for value in own if value not in others]
    if not only:
        return "no others"
    more = f" and {len(only) - MOST_VALUES} more" if len(only) > MOST_VALUES else ""
    return ", ".join(only[:MOST_VALUES]) + more
