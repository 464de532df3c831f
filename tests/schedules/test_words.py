"""Schedules in sentences."""

from datetime import datetime, time

import pytest

from apps.schedules.models import Schedule
from apps.schedules.words import days, joined, people, when


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Every day at 07:30 Europe/Berlin"),
        ({"frequency": "weekly", "weekdays": [0]}, "Every Monday at 07:30 Europe/Berlin"),
        ({"frequency": "weekly", "weekdays": [0, 2, 4]}, "Every Monday, Wednesday and Friday at 07:30 Europe/Berlin"),
        ({"frequency": "weekly", "weekdays": [0, 1, 2, 3, 4, 5, 6]}, "Every day at 07:30 Europe/Berlin"),
        ({"frequency": "monthly", "month_day": "1"}, "On day 1 of every month at 07:30 Europe/Berlin"),
        (
            {"frequency": "monthly", "month_day": "30"},
            "On day 30 of every month, or the last day of a shorter one, at 07:30 Europe/Berlin",
        ),
        ({"frequency": "monthly", "month_day": "last"}, "On the last day of every month at 07:30 Europe/Berlin"),
    ],
)  # fmt: skip
def test_when(change, words):
    values = {"frequency": "daily", "at": time(7, 30), "time_zone": "Europe/Berlin"}
    assert when(Schedule(**(values | change)).recurrence) == words


def test_a_sentence_says_all_of_it():
    schedule = Schedule(
        report="conversions",
        integration_label="EU network",
        recipients=["bo@example.com", "cy@example.com"],
        frequency="weekly",
        weekdays=[0, 3],
        at=time(7, 30),
        time_zone="Europe/Berlin",
        covering="last-days",
        covering_days=7,
        skip_if_empty=True,
    )
    assert schedule.sentence == (
        "Every Monday and Thursday at 07:30 Europe/Berlin: conversions of the 7 days before, EU network, "
        "to you and 2 others; left out when there are no rows."
    )


def test_people_days_and_lists():
    assert [people(count) for count in range(3)] == ["you", "you and 1 other", "you and 2 others"]
    assert joined(["a"]) == "a"
    assert days((datetime(2026, 11, 29), datetime(2026, 11, 29, 23, 59, 59))) == "Sun 29 Nov 2026"
    assert days((datetime(2026, 11, 23), datetime(2026, 11, 29))) == "Mon 23 Nov 2026 – Sun 29 Nov 2026"
