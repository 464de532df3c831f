"""The token API: its contract, which has one call, and the parser of its answers.

Its description says how to ask and what the status codes mean, and nothing of the rows: they are looked for where
services put them, and taken with whatever columns they have.
"""

import functools
import json
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from apps.api.answers.error_bodies import read_error
from apps.api.answers.outcomes import FailedAnswer, read_answer
from apps.api.answers.records import Answer, Record
from apps.api.client import Client
from apps.api.contract.contract import Contract, Operation
from apps.api.contract.openapi import Document
from apps.api.contract.operations import read_operations
from apps.api.credentials import MASK
from apps.api.errors import ApiError, UnreadableAnswer
from apps.api.http.protocol import encode
from apps.api.http.retry import read_retry_after
from apps.api.redaction import redact

TOKEN_FILE = Path(__file__).parent / "contract" / "token.openapi.json"
LIST_CONVERSIONS = "listConversions"

logger = logging.getLogger(__name__)

#: Where rows may be, the likelier place first.
_ROW_KEYS = ("data", "conversions", "results", "items", "rows")
_ROW_LEVELS = 2
# "OK or 200 is success and rest everything is failed" (token API, on `status` in a body).
_SUCCESS_WORDS = frozenset({"ok", "success", "200", "true", ""})
_ACCEPTED_WORDS = frozenset({"accepted", "202"})
_ERROR_CODE = re.compile(r"[45][0-9]{2}")


@dataclass(frozen=True)
class Conversions:
    """The answer of the service: rows, or the message that they are being prepared.

    `retry_after` is the wait in seconds the service named with such a word, `message` its sentence; `skipped`
    counts rows left out because they were no objects.
    """

    rows: list[Record] = field(repr=False)
    is_ready: bool
    skipped: int = 0
    retry_after: float | None = None
    message: str = ""


@functools.cache
def token_contract() -> Contract:
    """The token API's contract that comes with the product, read once."""
    document = Document(json.loads(TOKEN_FILE.read_text(encoding="utf-8")))
    return Contract({operation.id: operation for operation in read_operations(document)}, (), {})


def list_conversions(client: Client) -> Conversions:
    """All conversions the token may see. Raises an `ApiError`. Both have the token masked, should it be echoed."""
    try:
        answer = client.call(LIST_CONVERSIONS)
        found = _read(client.endpoint.contract.operation(LIST_CONVERSIONS), answer)
    except UnreadableAnswer as error:
        if error.status == 202:  # accepted in words of its own, or in none
            return Conversions([], is_ready=False)
        raise
    except ApiError as error:
        error.message = redact(error.message)
        # A refusal in the body of a success is what counts.
        client.report_body_error(error)
        raise
    credential = client.endpoint.credential
    token = credential.secret.reveal() if credential else ""
    rows = _without(token, found.rows) if token else found.rows
    return replace(found, rows=client.endpoint.shown(rows))


def _read(operation: Operation, answer: Answer) -> Conversions:
    rows, word = find_rows(answer.data), _status_word(answer.data)
    if answer.status == 202 or (rows is None and word in _ACCEPTED_WORDS):
        return Conversions(
            [],
            is_ready=False,
            retry_after=read_retry_after(answer.headers.get("retry-after")),
            message=redact(read_error(encode(answer.data)).message),
        )
    if word not in _SUCCESS_WORDS and not rows:
        raise _failure_in_a_success(operation, answer)
    if rows is None:
        logger.warning("%s answered without a list of rows [%s]", operation.id, answer.request_id)
        error = UnreadableAnswer(
            operation.id,
            "The service answered, but there is no list of rows in its answer.",
            status=answer.status,
            request_id=answer.request_id,
        )
        error.is_quoted = False
        raise error
    records = [row for row in rows if isinstance(row, dict)]
    return Conversions(records, is_ready=True, skipped=len(rows) - len(records))


def find_rows(data: object, levels: int = _ROW_LEVELS) -> list[Any] | None:
    """The list of rows in an answer: the answer itself, or under one of the usual names, at most one deeper.

    A null under such a name is an empty list; None when there is no such place.
    """
    if isinstance(data, list):
        return data
    if not isinstance(data, Mapping) or not levels:
        return None
    for key in _ROW_KEYS:
        if isinstance(data.get(key), list):
            return list(data[key])
    for key in _ROW_KEYS:
        found = find_rows(data.get(key), levels - 1)
        if found is not None:
            return found
    return [] if any(key in data and data[key] is None for key in _ROW_KEYS) else None


def _status_word(data: object) -> str:
    """What a body says of itself in `status`, or without that in `code`; in lower case."""
    if not isinstance(data, Mapping):
        return ""
    values = (data.get("status"), data.get("code"))
    return next((str(value).strip().lower() for value in values if value not in (None, "")), "")


def _failure_in_a_success(operation: Operation, answer: Answer) -> ApiError:
    """The error that a body tells of although the HTTP status is a success; without a code it is a refusal."""
    codes = (str(answer.data.get(name)) for name in ("code", "status"))
    code = next((int(text) for text in codes if _ERROR_CODE.fullmatch(text)), 400)
    try:
        read_answer(operation, code, answer.headers, encode(answer.data), answer.request_id)
    except FailedAnswer as failed:
        failed.error.http_status = answer.status
        return failed.error
    raise AssertionError(f"{code} is no success")


def _without(token: str, value: Any) -> Any:
    """The value with the token masked wherever a text or a name holds it."""
    if isinstance(value, str):
        return value.replace(token, MASK)
    if isinstance(value, list):
        return [_without(token, item) for item in value]
    if isinstance(value, dict):
        return {name.replace(token, MASK): _without(token, item) for name, item in value.items()}
    return value
