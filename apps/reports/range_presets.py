"""Named time ranges (today, last 7 days …): whole days in a time zone."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from apps.reports.local_times import TIME_FORMAT

Range = tuple[datetime, datetime]

_LAST_SECOND = time(23, 59, 59)


def _days(first: date, last: date) -> Range:
    return datetime.combine(first, time()), datetime.combine(last, _LAST_SECOND)


def _last_month(today: date) -> Range:
    last = today.replace(day=1) - timedelta(days=1)
    return _days(last.replace(day=1), last)


#: name → (label, the range for a day taken as today)
PRESETS: dict[str, tuple[str, Callable[[date], Range]]] = {
    "today": ("Today", lambda today: _days(today, today)),
    "yesterday": ("Yesterday", lambda today: _days(today - timedelta(days=1), today - timedelta(days=1))),
    "last-7-days": ("Last 7 days", lambda today: _days(today - timedelta(days=6), today)),
    "last-30-days": ("Last 30 days", lambda today: _days(today - timedelta(days=29), today)),
    "this-month": ("This month", lambda today: _days(today.replace(day=1), today)),
    "last-month": ("Last month", _last_month),
}
DEFAULT_PRESET = "last-7-days"


def names_of(start: str, end: str, today: date) -> list[str]:
    """The presets that mean these times, as the API writes them, on a day; several do on the first of a month."""
    return [
        name
        for name, (_label, days) in PRESETS.items()
        if tuple(moment.strftime(TIME_FORMAT) for moment in days(today)) == (start, end)
    ]


def range_of(preset: str, today: date) -> Range:
    """First and last second of a preset's days; of an unknown name, those of the last 7 days."""
    _label, days = PRESETS.get(preset, PRESETS[DEFAULT_PRESET])
    return days(today)
