"""Makes API clients for a person: finds their connection to a service, decrypts the key, picks the contract."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.api.client import READ, Client, Endpoint, Profile
from apps.api.contract.contract import Contract, builtin_contract
from apps.api.credentials import Authentication, Credential, Secret
from apps.api.deadline import Deadline
from apps.api.token_api import token_contract
from apps.connections.exceptions import KeyUnreadable, NoConnection, UnknownIntegration
from apps.connections.keys.observed_state import KeyStateObserver
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection, Integration, Service
from apps.connections.open_services import open_to, own, services_open_to
from apps.connections.personal_data import masked, sees_personal_data
from apps.connections.rate_limit_pauses import CachedPauses
from apps.connections.used_keys import note_key
from apps.database.compiled_queries import CompiledQuery, Given

__all__ = [
    "KeyUnreadable",
    "NoConnection",
    "UnknownIntegration",
    "builtin_contract_of",
    "client_for",
    "client_with_key",
    "connection_for",
    "connection_for_service",
    "connections_of",
    "contract_for",
    "guest_client_for",
    "integrations_for",
    "key_holder",
    "read_connections_of",
]

_vendor_contracts: dict[UUID, tuple[str, Contract]] = {}


def connections_of(user: User) -> QuerySet[Connection]:
    """The person's own connections that hold a key, with their services, of those that they have a role at."""
    return _with_key(Connection.objects.filter(own(user)))


def read_connections_of(user: User) -> list[Connection]:
    """The same, read now: what every page asks."""
    return [one for one in _own_connections.all(owner=user.pk) if may(user, Capability.READ, one.service_id)]


def _with_key(connections: QuerySet[Connection]) -> QuerySet[Connection]:
    return connections.exclude(ring_key_id="").select_related("service").defer("service__contract")


_own_connections = CompiledQuery(
    lambda: _with_key(Connection.objects.filter(owner=Given("owner", User._meta.pk)))
)


def connection_for(user: User, integration_id: str) -> Connection:
    """The person's connection to the service that has this integration.

    Raises `UnknownIntegration` when no Integr8 service that is open to them has it, `NoConnection` when they have no
    key for it.
    """
    if "\0" in integration_id:
        # PostgreSQL cannot even look for it.
        raise UnknownIntegration(integration_id)
    kind = Service.Kind.INTEGR8
    mine = connections_of(user).filter(service__kind=kind)
    connection = mine.filter(service__integrations__integration_id=integration_id).first()
    if connection is not None:
        return connection
    service = services_open_to(user).filter(kind=kind, integrations__integration_id=integration_id).first()
    if service is None:
        raise UnknownIntegration(integration_id)
    raise NoConnection(service)


def connection_for_service(user: User, service: Service) -> Connection:
    """The person's connection to the service; Raises `NoConnection` when they have none."""
    connection = next((one for one in read_connections_of(user) if one.service_id == service.pk), None)
    if connection is None:
        raise NoConnection(service)
    return connection


def key_holder(connection: Connection, email: str) -> User | None:
    """The person with this email address who has a key stored: of the same service and organisation, or oneself."""
    others = Q(organisation=connection.organisation) & ~Q(organisation="")
    connections = Connection.objects.filter(
        others | Q(owner=connection.owner_id), service=connection.service_id, owner__email__iexact=email
    )
    connection_of_holder = connections.exclude(ring_key_id="").select_related("owner").first()
    return connection_of_holder.owner if connection_of_holder else None


def integrations_for(user: User, takes: Capability = Capability.READ) -> list[Integration]:
    """The integrations of the Integr8 services the person has a key for and may do that at, by label."""
    return list(
        Integration.objects.filter(
            open_to(user, takes),
            service__kind=Service.Kind.INTEGR8,
            service__connections__owner=user,
            # One join instead of a sub-query: an empty id is a connection without a key.
            service__connections__ring_key_id__gt="",
        )
        .select_related("service")
        .defer("service__contract")
    )


def client_for(
    connection: Connection, *, profile: Profile = READ, deadline: Deadline | None = None
) -> Client:
    """A client that calls the service with the connection's key; Raises `KeyUnreadable` when it cannot be decrypted."""
    credential = Credential(Authentication(connection.authentication), read_key(connection))
    note_key(connection.key_name)
    endpoint = Endpoint(
        base_url=connection.service.base_url,
        credential=credential,
        contract=contract_for(connection.service),
        identity=connection.key_name,
        row_filter=_row_filter_for(connection),
    )
    return Client(
        endpoint, profile=profile, deadline=deadline, pauses=CachedPauses(), observer=KeyStateObserver()
    )


def _row_filter_for(connection: Connection) -> Callable[[Any], Any] | None:
    """What hides personal data in rows of reports that are read with this key; None where its owner reads it."""
    if settings.MASK_PERSONAL_DATA == "nobody" or sees_personal_data(connection.owner, connection.service_id):
        return None
    return masked


def client_with_key(
    service: Service, authentication: str, key: Secret, identity: str, deadline: Deadline | None = None
) -> Client:
    """A client that calls the service with a key that is not stored; `identity` names the caller in the log."""
    credential = Credential(Authentication(authentication), key)
    endpoint = Endpoint(service.base_url, credential, contract_for(service), identity)
    return Client(endpoint, deadline=deadline)


def guest_client_for(service: Service, identity: str) -> Client:
    """A client without any key, for the operations that need none; `identity` names the caller in the log."""
    endpoint = Endpoint(service.base_url, None, contract_for(service), identity)
    return Client(endpoint, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))


def builtin_contract_of(service: Service) -> Contract:
    """The contract that comes with the product for the service's kind."""
    return token_contract() if service.kind == Service.Kind.TOKEN else builtin_contract()


def contract_for(service: Service) -> Contract:
    """The vendor's document over the built-in contract of the service's kind, or that one; read once a process."""
    builtin = builtin_contract_of(service)
    if not service.contract_digest:
        return builtin
    known = _vendor_contracts.get(service.pk)
    if known is None or known[0] != service.contract_digest:
        # Read together: another document may have been stored since the service was read.
        digest, document = Service.objects.values_list("contract_digest", "contract").get(pk=service.pk)
        if not document:
            return builtin
        known = _vendor_contracts[service.pk] = (digest, builtin.overlaid(document))
    return known[1]
