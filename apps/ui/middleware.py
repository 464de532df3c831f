"""Turns API errors that no view handled into pages; a missing or unreadable key leads to the page that stores it."""

import logging
from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.unsent_forms import store_in_session, unsent_form_of
from apps.api.errors import ApiError
from apps.connections.clients import KeyUnreadable, NoConnection
from apps.ui.error_pages import error_response

logger = logging.getLogger(__name__)

NO_KEY = "There was no key of yours for it."


class ApiErrorMiddleware:
    """Turns `ApiError`, `NoConnection` and `KeyUnreadable` into answers a person can act on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; errors are handled in `process_exception`."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer for an error of the API or of the person's connection; None leaves others alone."""
        if isinstance(exception, ApiError):
            logger.warning("page failed: %s", exception)
            return error_response(request, exception, connection_url=reverse("connections:list"))
        if isinstance(exception, NoConnection):
            service = exception.service
            return _leave_for(
                request, reverse("connections:create"), service=str(service.pk) if service else ""
            )
        if isinstance(exception, KeyUnreadable):
            return _leave_for(request, reverse("connections:edit", args=[exception.connection.pk]))
        return None


def _leave_for(request: HttpRequest, url: str, **parameters: str) -> HttpResponse:
    htmx = getattr(request, "htmx", None)
    if request.method == "POST":
        # What was typed waits until the key is there.
        back = store_in_session(request, unsent_form_of(request), NO_KEY)
    else:
        back = (htmx.current_url_abs_path if htmx else None) or request.get_full_path()
    query = urlencode({name: value for name, value in {**parameters, "next": back}.items() if value})
    target = f"{url}?{query}"
    return HttpResponseClientRedirect(target) if htmx else redirect(target)
