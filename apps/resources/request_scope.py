"""The scope of a page: whose connection, of which service, within which time."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.api.client import PAGE, READ
from apps.connections.at_hand import connection_at_hand, integrations_at_hand
from apps.connections.clients import (
    NoConnection,
    UnknownIntegration,
    connections_of,
)
from apps.connections.current_integration import current_integration
from apps.connections.models import Connection, Service
from apps.connections.open_services import services_open_to
from apps.connections.page_activity import note_page
from apps.resources.resource import Resource
from apps.resources.scope import Scope

#: The hidden field of a form that names the service it was opened at.
SERVICE_FIELD = "_service"


def scope_of_request(
    request: HttpRequest, resource: Resource, path: Mapping[str, str], seconds: float | None = None
) -> Scope:
    """The scope of a page, or of a part of it that has fewer `seconds` for its calls.

    Raises `NoConnection` when the person has no key for the service, `RoleNeeded` where their role there is not enough
    for the address, 404 for an integration nobody registered.
    """
    person = signed_in_person(request)
    integration = path.get("integrationID")
    try:
        connection = (
            connection_at_hand(request, integration) if integration else _connection_at_hand(request, person)
        )
    except UnknownIntegration as error:
        raise Http404("no such integration") from error
    hold_to_service(request, connection.service_id)
    note_page(connection.key_name)
    # Where something is sent, a button says that it goes on; a page is empty until it is answered.
    profile = READ if request.method in ("GET", "HEAD") else PAGE
    return Scope.through(
        connection, resource, path, profile=profile, seconds=seconds or settings.PAGE_DEADLINE_SECONDS
    )


def _connection_at_hand(request: HttpRequest, person: User) -> Connection:
    """The person's connection for records that belong to no integration.

    Of several services: the one where the form that is sent was opened, else that of the integration the page is about.
    """
    services = services_open_to(person).filter(kind=Service.Kind.INTEGR8)
    mine = connections_of(person).filter(service__kind=Service.Kind.INTEGR8).order_by("service__name")
    by_service = {str(connection.service_id): connection for connection in mine}
    named = request.POST.get(SERVICE_FIELD) or request.GET.get(SERVICE_FIELD)
    if named and named not in by_service:
        # Another service may have a record of the same id.
        raise NoConnection(get_object_or_404(services, pk=_as_uuid(named)))
    if not by_service:
        service = services.first()
        if service is None:
            raise Http404("no service is registered")
        raise NoConnection(service)
    if named is None and len(by_service) > 1:
        current = current_integration(request, integrations_at_hand(request))
        named = str(current.service_id) if current else None
    return by_service[named] if named in by_service else next(iter(by_service.values()))


def _as_uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Http404("no such service") from error
