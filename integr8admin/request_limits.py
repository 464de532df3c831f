"""Middleware that refuses requests with too large a body (413), and those that the server could not read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from integr8admin.error_views import unread
from integr8admin.serving.limits import REFUSED, most_body_bytes


class RequestLimitsMiddleware:
    """Answers with 400, 408 or 413 before anything looks at the request; everybody gets the same page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The refusal, or the answer."""
        status = request.META.get(REFUSED) or (413 if _is_too_large(request) else 0)
        return unread(request, status) if status else self.get_response(request)


def _is_too_large(request: HttpRequest) -> bool:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    # Django reads nothing of a body that has no length.
    return announced.isdigit() and int(announced) > most_body_bytes(request.path, settings.REQUEST_BODY_BYTES)
