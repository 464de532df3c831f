"""Lists what an OpenAPI document uses that we support only in part, as sentences; none of it is an error."""

from collections.abc import Iterator, Mapping
from typing import Any

from apps.api.contract.openapi import MAXIMUM_DEPTH, Document
from apps.api.contract.schemas import (
    KNOWN_TYPES,
    as_list,
    as_mapping,
    enum_of,
    is_null,
    schema_type,
    types_of,
)

#: Words of JSON Schema that say which values fit together: forms and pages cannot follow them.
_CONDITIONS = ("not", "if", "dependentSchemas", "dependentRequired", "patternProperties")


def unsupported_features(content: Mapping[str, Any]) -> list[str]:
    """Sentences, each about one place of the document; `[]` when all of it is supported.

    Raises `ContractError` for what is no OpenAPI 3 document at all.
    """
    document = Document(content)
    return list(dict.fromkeys(_unsupported_features(document)))


def _unsupported_features(document: Document) -> Iterator[str]:
    names: set[str] = set()
    for path, method, description in document.operations():
        place = str(description.get("operationId") or f"{method} {path}")
        if place in names:
            yield f"{place}: the name stands at several operations, and the last one counts."
        names.add(place)
        for parameter in description["parameters"]:
            yield from _lost_reference(document, parameter, f"{place}: a parameter")
            described = document.resolve(parameter)
            if described.get("in") == "header" and described.get("required") is True:
                yield f"{place}: the header {described.get('name')} is required, and no call sends it."
        yield from _body_problems(document, description, place)
        responses = as_mapping(description.get("responses"))
        answer = next((responses[status] for status in ("200", "201", "2XX") if status in responses), None)
        yield from _content_problems(document, answer, f"{place}: the answer")


def _body_problems(document: Document, description: Mapping[str, Any], place: str) -> Iterator[str]:
    body = description.get("requestBody")
    yield from _content_problems(document, body, f"{place}: the body")
    schema = document.body(description)
    if schema is None:
        return
    required = as_list(schema.get("required"))
    for name, field in document.fields(schema).items():
        is_open = field.type == "object" and not field.fields
        if (
            name in required
            and not field.is_read_only
            and (is_open or field.item_type in ("object", "array"))
        ):
            yield f"{place}: {name} is required, and no form can hold it."


def _content_problems(document: Document, node: object, what: str) -> Iterator[str]:
    yield from _lost_reference(document, node, what)
    content = as_mapping(document.resolve(node).get("content"))
    if content and "application/json" not in content:
        yield f"{what} is {', '.join(map(str, content))}, and only application/json is understood."
    media = content.get("application/json")
    if isinstance(media, Mapping):
        yield from _schema_problems(document, media.get("schema"), what, frozenset(), 0)


def _schema_problems(
    document: Document, node: object, what: str, above: frozenset[str], depth: int
) -> Iterator[str]:
    if node is None or node is True or depth > MAXIMUM_DEPTH:
        return
    if not isinstance(node, Mapping):
        yield f"{what} is described by {type(node).__name__} in place of a schema."
        return
    yield from _lost_reference(document, node, what)
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference in above:
            return
        above |= {reference}
    schema = document.resolve(node)
    yield from _word_problems(schema, what)
    for part in as_list(schema.get("allOf")):
        yield from _schema_problems(document, part, what, above, depth + 1)
    for word in ("anyOf", "oneOf"):
        yield from _alternative_problems(document, as_list(schema.get(word)), what, above, depth)
    properties = schema.get("properties")
    if properties is not None and not isinstance(properties, Mapping):
        yield f"{what} has properties that are no object."
    for name, part in as_mapping(properties).items():
        # In a body the place says which one; dots lead into objects as everywhere.
        place = f"{what}, field {name}" if ", field " not in what else f"{what}.{name}"
        yield from _schema_problems(document, part, place, above, depth + 1)
    if "items" in schema:
        yield from _schema_problems(document, schema["items"], f"{what}, each item", above, depth + 1)


def _word_problems(schema: Mapping[str, Any], what: str) -> Iterator[str]:
    kinds = types_of(schema)
    strange = [kind for kind in kinds if kind not in KNOWN_TYPES]
    if strange or ("type" in schema and not kinds):
        yield f"{what} is of type {schema['type']!r}, which JSON does not have: it is read as text."
    real = [kind for kind in kinds if kind != "null"]
    if len(real) > 1:
        yield f"{what} may be of several types ({', '.join(real)}): it is read as {real[0]}."
    if isinstance(schema.get("enum"), list) and len(enum_of(schema)) < sum(
        value is not None for value in schema["enum"]
    ):
        yield f"{what} lists values that are lists or objects: no form offers them."
    for flag in ("readOnly", "writeOnly", "nullable", "deprecated"):
        if flag in schema and not isinstance(schema[flag], bool):
            yield f"{what} has {flag}: {schema[flag]!r} in place of true or false: it counts as false."
    if schema.get("readOnly") is True and schema.get("writeOnly") is True:
        yield f"{what} is both readOnly and writeOnly: it is neither shown nor sent."
    found = [word for word in _CONDITIONS if word in schema]
    if found:
        yield f"{what} has {', '.join(found)}: what that asks for is left to the API to refuse."


def _alternative_problems(
    document: Document, parts: list[Any], what: str, above: frozenset[str], depth: int
) -> Iterator[str]:
    schemas = [document.schema(part) for part in parts]
    real = [schema for schema in schemas if not is_null(schema)]
    if len(real) > 1 and not all(enum_of(schema) for schema in real):
        kinds = ", ".join(dict.fromkeys(map(schema_type, real)))
        yield f"{what} is one of {len(real)} kinds ({kinds}): it is read as the first."
    for part in parts:
        yield from _schema_problems(document, part, what, above, depth + 1)


def _lost_reference(document: Document, node: object, what: str) -> Iterator[str]:
    reference = node.get("$ref") if isinstance(node, Mapping) else None
    if reference is None:
        return
    if not isinstance(reference, str):
        yield f"{what} has a $ref that is no text."
    elif not reference.startswith("#/"):
        yield f"{what} is described in another file ({reference}), which is not read."
    elif not document.resolve(node):
        yield f"{what} refers to {reference}, and nothing is there."
