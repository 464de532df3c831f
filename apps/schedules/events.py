"""What the log keeps of schedules; called within the transaction of what it tells."""

from apps.audit.events import EventKind, acting_person, record
from apps.connections.organisations import organisation_with
from apps.schedules.models import Schedule


def record_schedule(kind: EventKind, schedule: Schedule, reason: str = "") -> None:
    """Write down what was done to the schedule; by nobody where the worker does it, for that reason."""
    record(
        kind,
        acting_person(),
        subject=schedule.owner,
        about="schedule",
        about_id=str(schedule.pk),
        title=str(schedule),
        service_id=schedule.service_id,
        organisation=organisation_with(schedule.owner, schedule.service_id),
        facts={"reason": reason} if reason else {},
    )
