"""What a vendor's OpenAPI document says otherwise than our contract, operation by operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from apps.api.contract import Contract, Operation, read_operations
from apps.api.openapi import Document, Field
from apps.api.renaming import matching_key, own_parameter_names

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
class Comparison:
    """A document beside our contract: operations that match, that it lacks, that it adds, and what differs."""

    matched: tuple[Operation, ...]
    lacking: tuple[Operation, ...]
    added: tuple[Operation, ...]
    differences: tuple[Difference, ...]

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
    ours = {matching_key(operation): operation for operation in own.operations.values()}
    matched = [operation for key, operation in ours.items() if key in vendor]
    return Comparison(
        matched=tuple(matched),
        lacking=tuple(operation for key, operation in ours.items() if key not in vendor),
        added=tuple(operation for key, operation in vendor.items() if key not in ours),
        differences=tuple(d for o in matched for d in _differences(o, vendor[matching_key(o)])),
    )


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


def _differences(ours: Operation, theirs: Operation) -> Iterator[Difference]:
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
    yield from _field_differences(ours.id, "field", ours.body_fields, theirs.body_fields)


def _field_differences(
    operation: str, word: str, ours: Mapping[str, Field], theirs: Mapping[str, Field], prefix: str = ""
) -> Iterator[Difference]:
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        own, their = ours.get(name), theirs.get(name)
        label = f"{word} {prefix}{name}"
        if own is None or their is None:
            yield Difference(operation, label, _described(own), _described(their))
            continue
        if own.type != their.type:
            yield Difference(operation, f"type of {label}", own.type, their.type)
        if own.required != their.required:
            yield Difference(operation, f"{label} is required", _yes(own.required), _yes(their.required))
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
