"""The runs of schedules as pages show them: each with the export it requested."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from apps.exports.models import ExportRequest
from apps.schedules.models import OPEN_STATES, Run, Schedule


@dataclass(frozen=True)
class HistoryRow:
    """A run and its export, None where there is none (any more)."""

    run: Run
    export: ExportRequest | None

    @property
    def planned_at(self) -> datetime:
        """The planned time on the wall clock of the schedule's zone."""
        return self.run.schedule.wall_time(self.run.planned_at)

    @property
    def words(self) -> str:
        """What there is to say: the export's own words while it is followed, else the run's."""
        if self.export and self.run.state == Run.State.REQUESTED and self.export.message:
            return self.export.message
        return self.run.message

    @property
    def is_open(self) -> bool:
        """Whether something still happens."""
        if self.run.state == Run.State.REQUESTED and self.export:
            return self.export.is_in_flight
        return self.run.state in OPEN_STATES


@dataclass(frozen=True)
class ListedSchedule:
    """A schedule in the list: with its last run, None before the first."""

    schedule: Schedule
    last: HistoryRow | None

    @property
    def next_run_at(self) -> datetime | None:
        """The next run on the wall clock of the schedule's zone."""
        moment = self.schedule.next_run_at
        return self.schedule.wall_time(moment) if moment else None


def history_rows(runs: Iterable[Run]) -> list[HistoryRow]:
    """The runs with their exports."""
    runs = list(runs)
    exports = ExportRequest.objects.in_bulk([run.export_id for run in runs if run.export_id])
    return [HistoryRow(run, exports.get(run.export_id) if run.export_id else None) for run in runs]


def listed(schedules: Sequence[Schedule]) -> list[ListedSchedule]:
    """The schedules with their last runs."""
    latest = Run.objects.filter(schedule=OuterRef("pk")).order_by("-planned_at", "-pk").values("pk")[:1]
    ids = {schedule.pk: schedule for schedule in schedules}
    wanted = Schedule.objects.filter(pk__in=ids).annotate(latest=Subquery(latest)).values("latest")
    rows = history_rows(Run.objects.filter(pk__in=wanted).select_related("schedule"))
    last = {row.run.schedule_id: row for row in rows}
    return [ListedSchedule(schedule, last.get(schedule.pk)) for schedule in schedules]
