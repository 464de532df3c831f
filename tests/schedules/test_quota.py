"""The day's exports: schedules of one key must fit on their worst day, or they are not saved."""

from datetime import UTC, datetime, time

import pytest

from apps.schedules import actions
from apps.schedules.models import Schedule
from apps.schedules.quota import busiest_day, limit_refusal
from tests.schedules.conftest import new_schedule, typed
from tests.support.people import connect

CREATE = "/exports/schedules/new/"


@pytest.fixture(autouse=True)
def _two_a_day(settings):
    settings.EXPORTS_PER_DAY = 2


def test_the_worst_day_counts_every_rule_on_its_own_day(admin, admin_connection):
    service = admin_connection.service
    schedules = [
        new_schedule(admin, service),
        new_schedule(admin, service, frequency="weekly", weekdays=[0]),
        new_schedule(admin, service, frequency="monthly", month_day="31"),
    ]
    # 30 November 2026 is a Monday and the last day of its month.
    busiest = busiest_day(schedules, datetime(2026, 11, 20, tzinfo=UTC))
    assert (str(busiest.day), busiest.count, busiest.left, busiest.fits) == ("2026-11-30", 3, 0, False)
    busiest = busiest_day(schedules, datetime(2026, 12, 1, tzinfo=UTC))
    assert (str(busiest.day), busiest.count) == ("2026-12-07", 2)


def test_a_change_of_the_clocks_counts_nothing_twice(admin, admin_connection):
    schedule = new_schedule(admin, admin_connection.service, at=time(23, 30))
    for month in (3, 10):
        assert busiest_day([schedule], datetime(2027, month, 10, tzinfo=UTC)).count == 1


def test_one_too_many_is_not_saved_and_the_others_are_named(admin_client, admin, admin_connection):
    new_schedule(admin, admin_connection.service, report="clicks")
    new_schedule(admin, admin_connection.service, report="impressions", frequency="weekly", weekdays=[0])
    response = admin_client.post(CREATE, typed(weekdays=["0"]))
    assert response.status_code == 422
    [words] = response.context["form"].errors["frequency"]
    assert "would ask for 3 exports" in words
    assert "2 a day, and the others leave 0" in words
    assert "Clicks of the previous day (Every day at 07:30 Europe/Berlin)" in words
    assert "Impressions of the previous day (Every Monday at 07:30 Europe/Berlin)" in words
    assert admin_client.post(CREATE, typed(weekdays=["1"])).status_code == 302


def test_paused_ones_other_services_and_other_people_do_not_count(
    admin, admin_connection, manager, sandbox, service
):
    for state in ("paused", "paused"):
        new_schedule(admin, service, state=state)
    connect(manager, service, sandbox.manager_key)
    new_schedule(manager, service)
    new_schedule(manager, service)
    assert limit_refusal(new_schedule(admin, service), datetime.now(UTC)) == ""


def test_an_edited_schedule_does_not_count_twice(admin_client, admin, admin_connection):
    new_schedule(admin, admin_connection.service)
    second = new_schedule(admin, admin_connection.service)
    response = admin_client.post(f"{second.get_absolute_url()}edit/", typed(frequency="daily"))
    assert response.status_code == 302


def test_resuming_is_checked_too(admin_client, admin, admin_connection):
    schedule = new_schedule(admin, admin_connection.service)
    actions.pause(schedule)
    new_schedule(admin, admin_connection.service)
    new_schedule(admin, admin_connection.service)
    page = admin_client.post(f"{schedule.get_absolute_url()}resume/", follow=True).content.decode()
    assert "The schedule stays paused." in page
    assert "would ask for 3 exports" in page
    assert Schedule.objects.get(pk=schedule.pk).state == "paused"
