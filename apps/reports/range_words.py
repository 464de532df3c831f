"""The range of an export in words."""

from datetime import time

from apps.reports.local_times import wall_clock
from apps.ui.values import MISSING

_LETTERS_OF_A_DAY = len("2026-11-01")


def range_words(start: str, end: str) -> str:
    """Two wall clock times in words: "1 Nov 2026 – 2 Nov 2026" for whole days. Days alone tell no hours."""
    first, last = wall_clock(start), wall_clock(end)
    if first is None or last is None:
        return f"{start or MISSING} – {end or MISSING}"
    is_day_alone = _LETTERS_OF_A_DAY in (len(start), len(end))
    moments = first, last
    if is_day_alone or (moments[0].time() == time() and moments[1].time() == time(23, 59, 59)):
        days = [f"{day.day} {day:%b %Y}" for day in moments]
        words = days[0] if moments[0].date() == moments[1].date() else " – ".join(days)
        return f"{words}, hours not told" if is_day_alone else words
    clock = "%H:%M:%S" if moments[0].second or moments[1].second else "%H:%M"
    return " – ".join(f"{moment.day} {moment:%b %Y}, {moment:{clock}}" for moment in moments)
