"""What a person reads when the API did not do what was asked: one mapping for pages, fragments and forms."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.api.contract.contract import builtin_contract
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
    #: What our page answers with. Never quoted as the API's.
    status: int
    #: Seconds the API asks to wait, when it does.
    retry_after: int | None = None
    #: Whether the person's stored key has to be replaced.
    needs_key: bool = False
    #: Whether asking again as it is can help.
    can_retry: bool = True
    #: The status of the API's own answer; None where none came.
    api_status: int | None = None

    @property
    def asks_again_in(self) -> int | None:
        """Seconds after which a page asks again by itself; None where nobody named a time, or it is too long."""
        return self.retry_after if self.retry_after and self.retry_after <= LONGEST_BEFORE_ASKING else None

    @property
    def quote(self) -> str:
        """The API's answer by its number, for who looks into it: "answer 422"; "" where none came."""
        return f"answer {self.api_status}" if self.api_status else ""

    @property
    def sentence(self) -> str:
        """All in one line, for a row of a table or a message: title, cause, and the answer's number."""
        number = f" ({self.quote})" if self.quote else ""
        return f"{self.title}. {self.cause}".strip() + number

    @property
    def tone(self) -> str:
        """Colour of the panel."""
        return "warn" if self.status in (404, 429) else "bad"


#: A longer wait is a limit of one operation, as of the exports of a day.
LONGEST_BEFORE_ASKING = 300

NOTHING_CHANGED = "Nothing was changed."


def whitelisting_step() -> str:
    """What to do when a key is bound to IP addresses, naming those this server calls from where they are known."""
    if settings.OUTGOING_ADDRESSES:
        addresses = ", ".join(settings.OUTGOING_ADDRESSES)
        return f"Allow this server's address where the key was made: {addresses}."
    return "Allow this server's address where the key was made; ask whoever runs this site which it is."


#: What is said of each kind of error; the cause stands there until the API says its own.
_WORDS: Mapping[type[ApiError], ErrorDescription] = {
    KeyRejected: ErrorDescription(
        "Your API key was refused",
        "The service does not accept the key stored for you.",
        NOTHING_CHANGED,
        "Store a key that works, then come back to this page.",
        403,
        needs_key=True,
        can_retry=False,
    ),
    NotPermitted: ErrorDescription(
        "Your API key may not do this",
        "",
        NOTHING_CHANGED,
        "Ask an admin of the network for the permission, or use a key that has it.",
        403,
        can_retry=False,
    ),
    RecordNotFound: ErrorDescription(
        "This no longer exists",
        "The API does not know it: it was archived or deleted, or the address is wrong.",
        NOTHING_CHANGED,
        "Go back to the list to see what is there now.",
        404,
        can_retry=False,
    ),
    RateLimited: ErrorDescription(
        "The API asks us to slow down",
        "Too many requests reached it in a short time.",
        NOTHING_CHANGED,
        "Wait a moment, then try again.",
        429,
    ),
    RequestRefused: ErrorDescription(
        "The API refused the request",
        "It gave no reason.",
        NOTHING_CHANGED,
        "Change what it names, and try again.",
        400,
    ),
    OutcomeUnknown: ErrorDescription(
        "It is not known whether this was done",
        "The API's answer was lost on the way.",
        "The change may or may not have been made.",
        "Look at the record before you repeat it.",
        504,
        can_retry=False,
    ),
    ServiceFailed: ErrorDescription(
        "The API has a fault",
        "It answered with an error of its own.",
        NOTHING_CHANGED,
        "Try again in a moment.",
        502,
    ),
    UnreadableAnswer: ErrorDescription(
        "The API sent an unreadable answer",
        "What came back is not what its description promises.",
        NOTHING_CHANGED,
        "Try again in a moment.",
        502,
    ),
    Unreachable: ErrorDescription(
        "The API cannot be reached",
        "No connection to the service could be made, or it did not answer in time.",
        NOTHING_CHANGED,
        "Try again in a moment; if it stays so, tell whoever runs this site.",
        504,
    ),
}
_OTHERWISE = ErrorDescription("The API did not answer as expected", "", NOTHING_CHANGED, "Try again.", 502)


def describe(error: ApiError) -> ErrorDescription:
    """The words for an API error. The server's own sentence is quoted where it helps."""
    words = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), _OTHERWISE)
    said = error.user_message
    if said and error.is_quoted:
        said = f"The API says: “{said}”"
    words = replace(words, cause=said or words.cause, api_status=error.http_status)
    match error:
        case NotPermitted() if error.address_refused:
            return replace(words, next_step=whitelisting_step())
        case RateLimited() if error.retry_after:
            wait = max(round(error.retry_after), 1)
            return replace(words, title=f"The API asks us to wait {_seconds(wait)}", retry_after=wait)
        case RequestRefused():
            return _of_refusal(words, said, error)
        case ServiceFailed() if not said:
            return replace(words, cause=f"It answered with an error of its own ({error.status}).")
    return words


def _of_refusal(words: ErrorDescription, said: str, error: RequestRefused) -> ErrorDescription:
    """With what the API says about each field."""
    details = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in error.field_errors.items())
    cause = " ".join(part for part in (said, details) if part) or words.cause
    is_named = bool(details) or (bool(said) and error.is_quoted)
    return replace(words, cause=cause, next_step=_step_after_refusal(error, is_named))


def _step_after_refusal(error: RequestRefused, is_named: bool) -> str:
    """What a person can change: the values of a form, the filters of a list, nothing on one record's page."""
    operation = builtin_contract().operations.get(error.operation_id)
    if error.is_conflict:
        return "Look at the record as it is now, and try again."
    if operation is not None and operation.role == "get":
        return "Try again; if it stays so, tell whoever runs this site what the API says."
    is_write = operation is not None and operation.is_write
    if not is_named:
        place = "the values" if is_write else "the filters"
        return f"It names nothing to change: look over {place}, and try again."
    if is_write:
        return "Change what it names, and try again."
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
        api_status=200,
    )


def error_response(request: HttpRequest, error: ApiError, connection_url: str = "") -> HttpResponse:
    """The error as a whole page, or as a fragment for HTMX; with `Retry-After` where the API gave one."""
    description = describe(error)
    is_whole = not getattr(request, "htmx", None)
    template = "ui/error.html" if is_whole else "ui/_error.html"
    context = {
        "error": description,
        "request_id": getattr(request, "request_id", "-"),
        "api_request_id": error.request_id,
        "connection_url": connection_url,
        "retry_url": request.get_full_path() if request.method == "GET" else "",
        "asks_again": is_whole and request.method == "GET",
    }
    response = render(request, template, context, status=description.status)
    if description.retry_after:
        response["Retry-After"] = str(description.retry_after)
    if description.asks_again_in and context["asks_again"]:
        # Browsers follow it with and without JavaScript, and keep one entry in their history.
        response["Refresh"] = str(description.asks_again_in)
    return response
