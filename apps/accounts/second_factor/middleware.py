"""Leads people who must have a second factor, and have none, to the page where they set one up."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.accounts.routes import access_of
from apps.accounts.second_factor.requirement import is_held_back

GetResponse = Callable[[HttpRequest], HttpResponse]
#: What such a person may do until then.
OPEN = frozenset({Capability.ANYBODY, Capability.OWN_SECOND_FACTOR})
PAGE_AFTER_SETUP = "page_after_second_factor"


class SecondFactorMiddleware:
    """Answers everything else with the way to the set-up; stands behind the policy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, arguments: Sequence[object], names: Mapping[str, object]
    ) -> HttpResponse | None:
        """The way to the set-up; None for whom nothing is missing, and for the pages of the set-up."""
        person = request.user
        if not isinstance(person, User) or not is_held_back(person):
            return None
        person.must_set_up_second_factor = True
        if access_of(view).capability_for(request.method) in OPEN:
            return None
        htmx = getattr(request, "htmx", None)
        if request.method in ("GET", "HEAD") and not htmx:
            request.session[PAGE_AFTER_SETUP] = request.get_full_path()
        address = resolve_url("mfa_index")
        return HttpResponseClientRedirect(address) if htmx else redirect(address)
