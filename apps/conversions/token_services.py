"""The registered services with a token API, and which of them a page is about."""

from collections.abc import Sequence
from uuid import UUID

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.connections.clients import connections_of
from apps.connections.models import Service
from apps.connections.open_services import services_open_to
from apps.database.compiled_queries import CompiledQuery

# Every page's navigation asks for them.
_token_services = CompiledQuery(lambda: Service.objects.filter(kind=Service.Kind.TOKEN).only("pk"))


def has_token_services(person: User) -> bool:
    """Whether the person has or could have conversions to look at."""
    return any(may(person, Capability.READ, service.pk) for service in _token_services.all())


def token_services(person: User) -> list[Service]:
    """The registered token APIs that are open to the person, by name."""
    return list(services_open_to(person).filter(kind=Service.Kind.TOKEN))


def has_token(person: User) -> bool:
    """Whether the person has stored a token."""
    return connections_of(person).filter(service__kind=Service.Kind.TOKEN).exists()


def chosen_service(person: User, services: Sequence[Service], wanted: UUID | None) -> Service | None:
    """The wanted one of these services, None when it is not among them.

    Without a wish the first that the person has a token for, else the first.
    """
    if wanted is not None:
        return next((service for service in services if service.pk == wanted), None)
    connected = set(connections_of(person).values_list("service_id", flat=True))
    return next((service for service in services if service.pk in connected), next(iter(services), None))
