"""Reads YAML 1.2 into plain data within limits of size and depth, so that a hostile file fails soon.

Built from the parser's events: the library's own loaders take minutes for a large file, follow aliases however often
they multiply, and a nesting that is deep enough ends the process.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

MAXIMUM_NESTING = 200
#: Values in the whole file, those that aliases repeat included.
MAXIMUM_VALUES = 1_000_000

_PARSER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]{1,300}")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_TEXT_TAG = "tag:yaml.org,2002:str"
_MERGE = "<<"


class YamlError(ValueError):
    """The text cannot be read; the message ends a sentence that begins with "The file"."""


@dataclass
class _Open:
    """A mapping or list whose end has not come yet."""

    value: dict[str, Any] | list[Any]
    anchor: str | None
    first_value: int
    key: str | None = None
    merged: list[Any] = field(default_factory=list)


def read_yaml(text: str) -> Any:
    """The data of a text's first document. Raises `YamlError`."""
    try:
        return _Reader().read(yaml.parse(text, Loader=_PARSER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f": look at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise YamlError(f"is neither JSON nor YAML{place}") from error
    except yaml.YAMLError as error:
        raise YamlError("is neither JSON nor YAML") from error


class _Reader:
    """Builds the data out of parser events."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = 0
        self._root: Any = None

    def read(self, events: Iterator[yaml.Event]) -> Any:
        """The data of the first document. Raises `YamlError` beyond a limit or for an unknown alias."""
        """The data of the first document. Raises `YamlError` beyond a limit or for an unknown alias."""
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                value = _scalar(event)
                self._remember(event.anchor, value, 1)
                self._add(value, 1)
            elif isinstance(event, yaml.AliasEvent):
                if event.anchor not in self._anchors:
                    raise YamlError(f"refers to *{event.anchor} where it is not known yet")
                self._add(*self._anchors[event.anchor])
            elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                if len(self._open) >= MAXIMUM_NESTING:
                    raise YamlError("is nested too deeply")
                value = {} if isinstance(event, yaml.MappingStartEvent) else []
                self._open.append(_Open(value, event.anchor, self._count))
            elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                self._close(self._open.pop())
            elif isinstance(event, yaml.DocumentEndEvent):
                return self._root
        return None

    def _close(self, ended: _Open) -> None:
        for part in ended.merged:
            for source in part if isinstance(part, list) else [part]:
                if isinstance(source, dict) and isinstance(ended.value, dict):
                    ended.value.update({k: v for k, v in source.items() if k not in ended.value})
        size = self._count - ended.first_value + 1
        self._remember(ended.anchor, ended.value, size)
        self._add(ended.value, 1)

    def _remember(self, anchor: str | None, value: Any, size: int) -> None:
        if anchor is not None:
            self._anchors[anchor] = (value, size)

    def _add(self, value: Any, size: int) -> None:
        self._count += size
        if self._count > MAXIMUM_VALUES:
            raise YamlError("is too large, or repeats itself too often")
        if not self._open:
            self._root = value
            return
        outer = self._open[-1]
        if isinstance(outer.value, list):
            outer.value.append(value)
        elif outer.key is None:
            outer.key = _key(value)
        else:
            key, outer.key = outer.key, None
            if key == _MERGE:
                outer.merged.append(value)
            else:
                outer.value[key] = value


def _key(value: Any) -> str:
    """A key as a text, as in JSON: a status code stands without quotes."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict | list):
        raise YamlError("has a list or an object as a key")
    return "null" if value is None else str(value)


def _scalar(event: yaml.ScalarEvent) -> Any:
    text = event.value
    if not event.implicit[0] or event.tag == _TEXT_TAG:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
