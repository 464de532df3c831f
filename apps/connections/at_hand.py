"""A person's connections and integrations, read once a request: header, page and panels ask for the same."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.connections.clients import connection_for, read_connections_of
from apps.connections.models import Connection, Integration, Service
from apps.database.compiled_queries import CompiledQuery, Given

_KEPT = "_at_hand"
_integrations_of_services_with_key = CompiledQuery(
    lambda: Integration.objects.filter(service__connections__owner=Given("owner", User._meta.pk))
)


@dataclass(frozen=True)
class _AtHand:
    connections: dict[UUID, Connection]
    integrations: list[Integration]


def integrations_at_hand(request: HttpRequest) -> list[Integration]:
    """The integrations of the Integr8 services that the person has a key for, by label."""
    return list(_at_hand(request).integrations)


def connection_at_hand(request: HttpRequest, integration_id: str) -> Connection:
    """The person's connection to the service of this integration. Raises what `connection_for` does."""
    kept = _at_hand(request)
    for integration in kept.integrations:
        if integration.integration_id == integration_id:
            return kept.connections[integration.service_id]
    return connection_for(signed_in_person(request), integration_id)


def _at_hand(request: HttpRequest) -> _AtHand:
    kept: _AtHand | None = getattr(request, _KEPT, None)
    if kept is None:
        kept = _read(request)
        # What is sent may change them.
        if request.method in ("GET", "HEAD"):
            setattr(request, _KEPT, kept)
    return kept


def _read(request: HttpRequest) -> _AtHand:
    person = signed_in_person(request)
    connections = {
        connection.service_id: connection
        for connection in read_connections_of(person)
        if connection.service.kind == Service.Kind.INTEGR8
    }
    read = _integrations_of_services_with_key.all(owner=person.pk) if connections else []
    integrations = [integration for integration in read if integration.service_id in connections]
    for integration in integrations:
        integration.service = connections[integration.service_id].service
    return _AtHand(connections, integrations)
