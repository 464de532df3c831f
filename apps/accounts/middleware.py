"""What a request gets from the person who makes it: their time zone, no session once deactivated, and 403 for what
their role does not let them do.

And what a form gets that nobody who is signed in has sent: the sign-in page, which keeps it.
"""

from collections.abc import Callable, Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import get_user
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.functional import LazyObject

from apps.accounts.access import hold_person_to
from apps.accounts.client_address import SIGNED_IN_PERSON
from apps.accounts.models import User
from apps.accounts.passwords.hashing import RETRY_SECONDS, HashingBusy
from apps.accounts.policy import Capability, ServiceId, demand
from apps.accounts.routes import access_of
from apps.accounts.sign_in.addresses import SESSION_IS_OVER
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
        elif isinstance(request.user, LazyObject):
            # Read already: everything from here on asks the person, not what stands in for whoever it may be.
            request.user = get_user(request)
        request.META[SIGNED_IN_PERSON] = str(request.user.pk or "")
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
        if is_sent_away and request.method == "POST":
            return sign_in_first(request)
        if is_sent_away and request.COOKIES.get(settings.SESSION_COOKIE_NAME):
            # The browser names a session that is over; the cookie goes with this answer.
            response["Location"] += f"&{SESSION_IS_OVER}"
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """503 in words when a password could not be looked at now, on whichever form."""
        if not isinstance(exception, HashingBusy):
            return None
        response = render(request, "accounts/busy.html", status=503)
        response["Retry-After"] = str(RETRY_SECONDS)
        return response


class PolicyMiddleware:
    """Holds every request to what its address takes, before the view runs; stands behind the sign-in check."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: Sequence[object], names: Mapping[str, object]
    ) -> HttpResponse | None:
        """405 for a method the address does not answer. Raises `RoleNeeded`, which becomes the page with 403.

        Where the address names a service, the role there counts; raises `Http404` for whoever has none.
        """
        access = access_of(view)
        capability = access.capability_for(request.method)
        to_open = capability or access.get or access.post
        if to_open is None:
            raise ImproperlyConfigured(f"The address {request.path} names no capability.")
        service = self.service_of(request, names) if request.user.is_authenticated else None
        if service is None or to_open is Capability.ANYBODY:
            demand(request.user, to_open)
        else:
            hold_person_to(request, service, to_open)
        return None if capability else HttpResponseNotAllowed(access.methods)

    def service_of(self, request: HttpRequest, names: Mapping[str, object]) -> ServiceId | None:
        """The service that the address names, whatever it is called there; None where none is named."""
        return None


def zone_of(request: HttpRequest) -> ZoneInfo | None:
    """The zone the person chose; None, which means the site's own, for strangers and zones unknown here."""
    if not isinstance(request.user, User):
        return None
    try:
        return ZoneInfo(request.user.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
