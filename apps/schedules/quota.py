"""How many of the day's exports a person's schedules use up: the limit is the key's, whatever uses it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from django.conf import settings

from apps.connections.models import Service
from apps.schedules.models import Schedule
from apps.text.direction import isolated

#: So many days are looked at: each weekday and each day of a month is among them.
DAYS_AHEAD = 31
#: So many other schedules a limit_refusal names.
MOST_NAMED = 10


@dataclass(frozen=True)
class BusiestDay:
    """The day on which the schedules request most exports; None when they request none."""

    day: date | None
    count: int

    @property
    def limit(self) -> int:
        """What the API grants a day."""
        return settings.EXPORTS_PER_DAY

    @property
    def left(self) -> int:
        """What is left on that day for exports a person requests."""
        return max(self.limit - self.count, 0)

    @property
    def words(self) -> str:
        """What the schedules use up on that day, and what is left."""
        if self.day is None:
            return ""
        return (
            f"On the busiest of the next {DAYS_AHEAD} days, {self.day:%A, %-d %B}, your schedules for this service ask "
            f"for {self.count} of {self.limit} exports; {self.left} are left."
        )

    @property
    def fits(self) -> bool:
        """Whether the limit allows it."""
        return self.count <= self.limit


def busiest_day(schedules: Iterable[Schedule], now: datetime) -> BusiestDay:
    """The worst day of the next 31."""
    counts = _exports_by_day(schedules, now)
    if not counts:
        return BusiestDay(None, 0)
    # Of equally busy days the first one.
    day = min(counts, key=lambda day: (-counts[day], day))
    return BusiestDay(day, counts[day])


def busiest_days(schedules: Iterable[Schedule], now: datetime) -> list[tuple[Service, BusiestDay]]:
    """The worst day at each service that the schedules use."""
    by_service: dict[Service, list[Schedule]] = {}
    for schedule in schedules:
        by_service.setdefault(schedule.service, []).append(schedule)
    return [(service, busiest_day(same, now)) for service, same in by_service.items()]


def active_with_key_of(schedule: Schedule) -> list[Schedule]:
    """The other active schedules that share the key with this one."""
    same = Schedule.objects.filter(
        owner=schedule.owner, service=schedule.service, state=Schedule.State.ACTIVE
    )
    return list(same.exclude(pk=schedule.pk))


def limit_refusal(schedule: Schedule, now: datetime) -> str:
    """Why the schedule may not become active, in words that name the others; "" when it may."""
    others = active_with_key_of(schedule)
    busiest = busiest_day([schedule, *others], now)
    if busiest.fits or busiest.day is None:
        return ""
    left = max(busiest.limit - _exports_by_day(others, now)[busiest.day], 0)
    names = "; ".join(f"{isolated(other.title)} ({other.when_words})" for other in others[:MOST_NAMED])
    more = f"; and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return (
        f"On {busiest.day:%A, %-d %B} your schedules would ask for {busiest.count} exports. The key allows "
        f"{busiest.limit} a day, and the others leave {left}. Choose other days, or pause one of: {names}{more}."
    )


def _exports_by_day(schedules: Iterable[Schedule], now: datetime) -> Counter[date]:
    """Each schedule is counted on the day its own clock shows, so that a change of the clocks counts nothing twice."""
    counts: Counter[date] = Counter()
    ends = now + timedelta(days=DAYS_AHEAD)
    for schedule in schedules:
        for run in takewhile(lambda run: run <= ends, schedule.recurrence.runs_after(now)):
            counts[schedule.day_of(run)] += 1
    return counts
