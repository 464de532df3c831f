"""The HTTP protocol without I/O: builds requests from operations and values, encodes and decodes JSON bodies."""

import codecs
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

from apps.api.contract.contract import Operation
from apps.api.credentials import Authentication, Credential
from apps.api.errors import ForeignOrigin, KeyRejected, RecordNotFound
from apps.api.json_text import json_text
from apps.api.query import path_segment, query_string

MAXIMUM_DEPTH = 64
MAXIMUM_DIGITS = 300
USER_AGENT = "Integr8-desk/1.0"
# "To authenticate, add a API-KEY header to your request" (reference, Authentication).
KEY_HEADER = "API-KEY"
# "your application can't send an Authorization header: the GET parameter access_token" (token API).
KEY_PARAMETER = "access_token"

_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_PLACEHOLDER = re.compile(r"{([^{}/]+)}")
_CONTAINERS = (dict, list)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_UNFIT_ESCAPE = re.compile(rb"\\u(?:[dD][89a-fA-F]|0000)")
_UNFIT = re.compile("[\x00\ud800-\udfff]")


class UndecodableBody(ValueError):
    """The body is not JSON as we accept it; the text never quotes the body."""


@dataclass(frozen=True)
class Request:
    """A request ready to be sent. Headers and query hold the key, so they are not shown."""

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(default=None, repr=False)


def build_request(
    operation: Operation,
    base_url: str,
    credential: Credential | None,
    path: Mapping[str, str],
    parameters: Sequence[tuple[str, str]] = (),
    payload: object = None,
    request_id: str = "",
) -> Request:
    """The request for an operation. The key is added only where the operation needs one.

    Raises ValueError for a missing or empty path value, `RecordNotFound` for one that no id can be,
    `KeyRejected` for a key that no header can carry,
    `ForeignOrigin` when the address would leave the base URL's origin.
    """
    headers = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": USER_AGENT}
    if request_id:
        headers["X-Request-Id"] = request_id
    pairs = [(_wire_name(operation, name), value) for name, value in parameters]
    if credential is not None and operation.needs_credential:
        _authorize(operation, credential, headers, pairs, request_id)
    url = base_url.rstrip("/") + "/" + filled_path(operation, path).lstrip("/")
    if origin(url) != origin(base_url):
        raise ForeignOrigin(
            operation.id, "The request would leave the service's address.", request_id=request_id
        )
    if pairs:
        url += "?" + query_string(pairs)
    body = None
    if payload is not None:
        # Every operation of the reference says application/json; its introduction says form-encoded.
        body = encode(payload)
        headers["Content-Type"] = "application/json"
    return Request(operation.method, url, headers, body)


def filled_path(operation: Operation, path: Mapping[str, str]) -> str:
    """The operation's path with each value as one encoded segment.

    Raises ValueError for a missing or empty value, `RecordNotFound` for one with control characters.
    """

    def _segment(match: re.Match[str]) -> str:
        value = str(path.get(match[1], ""))
        if not value:
            raise ValueError(f"{operation.id}: the path needs {match[1]}")
        if _CONTROL_CHARACTER.search(value):
            # No record has such an id, and a proxy that drops the character would see another address.
            raise RecordNotFound(operation.id, "An id cannot hold control characters.")
        return path_segment(value)

    return _PLACEHOLDER.sub(_segment, operation.path)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port of a URL: what a key is bound to."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _DEFAULT_PORTS.get(parts.scheme)


def _wire_name(operation: Operation, name: str) -> str:
    parameter = operation.query_parameters.get(name)
    return parameter.sent_as if parameter else name


def _authorize(
    operation: Operation,
    credential: Credential,
    headers: dict[str, str],
    parameters: list[tuple[str, str]],
    request_id: str,
) -> None:
    key = credential.secret.reveal()
    if not key or not key.isascii() or not key.isprintable() or key != key.strip():
        raise KeyRejected(
            operation.id, "The key is empty or has characters no key has.", request_id=request_id
        )
    match credential.authentication:
        case Authentication.API_KEY:
            headers[KEY_HEADER] = key
        case Authentication.BEARER:
            headers["Authorization"] = f"Bearer {key}"
        case Authentication.QUERY:
            parameters.append((KEY_PARAMETER, key))


def encode(payload: object) -> bytes:
    """The payload as JSON. A Decimal becomes a number with just its digits, odd types raise TypeError."""
    return json_text(payload, is_ascii=True, spaced=False).encode()


def decode(body: bytes) -> Any:
    """The data of a JSON body, fit for a page and a database. Raises `UndecodableBody`.

    NaN, Infinity and more than 64 levels are refused. Numbers with a fraction are Decimal; a number too
    large to be one stays its text. Lone surrogates and NUL are replaced by U+FFFD.
    """
    text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    try:
        data = _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        problem = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise UndecodableBody(f"not JSON: {problem}") from None
    _check_depth(data)
    return _cleaned(data) if _UNFIT_ESCAPE.search(body) else data


def _fraction(text: str) -> Decimal | str:
    if len(text) > MAXIMUM_DIGITS:
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return number if abs(number.adjusted()) <= MAXIMUM_DIGITS else text


def _integer(text: str) -> int | str:
    return int(text) if len(text) <= MAXIMUM_DIGITS else text


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_float=_fraction, parse_int=_integer, parse_constant=_refuse_constant)


def _check_depth(data: object) -> None:
    level = [data] if isinstance(data, dict | list) else []
    for _ in range(MAXIMUM_DEPTH):
        if not level:
            return
        level = [child for node in level for child in _children(node) if type(child) in _CONTAINERS]
    if level:
        raise UndecodableBody("nested too deeply")


def _children(node: Any) -> Iterable[Any]:
    return node.values() if type(node) is dict else node


def _cleaned(data: Any) -> Any:
    if isinstance(data, str):
        return _UNFIT.sub("\ufffd", data)
    if isinstance(data, list):
        return [_cleaned(item) for item in data]
    if isinstance(data, dict):
        return {_UNFIT.sub("\ufffd", key): _cleaned(value) for key, value in data.items()}
    return data
