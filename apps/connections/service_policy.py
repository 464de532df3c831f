"""Which service an address names: the policy asks for the role there before the view runs."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpRequest

from apps.accounts.access import signed_in_person
from apps.accounts.middleware import PolicyMiddleware
from apps.accounts.policy import ServiceId
from apps.connections.at_hand import integrations_at_hand
from apps.connections.models import Integration


class ServicePolicyMiddleware(PolicyMiddleware):
    """Holds every request to what its address takes, at the service that the address names by id or integration.

    Pages whose address names something else of a service ask again when they have found it (`hold_to_service`).
    """

    def service_of(self, request: HttpRequest, names: Mapping[str, object]) -> ServiceId | None:
        """The service. Costs nothing for people whose roles are the same at all of them."""
        if not signed_in_person(request).service_roles:
            return None
        service = names.get("service_id")
        if isinstance(service, UUID):
            return service
        integration = names.get("integrationID")
        return _service_with(request, integration) if isinstance(integration, str) else None


def _service_with(request: HttpRequest, integration_id: str) -> UUID | None:
    for integration in integrations_at_hand(request):
        if integration.integration_id == integration_id:
            return integration.service_id
    if "\0" in integration_id:
        # PostgreSQL cannot even look for it.
        return None
    found = Integration.objects.filter(integration_id=integration_id).values_list("service_id", flat=True)
    return found.first()
