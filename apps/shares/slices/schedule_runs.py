"""Has the slices of a schedule made anew when one of its runs has a file."""

from uuid import UUID

from django.db.models import F
from django.db.models.functions import Now

from apps.exports.models import ExportRequest
from apps.schedules.models import Schedule
from apps.shares.models import Slice


def made_anew(schedule: Schedule, export_id: UUID) -> None:
    """Begin the new file of each link that follows the schedule; the one before stays until it is there."""
    export = ExportRequest.objects.filter(pk=export_id).exclude(remote_id="").first()
    if export is None:
        return
    followers = Slice.objects.filter(schedule=schedule, share__owner=schedule.owner)
    for part in followers.exclude(state=Slice.State.REMOVED).exclude(made_of=export.remote_id):
        # A step that read the row before loses its lease: it writes nothing over this.
        Slice.objects.filter(pk=part.pk).update(
            remote_id=export.remote_id,
            state=Slice.State.MAKING,
            failures=0,
            starts=0,
            fence=F("fence") + 1,
            lease_until=None,
            due_at=Now(),
        )
        part.enqueue()
