"""Parses error bodies of any shape: the message, and the messages by field."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.api.answers.html_to_text import without_markup
from apps.api.http.protocol import UndecodableBody, decode
from apps.api.redaction import without_keys

MAXIMUM_MESSAGE_LENGTH = 300
MAXIMUM_MESSAGES = 200
MAXIMUM_DEPTH = 8
MAXIMUM_NAME = 200

# Where servers put their sentence. `message`: "a human-readable description of the error" (token API).
_SENTENCE_KEYS = (
    "message",
    "error_description",
    "detail",
    "details",
    "title",
    "reason",
    "description",
    "msg",
)
# Without "description", which is a field of most bodies: `{"description": "is too long"}` names a field.
_NAMED_MESSAGE_KEYS = ("message", "msg", "detail", "reason", "title", "error_description")
_ERROR_KEYS = (
    "errors",
    "error",
    "field_errors",
    "fieldErrors",
    "validation_errors",
    "violations",
    "invalid_params",
    "details",
)
#: Longer texts are cut before anything is read out of them.
MAXIMUM_READ = 20_000
#: Stands at a field whose message is markup without a text in it.
UNQUOTABLE = "The API refused this value."
_FIELD_KEYS = ("field", "param", "parameter", "property", "path", "loc", "name", "source", "pointer")
_WRAPPERS = frozenset({"data", "body", "payload", "attributes", "request"})
_SPLIT = re.compile(r"[.\[\]/]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")
# A whole page is a proxy's, and says nothing of the request.
_PAGE = re.compile(r"\s*<(?:!doctype|html|head|body|\?xml)\b", re.IGNORECASE)


@dataclass(frozen=True)
class ErrorBody:
    """The server's message (empty when there is none) and its messages by body field."""

    message: str = ""
    field_errors: dict[str, list[str]] = field(default_factory=dict)


def read_error(body: bytes, body_fields: Collection[str] = ()) -> ErrorBody:
    """What an error body says. A plain text is its own sentence; a proxy's HTML page says nothing.

    `body_fields` are the operation's: a key such as `data.name` is cut to the part from a known field on.
    """
    try:
        data = decode(body)
    except UndecodableBody:
        return ErrorBody(_plain_body(body))
    fields: dict[str, list[str]] = {}
    loose: list[str] = []
    read = 0
    for count, (path, text) in enumerate(_messages(data, (), 0)):
        read += min(len(text), MAXIMUM_READ)
        if count >= MAXIMUM_MESSAGES or read > 2 * MAXIMUM_READ:
            break
        name = _field_name(path, body_fields)
        target = fields.setdefault(name, []) if name else loose
        sentence = plain(text) or (UNQUOTABLE if name else "")
        if sentence and sentence not in target:
            target.append(sentence)
    sentence = _sentence(data) or plain("; ".join(loose))
    if not sentence and fields:
        sentence = plain("; ".join(f"{name}: {texts[0]}" for name, texts in fields.items() if texts))
    return ErrorBody(sentence, {name: texts for name, texts in fields.items() if texts})


def is_page(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a page for people; header names are in lower case."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml") or bool(
        _PAGE.match(body[:200].decode(errors="replace"))
    )


def _plain_body(body: bytes) -> str:
    """A body that is a sentence of its own; broken JSON and odd bytes are none."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return ""
    return "" if _PAGE.match(text) or text.lstrip().startswith(("{", "[", '"')) else plain(text)


def plain(text: object) -> str:
    """The text on one line of at most 300 characters, without markup and our keys; empty when it is no text."""
    if not isinstance(text, str):
        return ""
    words = _CONTROL.sub(" ", without_markup(text[:MAXIMUM_READ])).split()
    # A service may repeat the key it refuses, and its words are shown, stored and mailed.
    line = without_keys(" ".join(words))
    return line if len(line) <= MAXIMUM_MESSAGE_LENGTH else line[: MAXIMUM_MESSAGE_LENGTH - 1] + "…"


def _sentence(data: Any, depth: int = 0) -> str:
    if isinstance(data, str):
        return plain(data)
    if not isinstance(data, Mapping) or depth > 2:
        return ""
    for key in _SENTENCE_KEYS:
        if found := plain(data.get(key)):
            return found
    return _sentence(data.get("error"), depth + 1)


def _messages(data: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every message under the keys that hold errors, with the names on the way to it."""
    if not isinstance(data, Mapping):
        return
    for key in _ERROR_KEYS:
        yield from _leaves(data.get(key), path, depth + 1)
    detail = data.get("detail")
    if isinstance(detail, list | Mapping):
        yield from _leaves(detail, path, depth + 1)


def _leaves(node: Any, path: tuple[str, ...], depth: int) -> Iterator[tuple[tuple[str, ...], str]]:
    if depth > MAXIMUM_DEPTH:
        return
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, list):
        for item in node:
            yield from _leaves(item, path, depth + 1)
    elif isinstance(node, Mapping):
        named = _named_message(node)
        if named is not None:
            yield (*path, *named[0]), named[1]
        elif any(isinstance(node.get(key), list | Mapping) for key in _ERROR_KEYS):
            yield from _messages(node, path, depth)
        else:
            for key, value in node.items():
                yield from _leaves(value, (*path, str(key)), depth + 1)


def _named_message(node: Mapping[str, Any]) -> tuple[tuple[str, ...], str] | None:
    """`{"field": "name", "message": "…"}` and its relatives; None for a map of fields to messages."""
    text = next((node[key] for key in _NAMED_MESSAGE_KEYS if isinstance(node.get(key), str)), None)
    if text is None:
        return None
    place = next((node[key] for key in _FIELD_KEYS if node.get(key)), None)
    if isinstance(place, Mapping):
        place = next((value for value in place.values() if isinstance(value, str)), None)
    if isinstance(place, list):
        return tuple(str(part) for part in place), text
    if isinstance(place, str):
        return (place,), text
    return (), text


def _field_name(path: tuple[str, ...], body_fields: Collection[str]) -> str:
    # A hundred messages may lie below one endless name: it is cut, as no field is called so.
    parts = [part for step in path for part in _SPLIT.split(step[:MAXIMUM_NAME]) if part]
    for index in range(len(parts) - 1, -1, -1):
        if parts[index] in body_fields:
            return ".".join(parts[index:])
    first = next((place for place, part in enumerate(parts) if part not in _WRAPPERS), len(parts))
    return ".".join(parts[first:])
