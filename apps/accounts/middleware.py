"""What a request gets from the person who makes it: their time zone, and no session once deactivated.

And what a form gets that nobody who is signed in has sent: the sign-in page, which keeps it.
"""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.passwords.hashing import RETRY_SECONDS, HashingBusy
from apps.accounts.sign_in.views import sign_in_first

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


class SignInFirstMiddleware:
    """Answers a form that would be redirected to the sign-in page, and lost, with that page and the form in it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        response = self.get_response(request)
        # Signing out leads there as well, but to no page after it.
        is_sent_away = response.status_code == 302 and response["Location"].startswith(
            f"{resolve_url(settings.LOGIN_URL)}?next="
        )
        return sign_in_first(request) if is_sent_away and request.method == "POST" else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 in words when a password could not be looked at now, on whichever form."""
        if not isinstance(exception, HashingBusy):
            return None
        response = render(request, "accounts/busy.html", status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """The zone the person chose; None, which means the site's own, for strangers and zones unknown here."""
    if not isinstance(request.user, User):
        return None
    try:
        return ZoneInfo(request.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
