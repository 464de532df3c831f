"""Reads JSON schemas: type, enum, nullable (OpenAPI 3.0 and 3.1), `allOf` and `anyOf`/`oneOf`."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

KNOWN_TYPES = frozenset({"string", "integer", "number", "boolean", "array", "object", "null"})
#: Words that hold for the whole when any part of an `allOf` says them.
_FLAGS = ("readOnly", "writeOnly", "nullable", "deprecated")


def as_list(value: object) -> list[Any]:
    """The list itself, or an empty one for anything else: a vendor's document may be odd anywhere."""
    return value if isinstance(value, list) else []


def as_mapping(value: object) -> dict[str, Any]:
    """The object itself, or an empty one for anything else."""
    return dict(value) if isinstance(value, Mapping) else {}


def schema_type(schema: Mapping[str, Any]) -> str:
    """The schema's type in one word; a union with null counts as its other type, and values tell theirs."""
    kinds = [word for word in types_of(schema) if word in KNOWN_TYPES and word != "null"]
    if kinds:
        return kinds[0]
    if isinstance(schema.get("properties"), Mapping) or isinstance(
        schema.get("additionalProperties"), Mapping
    ):
        return "object"
    if "items" in schema:
        return "array"
    values = [value for value in allowed_values(schema) if value is not None]
    return _kind_of(values[0]) if values and len({_kind_of(value) for value in values}) == 1 else "string"


def types_of(schema: Mapping[str, Any]) -> list[str]:
    """The types that the schema names."""
    kind = schema.get("type")
    return [word for word in (kind if isinstance(kind, list) else [kind]) if isinstance(word, str)]


def allowed_values(schema: Mapping[str, Any]) -> list[Any]:
    """The values that the schema lists: those of `enum`, or the one of `const`."""
    return [schema["const"]] if "const" in schema else as_list(schema.get("enum"))


def enum_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The schema's values as texts, in the words of JSON; not those that are lists or objects."""
    return tuple(
        str(value).lower() if isinstance(value, bool) else str(value)
        for value in allowed_values(schema)
        if value is not None and not isinstance(value, list | dict)
    )


def is_nullable(schema: Mapping[str, Any]) -> bool:
    """Whether a value may be null: by `nullable` (3.0), a type of "null" (3.1), or null among the values."""
    return schema.get("nullable") is True or "null" in types_of(schema) or None in allowed_values(schema)


def limit_of(schema: Mapping[str, Any], word: str) -> Decimal | None:
    """The number that the schema has for a limit, such as `minimum`; None for none, or for no number."""
    value = schema.get(word)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    limit = Decimal(str(value))
    return limit if limit.is_finite() else None


def is_null(schema: Mapping[str, Any]) -> bool:
    """Whether the schema allows nothing but null."""
    values = allowed_values(schema)
    return types_of(schema) == ["null"] or (bool(values) and all(value is None for value in values))


def merged(schema: dict[str, Any], part: Mapping[str, Any]) -> dict[str, Any]:
    """Both schemas at once; of two words the first schema's, and of one property what both say of it."""
    together = {**part, **schema}
    together |= {flag: True for flag in _FLAGS if schema.get(flag) is True or part.get(flag) is True}
    if "properties" in part or "properties" in schema:
        own, other = as_mapping(schema.get("properties")), as_mapping(part.get("properties"))
        both = {name: {"allOf": [own[name], other[name]]} for name in own if name in other}
        together["properties"] = {**other, **own, **both}
    if "required" in part or "required" in schema:
        together["required"] = as_list(schema.get("required")) + as_list(part.get("required"))
    if as_list(schema.get("enum")) and as_list(part.get("enum")):
        together["enum"] = [value for value in schema["enum"] if value in part["enum"]]
    return together


def first_alternative(alternatives: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """One schema for an `anyOf` or `oneOf`: that of the first that is not null, with the values of all."""
    parts = list(alternatives)
    real = [part for part in parts if not is_null(part)]
    if not real:
        return {"type": "null"} if parts else {}
    found = dict(real[0])
    if len(real) > 1 and all(allowed_values(part) for part in real):
        found.pop("const", None)
        found["enum"] = [value for part in real for value in allowed_values(part)]
    if len(real) < len(parts):
        found["nullable"] = True
    return found


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, list):
        return "array"
    return "object" if isinstance(value, Mapping) else "string"
