"""One range as several: by day, week or month of its zone's calendar, or in two halves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from apps.exports.spec import ExportSpec

#: More parts than any day's exports will make within a week; a longer range is requested in larger parts.
MOST_PARTS = 62
HALVES = "halves"
SPLITS = {
    "": "One file",
    HALVES: "Two halves",
    "day": "A file a day",
    "week": "A file a week",
    "month": "A file a month",
}

_SECOND = timedelta(seconds=1)


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


#: How to split → the first day of the part after the one a day is in. Weeks begin on Monday.
_NEXT: dict[str, Callable[[date], date]] = {
    "day": lambda day: day + timedelta(days=1),
    "week": lambda day: day + timedelta(days=7 - day.weekday()),
    "month": _next_month,
}


def parts_of(spec: ExportSpec, how: str) -> list[ExportSpec]:
    """The parts in the order of time; they do not overlap and leave nothing out. One part when it is not split."""
    ends = part_ends(spec.start, spec.end, how)
    starts = [spec.start, *(one + _SECOND for one in ends[:-1])]
    return [replace(spec, start=first, end=last) for first, last in zip(starts, ends, strict=True)]


def ways_to_split(spec: ExportSpec, more_than: int) -> dict[str, int]:
    """How the range can be split into more files than so many → how many that makes, the fewest first."""
    counts = {how: len(parts_of(spec, how)) for how in SPLITS if how}
    fitting = {how: count for how, count in counts.items() if more_than < count <= MOST_PARTS}
    return dict(sorted(fitting.items(), key=lambda pair: pair[1]))


def part_ends(start: datetime, end: datetime, how: str) -> list[datetime]:
    """The last second of each part on the clock of the range; of more parts than may be, one more than that."""
    if how == HALVES and start < end:
        return [start + timedelta(seconds=int((end - start).total_seconds()) // 2), end]
    return _ends(start, end, _NEXT[how]) if how in _NEXT else [end]


def _ends(start: datetime, end: datetime, following: Callable[[date], date]) -> list[datetime]:
    ends: list[datetime] = []
    day = start.date()
    while len(ends) <= MOST_PARTS:
        day = following(day)
        last = datetime.combine(day, time(), start.tzinfo) - _SECOND
        if last >= end:
            break
        ends.append(last)
    return [*ends, end]
