"""When schedules run: across both changes of the clocks, month ends and leap years, and in whatever zone."""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.schedules.recurrence import LAST_DAY, Recurrence

#: Its clock leaps half an hour.
HOWE = "Australia/Lord_Howe"


def plan(at: str = "07:30", zone: str = "Europe/Berlin", frequency: str = "daily", **days) -> Recurrence:
    return Recurrence(
        frequency, days.get("weekdays", ()), days.get("month_day", ""), time.fromisoformat(at), zone
    )


def runs(rule: Recurrence, after: str, count: int = 3) -> list[str]:
    """The next runs on the wall clock, with its distance from UTC."""
    moment = datetime.fromisoformat(after).replace(tzinfo=rule.zone)
    return [f"{run.astimezone(rule.zone):%a %Y-%m-%d %H:%M%z}" for run in rule.next_runs(count, moment)]


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        # Forward: 02:00 becomes 03:00, so 02:30 is not there that day.
        ("Europe/Berlin", "02:30", "2026-03-28T12:00", ["Sun 2026-03-29 03:00+0200", "Mon 2026-03-30 02:30+0200"]),
        ("Europe/Berlin", "07:30", "2026-03-28T06:00", ["Sat 2026-03-28 07:30+0100", "Sun 2026-03-29 07:30+0200"]),
        ("America/New_York", "02:00", "2026-03-07T12:00", ["Sun 2026-03-08 03:00-0400", "Mon 2026-03-09 02:00-0400"]),
        (HOWE, "02:10", "2026-10-03T12:00", ["Sun 2026-10-04 02:30+1100", "Mon 2026-10-05 02:10+1100"]),
        # Back: 02:30 comes twice, and the first one counts, once.
        ("Europe/Berlin", "02:30", "2026-10-24T12:00", ["Sun 2026-10-25 02:30+0200", "Mon 2026-10-26 02:30+0100"]),
        ("America/New_York", "01:30", "2026-10-31T12:00", ["Sun 2026-11-01 01:30-0400", "Mon 2026-11-02 01:30-0500"]),
        (HOWE, "01:45", "2026-04-04T12:00", ["Sun 2026-04-05 01:45+1100", "Mon 2026-04-06 01:45+1030"]),
        # No changes at all.
        ("Asia/Kolkata", "02:30", "2026-03-28T12:00", ["Sun 2026-03-29 02:30+0530", "Mon 2026-03-30 02:30+0530"]),
        ("Asia/Kolkata", "02:30", "2026-10-24T12:00", ["Sun 2026-10-25 02:30+0530", "Mon 2026-10-26 02:30+0530"]),
        # A whole day left out is run once, not twice at the same moment.
        ("Pacific/Apia", "00:00", "2011-12-28T12:00", ["Thu 2011-12-29 00:00-1000", "Sat 2011-12-31 00:00+1400"]),
    ],
)  # fmt: skip
def test_the_wall_clock_time_is_kept_when_the_clocks_change(zone, at, after, expected):
    assert runs(plan(at, zone), after, 2) == expected


def test_a_time_that_comes_twice_runs_once():
    rule = plan("02:30")
    between = datetime(2026, 10, 25, 2, 30, tzinfo=rule.zone, fold=0) + timedelta(minutes=10)
    assert rule.next_runs(1, between)[0] == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_a_weekly_rule_runs_on_its_days():
    rule = plan(frequency="weekly", weekdays=(0, 3))
    assert runs(rule, "2026-11-26T07:30") == [
        "Mon 2026-11-30 07:30+0100",
        "Thu 2026-12-03 07:30+0100",
        "Mon 2026-12-07 07:30+0100",
    ]


@pytest.mark.parametrize(
    ("month_day", "after", "expected"),
    [
        ("1", "2026-12-01T08:00", ["2027-01-01", "2027-02-01", "2027-03-01"]),
        ("28", "2027-01-30T00:00", ["2027-02-28", "2027-03-28", "2027-04-28"]),
        ("29", "2027-01-30T00:00", ["2027-02-28", "2027-03-29", "2027-04-29"]),
        ("30", "2028-01-31T00:00", ["2028-02-29", "2028-03-30", "2028-04-30"]),
        ("31", "2027-01-30T00:00", ["2027-01-31", "2027-02-28", "2027-03-31"]),
        ("31", "2028-02-01T00:00", ["2028-02-29", "2028-03-31", "2028-04-30"]),
        (LAST_DAY, "2028-02-01T00:00", ["2028-02-29", "2028-03-31", "2028-04-30"]),
        (LAST_DAY, "2027-02-01T00:00", ["2027-02-28", "2027-03-31", "2027-04-30"]),
        (LAST_DAY, "2100-02-01T00:00", ["2100-02-28", "2100-03-31", "2100-04-30"]),
    ],
)
def test_a_monthly_rule_takes_the_last_day_where_a_month_is_too_short(month_day, after, expected):
    rule = plan(frequency="monthly", month_day=month_day)
    assert [run.split()[1] for run in runs(rule, after)] == expected


