"""Validates the query and body of a request against its operation; what is not allowed is a 400."""

import json
import re
import sys
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import parse_qsl

try:
    # For a format no contract here has, jsonschema reads 38 grammars where a tool brought them: a second of each start.
    cast(dict[str, Any], sys.modules).setdefault("rfc3987_syntax", None)
    import jsonschema
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "The sandbox is not a part of production: pip install --require-hashes -r requirements-demo.txt"
    ) from error

from apps.sandbox.contract.field_names import FieldNames
from apps.sandbox.contract.routes import Contract, Json, Operation, Parameter
from apps.sandbox.contract.schemas import type_of
from apps.sandbox.errors import Refused, bad_request

FILTER = re.compile(r"filter\[([^\[\]]+)\](?:\[([^\[\]]*)\])?")
INTEGER = re.compile(r"-?[0-9]{1,18}")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
PAGE_PARAMETERS = frozenset({"page[number]", "page[size]"})


@dataclass(frozen=True)
class Condition:
    """`field operator values`: one filter of a list; several values mean any of them."""

    field: str
    operator: str
    values: tuple[str, ...]


@dataclass
class Query:
    """The query's values by their built-in names, and the filters."""

    values: dict[str, Any] = field(default_factory=dict)
    conditions: list[Condition] = field(default_factory=list)
    sort: list[str] = field(default_factory=list)


def read_query(contract: Contract, operation: Operation, pairs: list[tuple[str, str]]) -> Query:
    """The query of a request. Raises one `Refused` 400 with all that is wrong."""
    given: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        given[name].append(value)
    declared = operation.query_parameters
    fields = contract.record_fields(operation.tag)
    names = contract.record_names(operation.tag)
    query, errors = Query(), defaultdict[str, list[str]](list)
    for name, values in given.items():
        try:
            if name in declared:
                _read_declared(declared[name], values, query)
            elif operation.role == "list" and (match := FILTER.fullmatch(name)):
                operator = "eq" if match[2] is None else match[2]
                condition = _free_condition(contract, fields, match[1], operator, values)
                query.conditions.append(replace(condition, field=names.path_to_ours(condition.field)))
            else:
                raise ValueError("is not a parameter of this operation")
        except ValueError as error:
            errors[name].append(str(error))
    for name, parameter in declared.items():
        if parameter.required and name not in given:
            errors[name].append("is required")
    for name in (n for n, parameter in declared.items() if parameter.meaning == "sort" and n in given):
        query.sort = [key for key in given[name][0].split(",") if key]
        unknown = [key for key in query.sort if not _is_field(fields, key.removeprefix("-"))]
        errors[name] += [f"cannot sort by {key}" for key in unknown]
        query.sort = [_sort_key(key, names) for key in query.sort]
    if {"page[after]", "page[before]"} <= query.values.keys():
        errors["page[after]"].append("page[after] and page[before] exclude each other")
    found = {name: messages for name, messages in errors.items() if messages}
    if found:
        raise bad_request(found)
    return query


def _sort_key(key: str, names: FieldNames) -> str:
    name = key.removeprefix("-")
    return key.removesuffix(name) + names.path_to_ours(name)


def split_query(text: str) -> list[tuple[str, str]]:
    """The names and values of a raw query string."""
    return parse_qsl(text, keep_blank_values=True, errors="replace")


def _read_declared(parameter: Parameter, values: list[str], query: Query) -> None:
    is_array = type_of(parameter.schema) == "array"
    if is_array:
        values = [part for value in values for part in value.split(",")]
        checked: Any = [_typed(parameter.schema.get("items", {}), value) for value in values]
    elif len(values) > 1:
        raise ValueError("is given more than once")
    else:
        checked = _typed(parameter.schema, values[0])
        if parameter.meaning in PAGE_PARAMETERS and checked < 1:
            raise ValueError("must be at least 1")
    query.values[parameter.meaning] = checked
    match = FILTER.fullmatch(parameter.meaning)
    if match:
        operator = "in" if is_array else match[2] or "eq"
        query.conditions.append(Condition(match[1], operator, tuple(values)))


