"""Filters by time: what a person types is a day or a time on their own clock, what the API gets is a moment.

A day is the whole day that the person's pages show, of 23 or 25 hours where the clocks change.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from apps.api.query import Filter

#: Where a zone or a day more leads out of the calendar, nobody filters.
FIRST_YEAR, LAST_YEAR = 1900, 2200
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


def start_of(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


def day_in(text: str) -> date | None:
    """The day that a text names without a time; None when it names none."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def moment_in(text: str, zone: tzinfo) -> datetime | None:
    """The moment that a text names, on the clock of the zone where it names no other; None when it names none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def as_moments(item: Filter, zone: tzinfo) -> tuple[Filter, ...] | None:
    """The conditions to send for one on a time (for a day, two); None where the API has no operator for it."""
    day = day_in(item.value)
    if day is None:
        moment = moment_in(item.value, zone)
        return None if moment is None else (_condition(item, item.operator, moment),)
    start, end = start_of(day, zone), start_of(day + timedelta(days=1), zone)
    bounds = {
        "eq": (("gte", start), ("lt", end)),
        "gte": (("gte", start),),
        "lt": (("lt", start),),
        "lte": (("lt", end),),
        "gt": (("gte", end),),
    }
    if item.operator not in bounds:
        return None
    return tuple(_condition(item, operator, moment) for operator, moment in bounds[item.operator])


def _condition(item: Filter, operator: str, moment: datetime) -> Filter:
    given = moment_in(item.value, UTC) if day_in(item.value) is None else None
    # A moment that was given as one stays as it was written, to the fraction of a second.
    is_written = given == moment and not _is_naive(item.value)
    return Filter(item.field, operator, item.value if is_written else moment.strftime(_MOMENT))


def _is_naive(text: str) -> bool:
    return datetime.fromisoformat(text).tzinfo is None


def tighter(one: Filter, other: Filter) -> Filter:
    """Of two bounds on the same side the one that fewer records meet, as both must hold."""
    first, second = (moment_in(item.value, UTC) for item in (one, other))
    if first is None or second is None:
        return other
    is_first = first > second if one.operator in ("gt", "gte") else first < second
    return one if is_first else other


@dataclass(frozen=True)
class Span:
    """A condition on a time in words, and the filters that it is."""

    words: str
    filters: tuple[Filter, ...]


def spans(filters: Iterable[Filter], zone: tzinfo) -> list[Span]:
    """The conditions on one field of time in words, in the person's days; a whole day is one."""
    rest = list(filters)
    start = next((item for item in rest if item.operator == "gte"), None)
    end = next((item for item in rest if item.operator == "lt"), None)
    found = []
    if start and end:
        first, last = (_midnight(item, zone) for item in (start, end))
        if first and last and last - first == timedelta(days=1):
            found.append(Span(f"on {_day(first)}", (start, end)))
            rest = [item for item in rest if item not in (start, end)]
    return [*found, *(Span(_words(item, zone), (item,)) for item in rest)]


def _midnight(item: Filter, zone: tzinfo) -> date | None:
    """The day that begins with the condition's moment; None when none does."""
    moment = moment_in(item.value, UTC)
    if moment is None:
        return None
    day = moment.astimezone(zone).date()
    return day if start_of(day, zone) == moment else None


def _words(item: Filter, zone: tzinfo) -> str:
    day, moment = _midnight(item, zone), moment_in(item.value, UTC)
    if moment is None:
        return f"{_BOUNDS.get(item.operator, item.operator)} {item.value}"
    if day and item.operator == "gte":
        return f"on or after {_day(day)}"
    if day and item.operator == "lt":
        return f"on or before {_day(day - timedelta(days=1))}"
    local = moment.astimezone(zone)
    seconds = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{_BOUNDS.get(item.operator, item.operator)} {_day(local.date())}, {seconds}"


_BOUNDS = {
    "eq": "at",
    "ne": "not at",
    "gt": "after",
    "gte": "at or after",
    "lt": "before",
    "lte": "at or before",
}


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def by_field(filters: Iterable[Filter]) -> dict[str, list[Filter]]:
    """The filters on each field, in their order."""
    found: dict[str, list[Filter]] = {}
    for item in filters:
        found.setdefault(item.field, []).append(item)
    return found
