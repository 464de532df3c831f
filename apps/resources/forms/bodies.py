"""Flattens the body of an operation into the fields of a form, and sets values in a body by their dotted path."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from apps.api.contract.contract import Field


def leaves(fields: Iterable[Field], prefix: str = "") -> Iterator[tuple[str, Field]]:
    """The fields that a control can stand for, dotted inside objects: none that only the API sets."""
    for field in fields:
        if field.is_read_only:
            continue
        if field.type == "object":
            yield from leaves(field.fields.values(), f"{prefix}{field.name}.")
        elif field.type != "array" or field.item_type not in ("object", "array"):
            yield prefix + field.name, field


def put(body: dict[str, Any], path: list[str], value: Any) -> None:
    """Set the value at a path of objects; those that are not there yet are made."""
    *outer, last = path
    for name in outer:
        inner = body.get(name)
        body[name] = dict(inner) if isinstance(inner, Mapping) else {}
        body = body[name]
    body[last] = value
