"""Says with every answer to HTMX how many notifications are unread, so that no page has to ask for it often."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from apps.accounts.models import User
from apps.ui.waiting.in_place import IN_PLACE_HEADER

GetResponse = Callable[[HttpRequest], HttpResponse]
#: The header that `page.js` reads.
HEADER = "X-Unread"


class UnreadCountMiddleware:
    """Adds the count to answers that update a page. Costs no query: the account, with its count, is read anyway."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        is_update = getattr(request, "htmx", None) or IN_PLACE_HEADER in request.headers
        if is_update and isinstance(request.user, User):
            response[HEADER] = str(request.user.unread_notifications)
        return response
