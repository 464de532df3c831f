"""What the log keeps of a service that was added or changed."""

from apps.audit.events import EventKind, acting_person, record
from apps.connections.models import Service

_TOLD = ("name", "base_url", "kind")


def record_service(service: Service, before: Service | None) -> None:
    """Write down that the service was added, or what it was before the change; its integrations by their ids."""
    after = {name: str(getattr(service, name)) for name in _TOLD}
    facts: dict[str, object] = {"after": after}
    facts["integrations"] = list(service.integrations.values_list("integration_id", flat=True))
    if before is not None:
        facts["before"] = {name: str(getattr(before, name)) for name in _TOLD}
    record(
        EventKind.SERVICE_CHANGED if before else EventKind.SERVICE_ADDED,
        acting_person(),
        about="service",
        about_id=str(service.pk),
        title=service.name,
        service_id=service.pk,
        facts=facts,
    )
