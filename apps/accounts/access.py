"""The person who makes a request, and the service that its page is about."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from apps.accounts.models import User
from apps.accounts.policy import Capability, ServiceId, demand, has_role
from apps.accounts.routes import access_of

_KEPT = "_service_of_page"


def signed_in_person(request: HttpRequest) -> User:
    """The person who makes this request; raises `PermissionDenied` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


def hold_to_service(request: HttpRequest, service: ServiceId) -> None:
    """The request is about something of that service: what its address takes is asked for there, by its templates too.

    Called by whoever finds out which service it is. Raises `RoleNeeded`, and `Http404` for whoever has no role there.
    """
    match = request.resolver_match
    access = access_of(match.func) if match else access_of(None)
    hold_person_to(request, service, access.capability_for(request.method) or access.get or access.post)


def hold_person_to(request: HttpRequest, service: ServiceId, capability: Capability | None) -> None:
    """The same where the capability is known. Raises what `hold_to_service` does."""
    person = signed_in_person(request)
    if not has_role(person, service):
        raise Http404("There is no such service for this person.")
    note_service(request, service)
    if capability is not None:
        demand(person, capability, service)


def note_service(request: HttpRequest, service: ServiceId) -> None:
    """The page shows things of that service: its templates ask what the person may do there."""
    setattr(request, _KEPT, service)


def service_of_page(request: HttpRequest) -> ServiceId | None:
    """The service that the page is about, as far as it was found out."""
    found: ServiceId | None = getattr(request, _KEPT, None)
    return found
