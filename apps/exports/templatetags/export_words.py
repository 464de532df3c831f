"""How the facts of an export read."""

from django import template

from apps.reports.local_times import clock_words
from apps.ui.values import MISSING

register = template.Library()


@register.filter
def duration(seconds: object) -> str:
    """Seconds in words, "2 min 14 s"; "—" for anything else."""
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds < 0:
        return MISSING
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@register.filter
def thousands(count: object) -> str:
    """A count with separators; "—" for anything else."""
    return f"{count:,}" if isinstance(count, int) and not isinstance(count, bool) else MISSING


@register.filter
def days_left(days: object) -> str:
    """Days until a file is removed, in words."""
    if not isinstance(days, int):
        return MISSING
    return "Under a day" if days == 0 else "1 day" if days == 1 else f"{days} days"


@register.filter
def clock(text: object) -> str:
    """A wall clock time of the API as pages write it, "20 Nov 2026, 14:05:12"; what names none stays as it is."""
    return clock_words(text) if isinstance(text, str) else MISSING
