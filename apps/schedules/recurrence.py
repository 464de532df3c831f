"""When a schedule runs: wall clock times by rule, and the one moment each of them is.

A time that the clock leaps over runs at the next minute there is; one that comes twice runs the first time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, rrule
from django.db import models

LAST_DAY = "last"
#: Every month has so many days; a later day is the last one of a shorter month.
SHORTEST_MONTH = 28
#: No rule leaves more than a month out, and no zone is further than a day from UTC.
_LOOK_BACK = timedelta(days=40)
_MINUTE = timedelta(minutes=1)


class Frequency(models.TextChoices):
    """How often a schedule runs."""

    DAILY = "daily", "Every day"
    WEEKLY = "weekly", "Every week"
    MONTHLY = "monthly", "Every month"


@dataclass(frozen=True)
class Recurrence:
    """A rule: how often, on which days, at what time on the wall clock of which zone."""

    frequency: str
    #: For a weekly rule: 0 is Monday.
    weekdays: tuple[int, ...]
    #: For a monthly rule: "1" to "31", or "last".
    month_day: str
    at: time
    time_zone: str

    @property
    def zone(self) -> ZoneInfo:
        """The zone."""
        return ZoneInfo(self.time_zone)

    def runs_after(self, moment: datetime) -> Iterator[datetime]:
        """The moments of the runs after `moment`, in UTC, each later than the one before."""
        latest = moment.astimezone(UTC)
        first_day = (latest - _LOOK_BACK).date().replace(day=1)
        for wall_time in self._wall_times(datetime.combine(first_day, self.at)):
            run = moment_of(wall_time, self.zone)
            # Two wall clock times may be one moment, where a zone left out a whole day.
            if run > latest:
                yield run
                latest = run

    def next_runs(self, count: int, moment: datetime) -> list[datetime]:
        """The next runs after `moment`."""
        return list(islice(self.runs_after(moment), count))

    def _wall_times(self, first: datetime) -> rrule:
        match self.frequency:
            case Frequency.WEEKLY:
                return rrule(WEEKLY, dtstart=first, byweekday=self.weekdays)
            case Frequency.MONTHLY if self.month_day == LAST_DAY:
                return rrule(MONTHLY, dtstart=first, bymonthday=-1)
            case Frequency.MONTHLY:
                # Of the days that are not too late, the latest one there is.
                day = int(self.month_day)
                return rrule(
                    MONTHLY, dtstart=first, bymonthday=range(min(day, SHORTEST_MONTH), day + 1), bysetpos=-1
                )
            case _:
                return rrule(DAILY, dtstart=first)


def moment_of(wall_time: datetime, zone: ZoneInfo) -> datetime:
    """The moment in UTC at which the clocks of the zone first show this time, or the next minute they do show."""
    while not _is_shown(wall_time, zone):
        wall_time += _MINUTE
    return wall_time.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _is_shown(wall_time: datetime, zone: ZoneInfo) -> bool:
    shown = wall_time.replace(tzinfo=zone, fold=0).astimezone(UTC).astimezone(zone)
    return shown.replace(tzinfo=None) == wall_time
