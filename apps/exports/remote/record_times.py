"""A time that a record of the API tells, in whatever form: how fine it is, and which wall clock times it can mean.

The API documents no form. Days alone, wall clock times with and without seconds or fractions, times with an offset,
seconds, milliseconds and microseconds since 1970, and a day and an hour in two fields are read; all else is no time.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import IntEnum

from apps.reports.local_times import FIRST_YEAR, LAST_YEAR, TIME_FORMAT

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

_HOUR_ALONE = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{8}")
_TO_THE_MINUTE = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_SINCE_1970 = re.compile(r"\d{9,10}|\d{12,13}|\d{15,16}")


class Precision(IntEnum):
    """How fine a time is; the finer one is the greater."""

    DAY = 1
    MINUTE = 2
    SECOND = 3


class Agreement(IntEnum):
    """What a told thing says of a wanted one; the lesser one decides."""

    CONTRADICTS = 0
    UNTOLD = 1
    #: It may be the same: told less finely, or in a way that can be read in two.
    POSSIBLE = 2
    CERTAIN = 3


@dataclass(frozen=True)
class ToldTime:
    """One time. `clock` is what stands there, without a zone; `instant` is set for one with an offset, and a count."""

    precision: Precision
    clock: datetime
    instant: datetime | None = None
    #: Whether what stands there may be the wall clock time all the same: a "Z" is put behind times of any zone.
    is_wall_clock: bool = True

    def is_read_in_two_ways(self, zone: tzinfo | None) -> bool:
        """Whether its "Z" may be a true one or stand behind the zone's wall clock time, and that is not the same."""
        return self.instant is not None and self.is_wall_clock and self.on_clock_of(zone) != self.clock

    def on_clock_of(self, zone: tzinfo | None) -> datetime:
        """The wall clock time in a zone; as it stands there without an offset, or when the zone is not known."""
        if self.instant is None or (zone is None and self.is_wall_clock):
            return self.clock
        return self.instant.astimezone(zone or UTC).replace(tzinfo=None)

    def agreement(self, wanted: datetime, zone: tzinfo, *, is_end: bool = False) -> Agreement:
        """Whether it names this wall clock time of the zone, as finely as it is told."""
        if self.instant is None:
            return self._of_clock(self.clock, wanted, is_end=is_end)
        readings = {self.instant.astimezone(zone).replace(tzinfo=None)}
        if self.is_wall_clock:
            readings.add(self.clock)
        found = max(self._of_clock(reading, wanted, is_end=is_end) for reading in readings)
        # Read in two ways, of which one fits: no proof.
        return found if len(readings) == 1 else min(found, Agreement.POSSIBLE)

    def _of_clock(self, clock: datetime, wanted: datetime, *, is_end: bool) -> Agreement:
        if self.precision is Precision.SECOND:
            if clock == wanted:
                return Agreement.CERTAIN
            # Midnight, as an end that does not count, is the end of the day before.
            is_excluded_end = is_end and clock == wanted + SECOND and clock.time() == time()
            return Agreement.POSSIBLE if is_excluded_end else Agreement.CONTRADICTS
        if self.precision is Precision.MINUTE:
            return Agreement.POSSIBLE if clock == wanted.replace(second=0) else Agreement.CONTRADICTS
        is_day = clock.date() == wanted.date()
        is_excluded_day = is_end and clock == wanted + SECOND
        return Agreement.POSSIBLE if is_day or is_excluded_day else Agreement.CONTRADICTS


@dataclass(frozen=True)
class Bound:
    """One end of a range: every time that the record tells of it. The finest decides what it reads like."""

    times: tuple[ToldTime, ...] = ()
    #: What stands there that is no time, as it came.
    other_text: str = ""

    @property
    def finest(self) -> ToldTime | None:
        """The finest time; None where none is told."""
        return max(self.times, key=lambda told: told.precision, default=None)

    def agreement(self, wanted: datetime, zone: tzinfo, *, is_end: bool = False) -> Agreement:
        """Each time must agree as finely as it is told: one that contradicts outweighs all others."""
        if not self.times:
            return Agreement.UNTOLD
        each = [(told, told.agreement(wanted, zone, is_end=is_end)) for told in self.times]
        if any(found is Agreement.CONTRADICTS for _, found in each):
            return Agreement.CONTRADICTS
        finest = max(told.precision for told in self.times)
        return min(found for told, found in each if told.precision == finest)

    def clock(self, zone: tzinfo | None) -> datetime | None:
        """The wall clock time to the second; None where it is told less finely, or in two ways that differ."""
        exact = [told for told in self.times if told.precision is Precision.SECOND]
        clocks = {told.on_clock_of(zone) for told in exact}
        is_clear = len(clocks) == 1 and not any(told.is_read_in_two_ways(zone) for told in exact)
        return clocks.pop() if is_clear else None

    def text(self, zone: tzinfo | None) -> str:
        """For people, as fine as it is told; what is no time as it came, "" for nothing."""
        finest = self.finest
        if finest is None:
            return self.other_text
        if finest.is_read_in_two_ways(zone):
            return f"{finest.clock:{TIME_FORMAT}}Z"
        forms = {Precision.DAY: "%Y-%m-%d", Precision.MINUTE: "%Y-%m-%d %H:%M", Precision.SECOND: TIME_FORMAT}
        return finest.on_clock_of(zone).strftime(forms[finest.precision])

    def as_requested(self, zone: tzinfo | None, *, is_end: bool = False) -> str:
        """The time to ask for the same with: a day or a minute told alone counts as a whole one."""
        finest = self.finest
        if finest is None:
            return ""
        clock = finest.on_clock_of(zone)
        if is_end and finest.precision is not Precision.SECOND:
            clock += (DAY if finest.precision is Precision.DAY else timedelta(minutes=1)) - SECOND
        return clock.strftime(TIME_FORMAT)


