"""Turns an HTTP answer (status, headers, body) or a transport failure into data or an `ApiError`. No I/O."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.api import errors
from apps.api.answers.error_bodies import ErrorBody, is_page, read_error
from apps.api.contract.contract import Operation
from apps.api.contract.field_names import path_to_our_names
from apps.api.http.protocol import UndecodableBody, decode
from apps.api.http.retry import Failure, read_retry_after

# Header names under which services give the id of a request, for their support.
_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-correlation-id", "x-amzn-requestid", "cf-ray")
_REQUEST_ID = re.compile(r"[\w.:@=+/-]{1,100}")
# Words of a 403 that speak of our address: keys may be bound to whitelisted IPs (token API).
_ADDRESS_WORDS = re.compile(r"\bips?\b|white-?\s?list|allow-?\s?list|ip[ _-]?address", re.IGNORECASE)

_DEFAULT_SENTENCES = {
    400: "The service did not accept the request.",
    401: "The service refused the API key.",
    402: "The service could not carry out the request.",
    403: "The key does not have permission for this.",
    404: "There is no such record.",
    409: "The record was changed by somebody else at the same time.",
    410: "The record no longer exists.",
    422: "The service did not accept some of the values.",
    429: "The service asks us to wait before the next call.",
    500: "The service has an error of its own.",
    502: "The service is not answering properly.",
    503: "The service is not available now.",
    504: "The service took too long to answer.",
}
_FAILURE_SENTENCES = {
    Failure.NOT_SENT: "The service cannot be reached. Nothing was sent.",
    Failure.TLS_FAILED: "The service's certificate could not be verified. Nothing was sent.",
    Failure.SERVICE_FAILED: "The service has an error of its own.",
    Failure.TIMED_OUT: "The service did not answer in time.",
    Failure.BROKEN: "The connection broke before the answer was complete.",
    Failure.UNREADABLE: "The service sent an answer that cannot be read.",
    Failure.UNUSABLE: "The service sent an answer that cannot be used.",
}
_REDIRECT_SENTENCE = "The service's address leads to another one, which is not followed. Check its base URL."
_UNKNOWN_SENTENCE = "It is not known whether the change was made. Check before trying again."


class FailedAnswer(Exception):
    """An attempt that failed: the kind of failure, the error to raise, the seconds the server asks to wait."""

    def __init__(self, failure: Failure, error: errors.ApiError, retry_after: float | None = None) -> None:
        super().__init__(failure)
        self.failure = failure
        self.error = error
        self.retry_after = retry_after


def read_answer(
    operation: Operation, status: int, headers: Mapping[str, str], body: bytes, request_id: str
) -> Any:
    """The data of a successful answer, None for an empty one to a write. Raises `FailedAnswer` for any other.

    Header names are in lower case. 202 and 204 are a success for a write; whether a created record has an id
    is for the caller to check.
    """
    if status in (200, 201, 202, 203) or (status == 204 and operation.is_write):
        if not body.strip() and operation.is_write:
            return None
        try:
            return decode(body)
        except UndecodableBody as error:
            problem = str(error)
        raise FailedAnswer(
            Failure.UNREADABLE, failure_error(operation, Failure.UNREADABLE, request_id, status, problem)
        )
    raise _failed(operation, status, headers, body, request_id)


def failure_error(
    operation: Operation,
    failure: Failure,
    request_id: str,
    status: int | None = None,
    problem: str = "",
    message: str = "",
) -> errors.ApiError:
    """The error for a failure without an error answer; `OutcomeUnknown` for a write that may have been carried out."""
    sentence = message or _FAILURE_SENTENCES.get(failure, _FAILURE_SENTENCES[Failure.UNUSABLE])
    if failure in (Failure.NOT_SENT, Failure.TLS_FAILED):
        kind: type[errors.ApiError] = errors.Unreachable
    elif operation.is_write:
        kind, sentence = errors.OutcomeUnknown, message or _UNKNOWN_SENTENCE
    elif failure in (Failure.UNREADABLE, Failure.UNUSABLE):
        kind = errors.UnreadableAnswer
    else:
        kind = errors.ServiceFailed
    error = kind(operation.id, sentence, status=status, request_id=request_id)
    error.is_quoted = bool(message)
    if problem:
        error.add_note(problem)
    return error


def service_request_id(headers: Mapping[str, str]) -> str:
    """The request id that the service sent, or "" when it sent none."""
    for name in _REQUEST_ID_HEADERS:
        value = headers.get(name, "").strip()
        if _REQUEST_ID.fullmatch(value):
            return value
    return ""


def _failed(
    operation: Operation, status: int, headers: Mapping[str, str], body: bytes, request_id: str
) -> FailedAnswer:
    if 500 <= status <= 599:
        message = "" if operation.is_write else read_error(body).message
        error = failure_error(operation, Failure.SERVICE_FAILED, request_id, status, message=message)
        if not message and not operation.is_write and status in _DEFAULT_SENTENCES:
            error.message = _DEFAULT_SENTENCES[status]
        return FailedAnswer(Failure.SERVICE_FAILED, error, read_retry_after(headers.get("retry-after")))
    if not 400 <= status <= 499:
        error = failure_error(operation, Failure.UNUSABLE, request_id, status)
        if 300 <= status <= 399 and not operation.is_write:
            error.message = _REDIRECT_SENTENCE
        return FailedAnswer(Failure.UNUSABLE, error)
    error_body = _with_our_names(
        read_error(body, [f.sent_as for f in operation.body_fields.values()]), operation
    )
    message = error_body.message or _DEFAULT_SENTENCES.get(status, _DEFAULT_SENTENCES[400])
    if status == 429:
        wait = read_retry_after(headers.get("retry-after"))
        limited = errors.RateLimited(
            operation.id, message, status=status, request_id=request_id, retry_after=wait
        )
        limited.is_quoted = bool(error_body.message)
        return FailedAnswer(Failure.RATE_LIMITED, limited, wait)
    failure = Failure.CONFLICT if status == 409 else Failure.REFUSED
    refusal = _refusal(operation, status, error_body, message, request_id)
    refusal.is_quoted = bool(error_body.message)
    refusal.is_page = is_page(headers, body)
    return FailedAnswer(failure, refusal)


def _with_our_names(error_body: ErrorBody, operation: Operation) -> ErrorBody:
    """The error with its field messages under our field names."""
    own: dict[str, list[str]] = {}
    for name, messages in error_body.field_errors.items():
        own.setdefault(path_to_our_names(name, operation.body_fields), []).extend(messages)
    return replace(error_body, field_errors=own)


def _refusal(
    operation: Operation, status: int, error_body: ErrorBody, message: str, request_id: str
) -> errors.ApiError:
    if status == 401:
        return errors.KeyRejected(operation.id, message, status=status, request_id=request_id)
    if status == 403:
        return errors.NotPermitted(
            operation.id,
            message,
            status=status,
            request_id=request_id,
            address_refused=bool(_ADDRESS_WORDS.search(error_body.message)),
        )
    if status in (404, 410):
        return errors.RecordNotFound(operation.id, message, status=status, request_id=request_id)
    return errors.RequestRefused(
        operation.id, message, status=status, request_id=request_id, field_errors=error_body.field_errors
    )
