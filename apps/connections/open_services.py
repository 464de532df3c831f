"""The services at which a person has a role that does something: the others are not shown to them at all."""

from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.accounts.policy import Capability, services_where
from apps.connections.models import Service


def open_to(person: User, capability: Capability = Capability.READ, service: str = "service_id") -> Q:
    """What is of services at which the person may do that; `service` is what the model calls the service's id."""
    services = services_where(person, capability)
    return Q() if services is None else Q(**{f"{service}__in": services})


def services_open_to(person: User, capability: Capability = Capability.READ) -> QuerySet[Service]:
    """The services at which the person may do that, without their contracts."""
    return Service.objects.filter(open_to(person, capability, "pk")).defer("contract")


def own(person: User, capability: Capability = Capability.READ, owner: str = "owner") -> Q:
    """A person's own of a model with `service`, where they may still do what it takes to see it."""
    return Q(**{owner: person}) & open_to(person, capability)