def read_bound(fields: Iterable[tuple[str, object]]) -> Bound:
    """The end of a range from everything that stands under its names, as pairs of name and value."""
    given = [(name, value) for name, value in fields if value is not None and value != ""]
    named = [(name, told) for name, value in given if (told := read_time(value))]
    times = [told for _, told in named]
    hours = [hour for _, value in given if (hour := _hour(value))]
    days = {told.clock.date() for told in times if told.precision is Precision.DAY}
    if len(days) == 1:
        # A day in one field, the hour of it in another.
        times += [_with_hour(min(days), hour) for hour in hours]
    else:
        times = [_as_day(told) if _is_only_a_day(name, told, times) else told for name, told in named]
    unread = next((value for _, value in given if isinstance(value, str)), "") if not times else ""
    return Bound(tuple(times), unread)


def _is_only_a_day(name: str, told: ToldTime, others: Sequence[ToldTime]) -> bool:
    """Whether a field for the date holds the day's first or last second, and another one the hour of that day."""
    return (
        "date" in name
        and told.clock.time() in (time(), time(23, 59, 59))
        and any(
            other.clock.date() == told.clock.date() and other.clock.time() != told.clock.time()
            for other in others
        )
    )


def _as_day(told: ToldTime) -> ToldTime:
    return ToldTime(Precision.DAY, datetime.combine(told.clock.date(), time()))


def read_time(value: object) -> ToldTime | None:
    """The time a value names; None for what names none, or one of another age."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float | Decimal):
        return _since_1970(Decimal(str(value)))
    if not isinstance(value, str):
        return None
    text = value.strip()
    if _SINCE_1970.fullmatch(text):
        return _since_1970(Decimal(text))
    try:
        if _DAY_ALONE.fullmatch(text):
            return _of_this_age(ToldTime(Precision.DAY, datetime.combine(date.fromisoformat(text), time())))
        moment = datetime.fromisoformat(text.removesuffix(" UTC") + ("Z" if text.endswith(" UTC") else ""))
    except ValueError:
        return None
    is_coarse = _TO_THE_MINUTE.fullmatch(text) is not None
    clock = moment.replace(tzinfo=None, microsecond=0)
    if moment.tzinfo is None:
        return _of_this_age(ToldTime(Precision.MINUTE if is_coarse else Precision.SECOND, clock))
    if not FIRST_YEAR <= clock.year <= LAST_YEAR:
        return None
    return ToldTime(
        Precision.SECOND,
        clock,
        moment.replace(microsecond=0),
        is_wall_clock=not moment.utcoffset(),
    )


def _since_1970(number: Decimal) -> ToldTime | None:
    try:
        seconds = number
        while seconds >= 10**11:
            seconds /= 1000
        instant = datetime.fromtimestamp(int(seconds), UTC)
    except (ArithmeticError, ValueError, OSError):
        return None
    told = ToldTime(Precision.SECOND, instant.replace(tzinfo=None), instant, is_wall_clock=False)
    return _of_this_age(told)


def _of_this_age(told: ToldTime) -> ToldTime | None:
    return told if FIRST_YEAR <= told.clock.year <= LAST_YEAR else None


def _hour(value: object) -> tuple[time, Precision] | None:
    if not isinstance(value, str) or not _HOUR_ALONE.fullmatch(value.strip()):
        return None
    text = value.strip().zfill(5) if value.count(":") == 1 else value.strip().zfill(8)
    try:
        hour = time.fromisoformat(text)
    except ValueError:
        return None
    return hour.replace(microsecond=0), Precision.MINUTE if text.count(":") == 1 else Precision.SECOND


def _with_hour(day: date, hour: tuple[time, Precision]) -> ToldTime:
    return ToldTime(hour[1], datetime.combine(day, hour[0]))
