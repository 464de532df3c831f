"""Stops what a person has under way at once, each with its reason; a worker would do so when it is due."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import ACCOUNT_CLOSED, User
from apps.bulk.models import BulkRun
from apps.bulk.run import decisions
from apps.bulk.states import IN_FLIGHT, State
from apps.exports.cancellation import cancel
from apps.exports.models import ExportRequest
from apps.exports.states import CANCELABLE
from apps.schedules import actions
from apps.schedules.models import Schedule
from apps.shares.models import Share


@dataclass(frozen=True)
class Work:
    """How much a person has under way."""

    runs: int
    schedules: int
    exports: int
    links: int

    @property
    def parts(self) -> list[str]:
        """What there is of it, in words: "2 schedules"."""
        counted = (
            (self.runs, "bulk run", "bulk runs"),
            (self.schedules, "schedule", "schedules"),
            (self.exports, "export in the making", "exports in the making"),
            (self.links, "link for guests", "links for guests"),
        )
        return [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]


def work_of(person: User) -> Work:
    """What of the person's would be stopped with their account."""
    return Work(
        runs=_runs(person).count(),
        schedules=_schedules(person).count(),
        exports=_exports(person).count(),
        links=_links(person).count(),
    )


def stop_work(person: User) -> None:
    """Have all of it stop; each says that the account is closed. Links open nothing as long as it is."""
    for run in _runs(person):
        if run.state == State.SCHEDULED:
            decisions.unschedule(run)
            BulkRun.objects.filter(pk=run.pk, state=State.PLANNED).update(message=ACCOUNT_CLOSED)
        else:
            decisions.stop(run)
    for schedule in _schedules(person):
        actions.pause(schedule, ACCOUNT_CLOSED)
    for export in _exports(person):
        cancel(export)


def _runs(person: User) -> QuerySet[BulkRun]:
    return BulkRun.objects.filter(owner=person, state__in=[*IN_FLIGHT, State.SCHEDULED])


def _schedules(person: User) -> QuerySet[Schedule]:
    return Schedule.objects.filter(owner=person, state=Schedule.State.ACTIVE)


def _exports(person: User) -> QuerySet[ExportRequest]:
    return ExportRequest.objects.filter(
        owner=person, state__in=CANCELABLE, cancel_requested_at__isnull=True, removed_at__isnull=True
    )


def _links(person: User) -> QuerySet[Share]:
    return Share.objects.filter(owner=person, revoked_at__isnull=True, expires_at__gt=timezone.now())
