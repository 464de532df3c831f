"""What a schedule will do, spelled out before it is saved: one sentence, the next runs, and the day's exports."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from apps.schedules import words
from apps.schedules.models import Schedule
from apps.schedules.quota import BusiestDay, active_with_key_of, busiest_day

NEXT_RUNS = 3


@dataclass(frozen=True)
class NextRun:
    """A run to come. All but `moment` is wall clock time in the schedule's zone, without a zone of its own."""

    moment: datetime
    at: datetime
    #: The days it covers, in words.
    days: str
    #: Whether the clock leaps over the chosen time that day.
    is_moved: bool

    @property
    def offset(self) -> str:
        """The clock's distance from UTC then: "UTC+01:00"; "" for UTC itself."""
        return "UTC" + self.moment.isoformat()[-6:] if self.moment.tzname() != "UTC" else ""


@dataclass(frozen=True)
class Preview:
    """A schedule in words."""

    sentence: str
    runs: list[NextRun]
    time_zone: str
    busiest: BusiestDay


def next_runs(schedule: Schedule, now: datetime) -> list[NextRun]:
    """The next three runs as the rule has them, whether or not the schedule is paused."""
    zone = schedule.recurrence.zone
    moments = [run.astimezone(zone) for run in schedule.recurrence.next_runs(NEXT_RUNS, now)]
    return [
        NextRun(
            moment,
            moment.replace(tzinfo=None),
            words.days(schedule.range_of(moment)),
            is_moved=moment.time() != schedule.at,
        )
        for moment in moments
    ]


def preview_of(schedule: Schedule) -> Preview:
    """The words for a schedule that need not be saved."""
    now = timezone.now()
    return Preview(
        schedule.sentence,
        next_runs(schedule, now),
        schedule.time_zone,
        busiest_day([schedule, *active_with_key_of(schedule)], now),
    )