def test_a_run_is_after_the_moment_and_never_at_it():
    rule = plan()
    assert runs(rule, "2026-11-26T07:30", 1) == ["Fri 2026-11-27 07:30+0100"]
    assert runs(rule, "2026-11-26T07:29", 1) == ["Thu 2026-11-26 07:30+0100"]


plans = st.builds(
    Recurrence,
    frequency=st.sampled_from(["daily", "weekly", "monthly"]),
    weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    month_day=st.sampled_from([*map(str, range(1, 32)), LAST_DAY]),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    time_zone=st.sampled_from(sorted(available_timezones())),
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))


#: How fast examples are made depends on what else the machine does.
THOROUGH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(plans, moments)
def test_runs_increase_and_show_the_chosen_time_except_where_the_clock_leaps(rule, moment):
    found = rule.next_runs(8, moment)
    assert len(found) == 8
    assert found[0] > moment
    for earlier, later in pairwise(found):
        assert later > earlier
    zone = ZoneInfo(rule.time_zone)
    for run in found:
        shown = run.astimezone(zone)
        if shown.time() == rule.at:
            assert shown.fold == 0
        else:
            # The minute before is on the other side of a leap.
            before = (run - timedelta(minutes=1)).astimezone(zone)
            assert before.utcoffset() < shown.utcoffset()


#: Changes of an hour, of half an hour, around midnight, of a whole day, four times a year, and below the equator.
RESTLESS = (
    "Europe/Berlin", "America/New_York", HOWE, "America/Asuncion", "America/Havana", "Asia/Beirut", "Pacific/Apia",
    "Africa/Casablanca", "Africa/Cairo", "America/Sao_Paulo", "Antarctica/Troll", "Asia/Tehran",
)  # fmt: skip


@cache
def changes_of(zone: str) -> list[datetime]:
    """The days from whose beginning to whose end the distance from UTC changes."""
    clock = ZoneInfo(zone)
    days = [datetime(2005, 1, 1, tzinfo=UTC) + timedelta(days=number) for number in range(33 * 365)]
    return [
        a for a, b in pairwise(days) if a.astimezone(clock).utcoffset() != b.astimezone(clock).utcoffset()
    ]


@st.composite
def plans_at_changes(draw) -> tuple[Recurrence, datetime]:
    """A rule, and a moment within three days of a change of its clock."""
    zone = draw(st.sampled_from(RESTLESS))
    change = draw(st.sampled_from(changes_of(zone)))
    hours = st.integers(0, 23 * 60 + 59).map(lambda minute: time(minute // 60, minute % 60))
    rule = draw(
        st.builds(
            Recurrence,
            frequency=st.sampled_from(["daily", "weekly", "monthly"]),
            weekdays=st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
            month_day=st.sampled_from([*map(str, range(1, 32)), LAST_DAY]),
            # Clocks change at night.
            at=st.one_of(hours, st.integers(0, 239).map(lambda minute: time(minute // 60, minute % 60))),
            time_zone=st.just(zone),
        )
    )
    return rule, change + timedelta(minutes=draw(st.integers(-72 * 60, 72 * 60)))


def is_chosen(rule: Recurrence, day: date) -> bool:
    """Whether the rule runs on that day, read off a calendar."""
    if rule.frequency == "weekly":
        return day.weekday() in rule.weekdays
    last = calendar.monthrange(day.year, day.month)[1]
    wanted = last if rule.month_day == LAST_DAY else min(int(rule.month_day), last)
    return rule.frequency == "daily" or day.day == wanted


def first_moment(rule: Recurrence, day: date) -> datetime:
    """When somebody who watches the clock first sees the time of that day, or a later one."""
    wanted = datetime.combine(day, rule.at)
    moment = wanted.replace(tzinfo=UTC) - timedelta(hours=26)
    for step in (timedelta(hours=1), timedelta(minutes=1)):
        while (moment + step).astimezone(rule.zone).replace(tzinfo=None) < wanted:
            moment += step
    return moment + timedelta(minutes=1)


@THOROUGH
@given(plans_at_changes())
def test_every_chosen_day_runs_once_when_its_clock_first_shows_the_time_or_has_leapt_over_it(case):
    rule, moment = case
    days = [moment.date() + timedelta(days=number) for number in range(-3, 38)]
    expected = sorted({first_moment(rule, day) for day in days if is_chosen(rule, day)})
    end = moment + timedelta(days=35)
    found = [run for run in rule.next_runs(40, moment) if run < end]
    assert found == [run for run in expected if moment < run < end]
