"""The daily limit of export requests: each is a row before it is sent, counted under the connection's lock."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from apps.accounts.policy import Capability, may
from apps.connections.models import Connection
from apps.connections.organisations import is_not_of_another
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.states import State

DAY = timedelta(hours=24)


class DailyLimitReached(Exception):
    """No more exports may be requested with this key until `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(f"the daily limit is reached until {free_at}")
        self.free_at = free_at


def attempts_of_day(connection: Connection) -> QuerySet[ExportAttempt]:
    """The person's requests to the service in 24 hours, oldest first; none with another organisation's key."""
    mine = ExportAttempt.objects.filter(
        is_not_of_another(connection.organisation, "export__"),
        export__owner=connection.owner_id,
        export__service=connection.service_id,
    )
    return mine.filter(started_at__gt=Now() - DAY).order_by("started_at")


def reserve_attempt(export: ExportRequest, connection: Connection, mark: dict[str, object]) -> ExportAttempt:
    """The row of the request that is about to be sent, committed with the state CREATING.

    Raises `DailyLimitReached` when the day's requests are used up, `LeaseLost` when another process has the export, and
    `Connection.DoesNotExist` when since it was read the key was removed or replaced, or its owner deactivated or given
    another role.
    """
    with transaction.atomic():
        kept = Connection.objects.select_for_update(of=("self",)).select_related("owner")
        now = kept.get(pk=connection.pk, version=connection.version)
        if not may(now.owner, Capability.EXPORT, now.service_id):
            raise Connection.DoesNotExist
        asked = attempts_of_day(connection)
        if asked.count() >= settings.EXPORTS_PER_DAY:
            first_to_go = asked.reverse()[settings.EXPORTS_PER_DAY - 1]
            raise DailyLimitReached(first_to_go.started_at + DAY)
        highest = export.attempts.aggregate(highest=Max("number"))["highest"] or 0
        attempt = ExportAttempt.objects.create(export=export, number=highest + 1, mark=mark)
        export.write(
            state=State.CREATING,
            state_since=Now(),
            connection_id=connection.pk,
            connection_version=connection.version,
            known_to=connection.key_name,
            organisation=connection.organisation,
        )
    return attempt
