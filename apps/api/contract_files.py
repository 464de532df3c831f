"""Reads a vendor's OpenAPI document from a file: JSON or YAML, as data that any JSON column can hold."""

import json
import re
from pathlib import Path
from typing import Any

import yaml

from apps.api.openapi import ContractError, Document

MAXIMUM_BYTES = 20_000_000


class _Loader(yaml.SafeLoader):
    """YAML 1.2's words, as OpenAPI wants them: `NO` is a country and a date is a text."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
for _word in ("true", "True", "TRUE", "false", "False", "FALSE"):
    _Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(f"^{_word}$"), _word[0])


def read_contract_file(path: str | Path) -> dict[str, Any]:
    """The OpenAPI 3 document in a file. Raises `ContractError` with a sentence that says what is wrong."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise ContractError(f"The file cannot be read: {error.strerror}.") from error
    if len(content) > MAXIMUM_BYTES:
        raise ContractError("The file is too large.")
    try:
        document = _plain(_parsed(content.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise ContractError("The file is not text in UTF-8.") from error
    except (ValueError, TypeError, RecursionError, yaml.YAMLError) as error:
        raise ContractError("The file is neither JSON nor YAML.") from error
    Document(document)
    return document  # type: ignore[no-any-return]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader


def _plain(document: Any) -> Any:
    """The document with texts as keys and nothing that a JSON column refuses."""
    text = json.dumps(document, allow_nan=False)
    if "\\u0000" in text:
        raise ValueError("NUL")
    return json.loads(text)
