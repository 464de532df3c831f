"""What a person reads when the API did not do what was asked: one mapping for pages, fragments and forms."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.api.contract import builtin_contract
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    ServiceFailed,
    Unreachable,
    UnreadableAnswer,
)


@dataclass(frozen=True)
class ErrorDescription:
    """An error in words: what failed, why, what is safe, what to do next."""

    title: str
    cause: str
    kept: str
    next_step: str
    status: int
    #: Seconds the API asks to wait, when it does.
    retry_after: int | None = None
    #: Whether the person's stored key has to be replaced.
    needs_key: bool = False
    #: Whether asking again as it is can help.
    can_retry: bool = True

    @property
    def tone(self) -> str:
        """Colour of the panel."""
        return "warn" if self.status in (404, 429) else "bad"


NOTHING_CHANGED = "Nothing was changed."


def whitelisting_step() -> str:
    """What to do when a key is bound to IP addresses, naming those this server calls from where they are known."""
    if settings.OUTGOING_ADDRESSES:
        addresses = ", ".join(settings.OUTGOING_ADDRESSES)
        return f"Allow this server's address where the key was made: {addresses}."
    return "Allow this server's address where the key was made; ask whoever runs this site which it is."


def describe(error: ApiError) -> ErrorDescription:
    """The words for an API error. The server's own sentence is quoted where it helps."""
    said = (
        f"The API says: “{error.user_message}”"
        if error.user_message and error.is_quoted
        else error.user_message
    )
    match error:
        case KeyRejected():
            return ErrorDescription(
                "Your API key was refused",
                said or "The service does not accept the key stored for you.",
                NOTHING_CHANGED,
                "Store a key that works, then come back to this page.",
                403,
                needs_key=True,
                can_retry=False,
            )
        case NotPermitted():
            if error.address_refused:
                next_step = whitelisting_step()
            else:
                next_step = "Ask an admin of the network for the permission, or use a key that has it."
            return ErrorDescription(
                "Your API key may not do this", said, NOTHING_CHANGED, next_step, 403, can_retry=False
            )
        case RecordNotFound():
            return ErrorDescription(
                "This no longer exists",
                said or "The API does not know it: it was archived or deleted, or the address is wrong.",
                NOTHING_CHANGED,
                "Go back to the list to see what is there now.",
                404,
                can_retry=False,
            )
        case RateLimited():
            wait = round(error.retry_after or 0)
            return ErrorDescription(
                f"The API asks us to wait {_seconds(wait)}" if wait else "The API asks us to slow down",
                said or "Too many requests reached it in a short time.",
                NOTHING_CHANGED,
                "Wait a moment, then try again.",
                429,
                retry_after=wait or None,
            )
        case RequestRefused():
            details = "; ".join(
                f"{field}: {' '.join(messages)}" for field, messages in error.field_errors.items()
            )
            return ErrorDescription(
                "The API refused the request",
                " ".join(part for part in (said, details) if part) or "It gave no reason.",
                NOTHING_CHANGED,
                _step_after_refusal(error),
                400,
            )
        case OutcomeUnknown():
            return ErrorDescription(
                "It is not known whether this was done",
                said or "The API's answer was lost on the way.",
                "The change may or may not have been made.",
                "Look at the record before you repeat it.",
                504,
                can_retry=False,
            )
        case ServiceFailed():
            cause = said or f"It answered with an error of its own ({error.status})."
            return ErrorDescription(
                "The API has a fault", cause, NOTHING_CHANGED, "Try again in a moment.", 502
            )
        case UnreadableAnswer():
            cause = said or "What came back is not what its description promises."
            return ErrorDescription(
                "The API sent an unreadable answer", cause, NOTHING_CHANGED, "Try again in a moment.", 502
            )
        case Unreachable():
            return ErrorDescription(
                "The API cannot be reached",
                said or "No connection to the service could be made, or it did not answer in time.",
                NOTHING_CHANGED,
                "Try again in a moment; if it stays so, tell whoever runs this site.",
                504,
            )
    return ErrorDescription("The API did not answer as expected", said, NOTHING_CHANGED, "Try again.", 502)


def _step_after_refusal(error: RequestRefused) -> str:
    """What a person can change: the values of a form, the filters of a list, nothing on one record's page."""
    operation = builtin_contract().operations.get(error.operation_id)
    if operation is not None and operation.is_write:
        return "Change what it names, and try again."
    if operation is not None and operation.role == "get":
        return "Try again; if it stays so, tell whoever runs this site what the API says."
    return "Change what it names, for example a filter, and try again."


def _seconds(count: int) -> str:
    return "1 second" if count == 1 else f"{count} seconds"


def counted_but_not_sent(total: int) -> ErrorDescription:
    """The words for a list that says it has records and sends none: it is not empty, it was not read."""
    return ErrorDescription(
        "The API sent no records",
        f"It says that there are {total:,}, but this page of them came empty.",
        NOTHING_CHANGED,
        "Try again in a moment.",
        502,
    )


def error_response(request: HttpRequest, error: ApiError, connection_url: str = "") -> HttpResponse:
    """The error as a whole page, or as a fragment for HTMX; with `Retry-After` where the API gave one."""
    description = describe(error)
    template = "resources/_error.html" if getattr(request, "htmx", None) else "resources/error.html"
    context = {
        "error": description,
        "request_id": getattr(request, "request_id", "-"),
        "api_request_id": error.request_id,
        "connection_url": connection_url,
        "retry_url": request.get_full_path() if request.method == "GET" else "",
    }
    response = render(request, template, context, status=description.status)
    if description.retry_after:
        response["Retry-After"] = str(description.retry_after)
    return response
