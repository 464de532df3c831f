"""Resolves and adapts the JSON schemas of a contract for validation."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_FLAGS = ("readOnly", "writeOnly", "nullable", "deprecated")


def resolved(schema: Any, document: Json, inside: tuple[str, ...] = ()) -> Any:
    """The schema with what its references point to in place of them, each `allOf` as one, and null among the types.

    Where a reference leads nowhere, out of the document, or back to itself, anything fits.
    """
    if isinstance(schema, list):
        return [resolved(item, document, inside) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        reference = str(schema["$ref"])
        target = {} if reference in inside else _target(reference, document)
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        found = resolved(target, document, (*inside, reference))
        return _merged(resolved(beside, document, inside), found) if isinstance(found, dict) else found
    found = {key: resolved(value, document, inside) for key, value in schema.items() if key != "allOf"}
    parts = schema.get("allOf")
    for part in parts if isinstance(parts, list) else []:
        read = resolved(part, document, inside)
        found = _merged(found, read) if isinstance(read, dict) else found
    return _with_null(found)


def _target(reference: str, document: Json) -> Any:
    if not reference.startswith("#/"):
        return {}
    target: Any = document
    for part in reference.removeprefix("#/").split("/"):
        if not isinstance(target, dict):
            return {}
        target = target.get(part.replace("~1", "/").replace("~0", "~"), {})
    return target


def _merged(schema: Json, part: Json) -> Json:
    together = {**part, **schema}
    together |= {flag: True for flag in _FLAGS if schema.get(flag) is True or part.get(flag) is True}
    if isinstance(schema.get("properties"), dict) and isinstance(part.get("properties"), dict):
        own, other = schema["properties"], part["properties"]
        both = {
            name: _merged(own[name], other[name])
            for name in own
            if isinstance(own[name], dict) and isinstance(other.get(name), dict)
        }
        together["properties"] = {**other, **own, **both}
    if isinstance(schema.get("required"), list) and isinstance(part.get("required"), list):
        together["required"] = [*schema["required"], *part["required"]]
    return _with_null(together)


def _with_null(schema: Json) -> Json:
    """`nullable` of OpenAPI 3.0 in the words of 3.1."""
    if schema.get("nullable") is not True:
        return schema
    changed = dict(schema)
    kinds = schema.get("type")
    if isinstance(kinds, str):
        changed["type"] = [kinds, "null"]
    if isinstance(schema.get("enum"), list) and None not in schema["enum"]:
        changed["enum"] = [*schema["enum"], None]
    return changed


def properties_of(schema: object) -> dict[str, Json]:
    """An object's properties; `{}` of anything else."""
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    found = properties if isinstance(properties, dict) else {}
    return {name: part for name, part in found.items() if isinstance(part, dict)}


def type_of(schema: Mapping[str, Any]) -> str:
    """The one type that a value which is not null has; "" where the schema leaves it open."""
    kinds = schema.get("type")
    if isinstance(kinds, list):
        return next((str(kind) for kind in kinds if kind != "null"), "")
    if isinstance(kinds, str):
        return kinds
    for word in ("oneOf", "anyOf"):
        parts = schema.get(word)
        for part in parts if isinstance(parts, list) else []:
            if isinstance(part, dict) and (kind := type_of(part)) not in ("", "null"):
                return kind
    return "object" if "properties" in schema else ""


def of_requests(schema: Json) -> Json:
    """A body's schema: nothing read-only is in it, and fields it does not name are refused unless it says otherwise."""
    taken = dict(schema)
    if "properties" in schema:
        kept = {
            name: of_requests(part)
            for name, part in properties_of(schema).items()
            if part.get("readOnly") is not True
        }
        taken["properties"] = kept
        gone = properties_of(schema).keys() - kept.keys()
        if isinstance(schema.get("required"), list):
            taken["required"] = [name for name in schema["required"] if name not in gone]
        has_alternatives = "oneOf" in schema or "anyOf" in schema
        taken.setdefault("unevaluatedProperties" if has_alternatives else "additionalProperties", False)
    if isinstance(schema.get("items"), dict):
        taken["items"] = of_requests(schema["items"])
    return taken


def without_write_only(body: Any, schema: Mapping[str, Any]) -> Any:
    """A body as it is kept: what is write-only is in no answer."""
    if not isinstance(body, dict):
        return body
    parts = properties_of(schema)
    return {
        name: without_write_only(value, parts.get(name, {}))
        for name, value in body.items()
        if parts.get(name, {}).get("writeOnly") is not True
    }


def defaults_of(schema: Mapping[str, Any]) -> Json:
    """What a new record has where nothing is sent."""
    return {
        name: part["default"]
        for name, part in properties_of(schema).items()
        if "default" in part and part.get("writeOnly") is not True
    }
