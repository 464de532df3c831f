"""What can go wrong with a call, sorted by what the person can do next."""

from collections.abc import Mapping


class ApiError(Exception):
    """A call that did not succeed. `str()` starts with operation and request id and is meant for the log.

    `user_message` is the server's own sentence, or ours where it sent none: plain text, at most 300
    characters, never HTML. `is_quoted` is False where it is ours. `status` is None when no answer came.
    `http_status` is the one the answer had: it differs from `status` where a body tells of another.
    """

    is_quoted = True
    #: Whether the answer was a page for people, as firewalls and proxies send: no word of the API itself.
    is_page = False

    def __init__(
        self,
        operation_id: str,
        message: str,
        *,
        status: int | None = None,
        request_id: str = "",
    ) -> None:
        super().__init__(operation_id, message)
        self.operation_id = operation_id
        self.message = message
        self.status = status
        self.http_status = status
        self.request_id = request_id

    @property
    def user_message(self) -> str:
        """The sentence to show: the server's own, or ours where it sent none."""
        return self.message

    def __str__(self) -> str:
        answer = f" {self.status}" if self.status is not None else ""
        return f"{self.operation_id} [{self.request_id or '-'}] {type(self).__name__}{answer}: {self.message}"


class KeyRejected(ApiError):
    """401: the key is missing, wrong or expired. Next: enter another key."""


class NotPermitted(ApiError):
    """403: the key may not do this. `address_refused` is True when our IP address is not whitelisted."""

    def __init__(self, *arguments: str, address_refused: bool = False, **details: object) -> None:
        super().__init__(*arguments, **details)  # type: ignore[arg-type]
        self.address_refused = address_refused


class RecordNotFound(ApiError):
    """404 or 410: there is no such record, or no more. Next: back to the list."""


class RequestRefused(ApiError):
    """400, 402, 409, 422 and other 4xx: the request's content is not accepted. Next: change the input.

    `field_errors` maps a body field (dotted for a nested one) to the server's messages about it.
    """

    def __init__(
        self, *arguments: str, field_errors: Mapping[str, list[str]] | None = None, **details: object
    ) -> None:
        super().__init__(*arguments, **details)  # type: ignore[arg-type]
        self.field_errors = dict(field_errors or {})

    @property
    def is_conflict(self) -> bool:
        """True for 409: somebody or something changed the record at the same time."""
        return self.status == 409


class RateLimited(ApiError):
    """429: too many calls. Next: wait `retry_after` seconds; None when the server names no time."""

    def __init__(self, *arguments: str, retry_after: float | None = None, **details: object) -> None:
        super().__init__(*arguments, **details)  # type: ignore[arg-type]
        self.retry_after = retry_after


class ServiceFailed(ApiError):
    """5xx, no answer in time, or a broken connection, on a read. Next: try again later."""


class Unreachable(ApiError):
    """The call was never sent: no address, no connection, no valid certificate. Nothing changed there."""


class ForeignOrigin(Unreachable):
    """The request would have gone to another origin than the endpoint's; it was not sent."""


class OutcomeUnknown(ApiError):
    """A write was sent and its outcome is not known. Next: look before repeating it."""


class UnreadableAnswer(ApiError):
    """The answer to a read is no JSON, too large, a redirect, or has another shape than agreed."""
