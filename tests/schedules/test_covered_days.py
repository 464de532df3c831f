"""What a run covers: whole days before the day it was planned for."""

from datetime import date

import pytest

from apps.schedules.covered_days import covering_words, range_covered


@pytest.mark.parametrize(
    ("covering", "days", "day", "first", "last"),
    [
        ("yesterday", 0, "2026-03-01", "2026-02-28", "2026-02-28"),
        ("yesterday", 0, "2028-03-01", "2028-02-29", "2028-02-29"),
        ("yesterday", 0, "2027-01-01", "2026-12-31", "2026-12-31"),
        ("last-week", 0, "2026-11-30", "2026-11-23", "2026-11-29"),
        ("last-week", 0, "2026-11-29", "2026-11-16", "2026-11-22"),
        ("last-week", 0, "2027-01-01", "2026-12-21", "2026-12-27"),
        ("last-month", 0, "2026-03-31", "2026-02-01", "2026-02-28"),
        ("last-month", 0, "2028-03-01", "2028-02-01", "2028-02-29"),
        ("last-month", 0, "2027-01-15", "2026-12-01", "2026-12-31"),
        ("last-days", 1, "2026-11-26", "2026-11-25", "2026-11-25"),
        ("last-days", 7, "2026-11-26", "2026-11-19", "2026-11-25"),
        ("last-days", 366, "2026-11-26", "2025-11-25", "2026-11-25"),
    ],
)
def test_a_run_covers_whole_days_before_its_own(covering, days, day, first, last):
    start, end = range_covered(covering, days, date.fromisoformat(day))
    assert (str(start), str(end)) == (f"{first} 00:00:00", f"{last} 23:59:59")


def test_the_days_are_said_in_words():
    assert covering_words("yesterday", 0) == "of the previous day"
    assert covering_words("last-days", 1) == "of the previous day"
    assert covering_words("last-days", 7) == "of the 7 days before"
    assert covering_words("last-week", 0) == "of the previous week, Monday to Sunday"
    assert covering_words("last-month", 0) == "of the previous month"