def _free_condition(
    contract: Contract, fields: Mapping[str, Json], name: str, operator: str, values: list[str]
) -> Condition:
    """A filter of the prose: any field of the record, any operator of the contract."""
    schema = _field_schema(fields, name)
    if schema is None:
        raise ValueError(f"cannot filter by {name}")
    if operator not in contract.filter_operators:
        raise ValueError(f"{operator or 'an empty operator'} is not an operator")
    if len(values) > 1:
        raise ValueError("is given more than once")
    wanted = values[0].split(",") if operator == "in" else values
    if operator not in ("contains", "starts_with"):
        for value in wanted:
            _typed({"type": kind} if (kind := type_of(schema)) != "array" else {}, value)
    return Condition(name, operator, tuple(wanted))


def _field_schema(fields: Mapping[str, Json], dotted: str) -> Json | None:
    """The schema of a field; {} for one inside an object whose fields are not told; None for no field."""
    first, _, rest = dotted.partition(".")
    schema = fields.get(first)
    if schema is None or not rest:
        return schema
    if type_of(schema) != "object":
        return None
    if "properties" not in schema:
        return {}
    found = _field_schema(schema["properties"], rest)
    return {} if found is None and schema.get("additionalProperties") is True else found


def _is_field(fields: Mapping[str, Json], dotted: str) -> bool:
    return _field_schema(fields, dotted) is not None


def _typed(schema: Json, text: str) -> Any:
    """The text as the type its schema names; ValueError with the reason."""
    kind = type_of(schema)
    value: Any = text
    if kind == "integer":
        if not INTEGER.fullmatch(text):
            raise ValueError("must be an integer")
        value = int(text)
    elif kind == "number":
        if not NUMBER.fullmatch(text):
            raise ValueError("must be a number")
        value = float(text)
    elif kind == "boolean":
        if text not in ("true", "false"):
            raise ValueError("must be true or false")
        value = text == "true"
    if kind in ("integer", "number") and "maximum" in schema and value > schema["maximum"]:
        raise ValueError(f"must be at most {schema['maximum']}")
    if "enum" in schema and value not in schema["enum"]:
        raise ValueError(f"must be one of {', '.join(map(str, schema['enum']))}")
    return value


def read_body(operation: Operation, content_type: str, content: bytes) -> Json:
    """The JSON object of a request, checked against the operation's schema.

    Raises `Refused` 400 for another content type, and for a body that is invalid.
    """
    if operation.body_schema is None:
        return {}
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Refused(HTTPStatus.BAD_REQUEST, "The body must be application/json.")
    try:
        body = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from error
    if not isinstance(body, dict):
        raise Refused(HTTPStatus.BAD_REQUEST, "The body must be a JSON object.")
    errors = defaultdict[str, list[str]](list)
    for fault in _validator(json.dumps(operation.body_schema)).iter_errors(body):
        for name, message in _field_messages(fault):
            errors[name].append(message)
    if errors:
        raise bad_request(errors)
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


@lru_cache(maxsize=256)
def _validator(schema: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(json.loads(schema))


def _field_messages(fault: jsonschema.ValidationError) -> list[tuple[str, str]]:
    """(field, message) pairs, dots leading into objects."""
    place = ".".join(str(part) for part in fault.absolute_path)
    prefix = f"{place}." if place else ""
    rule: Any = fault.validator_value
    if fault.validator == "required" and isinstance(fault.instance, dict):
        return [(f"{prefix}{name}", "is required") for name in rule if name not in fault.instance]
    if fault.validator in ("additionalProperties", "unevaluatedProperties") and isinstance(
        fault.instance, dict
    ):
        known = fault.schema.get("properties", {}) if isinstance(fault.schema, dict) else {}
        return [
            (f"{prefix}{name}", "is not a field of this object")
            for name in fault.instance
            if name not in known
        ]
    if fault.validator == "type":
        kinds = rule if isinstance(rule, list) else [rule]
        return [(place, f"must be of type {' or '.join(map(str, kinds))}")]
    if fault.validator == "enum":
        return [(place, f"must be one of {', '.join(map(str, rule))}")]
    return [(place, fault.message)]
