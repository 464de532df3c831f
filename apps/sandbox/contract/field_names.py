"""Translates records between our field names and those of a moved contract.

The sandbox keeps its records under the names of its own contract. A property of the moved document means the one that
its `x-meaning` names, else the one of the same name, else the one of the same word (`advertiserId`); others are new.
"""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class FieldNames:
    """Names of one object's fields: theirs and ours, and the same of each object inside."""

    def __init__(self, ours: Mapping[str, Json], theirs: Mapping[str, Json]) -> None:
        meanings = {name: _meaning(name, schema, ours, theirs) for name, schema in theirs.items()}
        self._ours = {name: own for name, own in meanings.items() if own != name}
        self._theirs = {own: name for name, own in self._ours.items()}
        self._inner = {
            own: FieldNames(_properties(ours[own]), _properties(theirs[name]))
            for name, own in meanings.items()
            if own in ours and _properties(theirs[name])
        }

    def to_ours(self, data: Any) -> Any:
        """What a request holds, as it is kept."""
        return self._respelled(data, self._ours, "to_ours")

    def to_theirs(self, data: Any) -> Any:
        """What is kept, as an answer holds it."""
        return self._respelled(data, self._theirs, "to_theirs")

    def path_to_ours(self, path: str) -> str:
        """A field of a filter, dots leading into objects."""
        first, dot, rest = path.partition(".")
        own = self._ours.get(first, first)
        return own + dot + (self._inner[own].path_to_ours(rest) if rest and own in self._inner else rest)

    def path_to_theirs(self, path: str) -> str:
        """A field that an error is about, dots leading into objects."""
        first, dot, rest = path.partition(".")
        inner = self._inner.get(first)
        return self._theirs.get(first, first) + dot + (inner.path_to_theirs(rest) if rest and inner else rest)

    def schemas(self, ours: Mapping[str, Json]) -> dict[str, Json]:
        """The schemas of our fields under their names."""
        found = {}
        for own, schema in ours.items():
            inner = self._inner.get(own)
            if inner is not None and "properties" in schema:
                schema = {**schema, "properties": inner.schemas(schema["properties"])}
            found[self._theirs.get(own, own)] = schema
        return found

    def _respelled(self, data: Any, names: Mapping[str, str], direction: str) -> Any:
        if not isinstance(data, dict):
            return data
        found = {}
        for name, value in data.items():
            other = names.get(name, name)
            inner = self._inner.get(other if direction == "to_ours" else name)
            found[other] = getattr(inner, direction)(value) if inner is not None else value
        return found


def _properties(schema: Json) -> dict[str, Json]:
    properties = schema.get("properties")
    return properties if isinstance(properties, dict) else {}


def _meaning(name: str, schema: Json, ours: Mapping[str, Json], theirs: Mapping[str, Json]) -> str:
    if "x-meaning" in schema:
        return str(schema["x-meaning"])
    if name in ours:
        return name
    free = [own for own in ours if own not in theirs and _word(own) == _word(name)]
    return free[0] if free else name


def _word(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
