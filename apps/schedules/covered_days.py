"""What time a run covers: whole days relative to the day it was planned for, never to the moment it is made."""

from datetime import date, datetime, time, timedelta

from django.db import models

from apps.reports.range_presets import Range, range_of

#: As many days one run may cover.
MOST_DAYS = 366


class Covering(models.TextChoices):
    """The days a run covers."""

    YESTERDAY = "yesterday", "Yesterday"
    LAST_WEEK = "last-week", "Last week (Monday to Sunday)"
    LAST_MONTH = "last-month", "Last month"
    LAST_DAYS = "last-days", "A number of days"


def range_covered(covering: str, days: int, day: date) -> Range:
    """First and last second that a run planned for `day` covers, on the wall clock."""
    match covering:
        case Covering.LAST_WEEK:
            monday = day - timedelta(days=day.weekday())
            return _whole_days(monday - timedelta(days=7), 7)
        case Covering.LAST_MONTH:
            return range_of("last-month", day)
        case Covering.LAST_DAYS:
            return _whole_days(day - timedelta(days=days), days)
        case _:
            return range_of("yesterday", day)


def covering_words(covering: str, days: int) -> str:
    """The days within a sentence: "of the previous day"."""
    match covering:
        case Covering.LAST_WEEK:
            return "of the previous week, Monday to Sunday"
        case Covering.LAST_MONTH:
            return "of the previous month"
        case Covering.LAST_DAYS if days > 1:
            return f"of the {days} days before"
        case _:
            return "of the previous day"


def _whole_days(first: date, count: int) -> Range:
    last = first + timedelta(days=count - 1)
    return datetime.combine(first, time()), datetime.combine(last, time(23, 59, 59))
