"""Notes when a person sends something: what was read before it is not shown after it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.accounts.access import signed_in_person
from apps.ui.waiting.own_changes import note_change


class WriteMiddleware:
    """Stands where the person of the request is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request; what it changed may have been read until now."""
        response = self.get_response(request)
        if request.method == "POST" and request.user.is_authenticated:
            note_change(signed_in_person(request))
        return response
