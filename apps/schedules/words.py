"""Sentences about schedules, for the pages and mails."""

from apps.reports.range_presets import Range
from apps.schedules.recurrence import LAST_DAY, SHORTEST_MONTH, Frequency, Recurrence

#: Why a run cannot even request its export.
WAITS_FOR_KEY = "The export of an earlier run still waits for a working key."

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def when(recurrence: Recurrence) -> str:
    """When a schedule runs."""
    return f"{_days(recurrence)} at {recurrence.at:%H:%M} {recurrence.time_zone}"


def days(covered: Range) -> str:
    """The days of a range: "Sun 29 Nov 2026", or the first and the last."""
    first, last = (f"{moment:%a %-d %b %Y}" for moment in covered)
    return first if first == last else f"{first} – {last}"


def people(others: int) -> str:
    """Who is told: the owner, whom the text addresses, and so many others."""
    if not others:
        return "you"
    return "you and 1 other" if others == 1 else f"you and {others} others"


def joined(parts: list[str]) -> str:
    """ "a, b and c"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _days(recurrence: Recurrence) -> str:
    match recurrence.frequency:
        case Frequency.WEEKLY if len(recurrence.weekdays) == len(WEEKDAYS):
            return "Every day"
        case Frequency.WEEKLY:
            return "Every " + joined([WEEKDAYS[day] for day in recurrence.weekdays])
        case Frequency.MONTHLY if recurrence.month_day == LAST_DAY:
            return "On the last day of every month"
        case Frequency.MONTHLY if int(recurrence.month_day) > SHORTEST_MONTH:
            return f"On day {recurrence.month_day} of every month, or the last day of a shorter one,"
        case Frequency.MONTHLY:
            return f"On day {recurrence.month_day} of every month"
        case _:
            return "Every day"
