"""Reads OpenAPI files, JSON or YAML, into plain data that a JSON column can hold."""

import json
from pathlib import Path
from typing import Any

from apps.api.contract.openapi import ContractError, Document
from apps.api.contract.safe_yaml import YamlError, read_yaml

MAXIMUM_BYTES = 20_000_000


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
    except YamlError as error:
        raise ContractError(f"The file {error}.") from error
    except RecursionError as error:
        raise ContractError("The file is nested too deeply.") from error
    except (ValueError, TypeError) as error:
        raise ContractError("The file holds what JSON cannot: NaN, an infinite number or a NUL.") from error
    Document(document)
    return document  # type: ignore[no-any-return]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        if text.lstrip().startswith("{") and isinstance(error, json.JSONDecodeError):
            return _flow_yaml(text, error)
        return read_yaml(text)


def _flow_yaml(text: str, error: json.JSONDecodeError) -> Any:
    """What begins like JSON and is none: YAML may be written so too, else the place of JSON's error helps more."""
    try:
        return read_yaml(text)
    except YamlError as unreadable:
        place = f"line {error.lineno}, column {error.colno}"
        raise YamlError(f"is neither JSON nor YAML: look at {place}") from unreadable


def _plain(document: Any) -> Any:
    """The document with texts as keys and nothing that a JSON column refuses."""
    text = json.dumps(document, allow_nan=False)
    if "\\u0000" in text:
        raise ValueError("NUL")
    return json.loads(text)
