"""The exception that becomes an error answer, and the usual ones: 400 with fields, 404."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any


class Refused(Exception):
    """A request is answered with an error: `status`, the sentence, messages by field, extra headers."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Mapping[str, list[str]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = dict(errors or {})
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        """The JSON shape of every error: `message`, and `errors` by field where there are any."""
        body: dict[str, Any] = {"message": self.message}
        if self.errors:
            body["errors"] = self.errors
        return body


def bad_request(errors: Mapping[str, list[str]]) -> Refused:
    """400 with messages by field."""
    return Refused(HTTPStatus.BAD_REQUEST, "The request was unacceptable.", errors)


def bad_field(field: str, message: str) -> Refused:
    """400 with one message for one field."""
    return bad_request({field: [message]})


def not_found(what: str) -> Refused:
    """404 naming what is missing."""
    return Refused(HTTPStatus.NOT_FOUND, f"{what} does not exist.")
