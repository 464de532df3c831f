"""What a request gets from the person who makes it: their time zone, and no session once deactivated."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Shows times in the person's zone, and ends the session of somebody who may not sign in any more.

    Costs no query of its own: the person is read once a request anyway, for the sign-in check.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the person's time zone."""
        if not request.user.is_authenticated and SESSION_KEY in request.session:
            # The session names a person whom the sign-in backend no longer lets in.
            logout(request)
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """The zone the person chose; None, which means the site's own, for strangers and zones unknown here."""
    if not isinstance(request.user, User):
        return None
    try:
        return ZoneInfo(request.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
