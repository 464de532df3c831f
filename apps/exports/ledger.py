"""The daily limit: each time the API is asked is one row, counted under the connection's lock."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.connections.models import Connection, Service
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.states import State

DAY = timedelta(hours=24)


class LimitReached(Exception):
    """No more exports may be asked for with this key until `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(f"the daily limit is reached until {free_at}")
        self.free_at = free_at


def asked_today(owner: User, service: Service) -> QuerySet[ExportAttempt]:
    """The requests of the last 24 hours with the person's key of this service, oldest first."""
    mine = ExportAttempt.objects.filter(export__owner=owner, export__service=service)
    return mine.filter(started_at__gt=Now() - DAY).order_by("started_at")


def reserve(export: ExportRequest, connection: Connection, mark: dict[str, object]) -> ExportAttempt:
    """The row of the request that is about to be sent, committed with the state CREATING.

    Raises `LimitReached`, `Connection.DoesNotExist` when the key was removed meanwhile, and `LeaseLost`.
    """
    with transaction.atomic():
        Connection.objects.select_for_update().only("id").get(pk=connection.pk)
        times = list(asked_today(export.owner, export.service).values_list("started_at", flat=True))
        if len(times) >= settings.EXPORTS_PER_DAY:
            raise LimitReached(times[-settings.EXPORTS_PER_DAY] + DAY)
        highest = export.attempts.aggregate(highest=Max("number"))["highest"] or 0
        attempt = ExportAttempt.objects.create(export=export, number=highest + 1, mark=mark)
        export.write(
            state=State.CREATING,
            state_since=Now(),
            connection_id=connection.pk,
            connection_version=connection.version,
        )
    return attempt
