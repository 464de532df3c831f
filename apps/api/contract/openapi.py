"""An OpenAPI 3 document: resolves references, and reads schemas as fields and parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from apps.api.contract.schemas import (
    as_list,
    enum_of,
    first_alternative,
    is_nullable,
    limit_of,
    merged,
    schema_type,
)

METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
MAXIMUM_DEPTH = 8
#: Schemas read of one document, references followed: forty times what our own has.
MAXIMUM_SCHEMAS = 50_000


class ContractError(ValueError):
    """The document is no OpenAPI 3 description of operations. The text says what is wrong, in plain words."""


@dataclass(frozen=True)
class Field:
    """One field of a body or a record, under our name. `fields` are an object's, `item_enum` an array's choices."""

    name: str
    type: str = "string"
    enum: tuple[str, ...] = ()
    required: bool = False
    format: str = ""
    item_enum: tuple[str, ...] = ()
    fields: Mapping[str, "Field"] = field(default_factory=dict)
    description: str = ""
    #: What the API calls it, where that is another name than ours.
    wire_name: str = ""
    #: The type of an array's items.
    item_type: str = ""
    #: The API alone sets it: no form has it and no request holds it.
    is_read_only: bool = False
    #: It is sent and never answered, as a password: no page shows it.
    is_write_only: bool = False
    is_nullable: bool = False
    is_deprecated: bool = False
    #: What the API takes where nothing is sent; None where the contract does not say.
    default: object = None
    #: The least and the greatest number, and the most characters of a text, where the contract says so.
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    longest: int | None = None

    @property
    def sent_as(self) -> str:
        """The name on the wire."""
        return self.wire_name or self.name


@dataclass(frozen=True)
class Parameter(Field):
    """One query parameter."""


class Document:
    """An OpenAPI 3 document as plain dictionaries. Raises `ContractError` when it is none."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        if not isinstance(content, Mapping) or not isinstance(content.get("paths"), Mapping):
            raise ContractError("The document has no paths, so it is not an OpenAPI description.")
        if not str(content.get("openapi", "")).startswith("3"):
            raise ContractError("The document is not written for OpenAPI 3.")
        self.content = content
        self._schemas_read = 0

    def operations(self) -> Iterator[tuple[str, str, dict[str, Any]]]:
        """Path, method and description of each operation; the path's own parameters are included."""
        for path, item in self.content["paths"].items():
            item = self.resolve(item)
            for method in METHODS:
                description = item.get(method)
                if isinstance(description, Mapping):
                    parameters = as_list(item.get("parameters")) + as_list(description.get("parameters"))
                    yield str(path), method.upper(), {**description, "parameters": parameters}

    def resolve(self, node: object) -> dict[str, Any]:
        """The node itself, or what its `$ref` points to in this document; `{}` when that is nothing."""
        for _ in range(MAXIMUM_DEPTH):
            if not isinstance(node, Mapping):
                return {}
            reference = node.get("$ref")
            if not isinstance(reference, str):
                return dict(node)
            node = self._target(reference)
        return {}

    def _target(self, reference: str) -> object:
        if not reference.startswith("#/"):
            return {}
        node: object = self.content
        for key in reference[2:].split("/"):
            key = unquote(key).replace("~1", "/").replace("~0", "~")
            if isinstance(node, list):
                node = node[int(key)] if key.isdecimal() and int(key) < len(node) else None
            else:
                node = node.get(key) if isinstance(node, Mapping) else None
        return node

    def schema(self, node: object, depth: int = 0) -> dict[str, Any]:
        """The schema with references followed, `allOf` merged, and the first real `anyOf`/`oneOf` taken.

        Raises `ContractError` for a document with too many schemas.
        """
        self._schemas_read += 1
        if self._schemas_read > MAXIMUM_SCHEMAS:
            raise ContractError("The document is too large, or its schemas refer to each other too often.")
        schema = self.resolve(node)
        if isinstance(node, Mapping) and "$ref" in node:
            # OpenAPI 3.1 lets words stand beside a reference; they come first.
            schema = merged({key: value for key, value in node.items() if key != "$ref"}, schema)
        if depth >= MAXIMUM_DEPTH:
            return schema
        for part in as_list(schema.pop("allOf", None)):
            schema = merged(schema, self.schema(part, depth + 1))
        for word in ("anyOf", "oneOf"):
            parts = as_list(schema.pop(word, None))
            schema = merged(schema, first_alternative(self.schema(part, depth + 1) for part in parts))
        return schema

    def fields(self, node: object, inside: tuple[str, ...] = ()) -> dict[str, Field]:
        """The fields of an object schema, in the document's order; `inside` are the references that led to it."""
        schema = self.schema(node)
        properties = schema.get("properties")
        if len(inside) >= MAXIMUM_DEPTH or not isinstance(properties, Mapping):
            return {}
        required = as_list(schema.get("required"))
        return {
            str(name): self._field(str(name), child, name in required, inside)
            for name, child in properties.items()
        }

    def _field(self, name: str, node: object, required: bool, inside: tuple[str, ...] = ()) -> Field:
        schema = self.schema(node)
        kind = schema_type(schema)
        reference = _reference(node)
        items = self.schema(schema.get("items")) if "items" in schema else {}
        is_read_only = schema.get("readOnly") is True
        return Field(
            name=name,
            type=kind,
            enum=enum_of(schema),
            # What the API alone sets is required of its answers, never of a request.
            required=required and not is_read_only,
            format=str(schema.get("format", "")),
            item_enum=enum_of(items),
            item_type=schema_type(items) if items else "",
            is_read_only=is_read_only,
            is_write_only=schema.get("writeOnly") is True,
            is_nullable=is_nullable(schema),
            is_deprecated=schema.get("deprecated") is True,
            default=schema.get("default"),
            minimum=limit_of(schema, "minimum"),
            maximum=limit_of(schema, "maximum"),
            longest=None if (longest := limit_of(schema, "maxLength")) is None else int(longest),
            # A schema that comes back to itself has its parts once.
            fields={} if reference and reference in inside else self.fields(schema, (*inside, reference)),
            description=str(schema.get("description", "")),
        )

    def query_parameters(self, description: Mapping[str, Any]) -> dict[str, Parameter]:
        """An operation's query parameters by name."""
        found: dict[str, Parameter] = {}
        for parameter in map(self.resolve, description["parameters"]):
            if parameter.get("in") == "query" and isinstance(name := parameter.get("name"), str):
                plain = self._field(name, parameter.get("schema"), parameter.get("required") is True)
                text = plain.description or str(parameter.get("description", ""))
                found[name] = Parameter(**{**vars(plain), "description": text, "wire_name": name})
        return found

    def body(self, description: Mapping[str, Any]) -> dict[str, Any] | None:
        """The schema of an operation's JSON body, or None when it has no body."""
        content = self.resolve(description.get("requestBody")).get("content")
        return self._json_schema(content)

    def answer(self, description: Mapping[str, Any]) -> dict[str, Any] | None:
        """The schema of an operation's first successful answer, or None when it is not described."""
        responses = description.get("responses")
        for status in ("200", "201", "202", "2XX", "default"):
            if isinstance(responses, Mapping) and status in responses:
                return self._json_schema(self.resolve(responses[status]).get("content"))
        return None

    def _json_schema(self, content: object) -> dict[str, Any] | None:
        if not isinstance(content, Mapping) or not content:
            return None
        media = content.get("application/json") or next(iter(content.values()))
        return self.schema(media.get("schema")) if isinstance(media, Mapping) else None


def _reference(node: object) -> str:
    """Where a schema is described, when that is elsewhere: by `$ref`, or one within `allOf`, `anyOf` or `oneOf`."""
    if not isinstance(node, Mapping):
        return ""
    parts = [part for word in ("allOf", "anyOf", "oneOf") for part in as_list(node.get(word))]
    found = [part["$ref"] for part in [node, *parts] if isinstance(part, Mapping) and "$ref" in part]
    return str(found[0]) if found else ""
