"""The pages of the schedules: the form and what it spells out, the list, one schedule, and who may see it."""

import re
from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.exports.models import ExportRequest
from apps.schedules import actions
from apps.schedules.models import Schedule
from tests.schedules.conftest import (
    advance,
    advance_export_until,
    ask,
    new_schedule,
    typed,
)
from tests.support.people import signed_in

LIST = "/exports/schedules/"
CREATE = "/exports/schedules/new/"
HTMX = {"HX-Request": "true", "HX-Target": "preview"}
HTMX_RUNS = {"HX-Request": "true", "HX-Target": "runs"}


def text_of(response) -> str:
    return response.content.decode()


def test_the_form_makes_a_schedule_and_leads_to_its_page(admin_client, admin):
    response = admin_client.post(
        CREATE, typed(recipients="Bo@example.com, cy@example.com", more_columns="my_column"), follow=True
    )
    schedule = Schedule.objects.get()
    assert response.redirect_chain[-1][0] == f"{LIST}{schedule.pk}/"
    assert schedule.owner == admin
    assert (schedule.frequency, schedule.weekdays, schedule.at) == ("weekly", [0, 3], time(7, 30))
    assert schedule.columns == ["conversion_time", "payout", "my_column"]
    assert schedule.recipients == ["Bo@example.com", "cy@example.com"]
    assert schedule.delimiter == ";"
    assert schedule.next_run_at == schedule.recurrence.next_runs(1, timezone.now())[0] == schedule.due_at
    page = text_of(response)
    assert (
        "Every Monday and Thursday at 07:30 Europe/Berlin: conversions of the previous day, EU network, "
        in page
    )
    assert "to you and 2 others." in page


def test_the_same_form_sent_twice_makes_one(admin_client):
    values = typed()
    first = admin_client.post(CREATE, values)
    assert admin_client.post(CREATE, values)["Location"] == first["Location"]
    assert Schedule.objects.count() == 1


def test_a_form_by_the_name_of_somebody_elses_schedule_makes_an_own_one(
    admin_client, schedule, manager_client
):
    manager_client.post(CREATE, typed(nonce=str(schedule.pk)))
    assert Schedule.objects.count() == 2
    assert Schedule.objects.get(pk=schedule.pk).owner == schedule.owner


def test_no_time_is_chosen_for_a_person(admin_client):
    page = text_of(admin_client.get(CREATE))
    assert re.search(r'<input type="time" name="at"(?! value)', page)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"frequency": ""}, "frequency", "This field is required."),
        ({"frequency": "hourly"}, "frequency", "not one of the available choices"),
        ({"weekdays": []}, "weekdays", "Choose at least one day."),
        ({"weekdays": ["7"]}, "weekdays", "not one of the available choices"),
        ({"frequency": "monthly"}, "month_day", "Choose a day."),
        ({"frequency": "monthly", "month_day": "32"}, "month_day", "not one of the available choices"),
        ({"at": ""}, "at", "Choose a time."),
        ({"at": "25:00"}, "at", "Write a time such as 07:30."),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "There is no time zone"),
        ({"time_zone": ""}, "time_zone", "This field is required."),
        ({"covering": "tomorrow"}, "covering", "not one of the available choices"),
        ({"covering": "last-days", "covering_days": ""}, "covering_days", "Write a number from 1 to 366."),
        ({"covering": "last-days", "covering_days": "0"}, "covering_days", "greater than or equal to 1"),
        ({"covering": "last-days", "covering_days": "367"}, "covering_days", "less than or equal to 366"),
        ({"covering": "last-days", "covering_days": "many"}, "covering_days", "Enter a whole number"),
        ({"recipients": "bo@example.com, not an address"}, "recipients", "is not an email address"),
        ({"recipients": "bo@example.com\r\nBcc: <x>"}, "recipients", "is not an email address"),
        ({"recipients": " ".join(f"p{n}@example.com" for n in range(11))}, "recipients", "at most 10"),
        ({"columns": []}, "columns", "Choose at least one column."),
        ({"more_columns": "a b<c"}, "more_columns", "cannot be a name"),
        ({"extra_parameters": "<script>"}, "extra_parameters", "cannot be a name"),
        ({"delimiter": "§"}, "delimiter", "not one of the available choices"),
        ({"integration": "int-other"}, "integration", "not one of the available choices"),
    ],
)  # fmt: skip
def test_wrong_input_is_named_at_its_field_and_nothing_typed_is_lost(admin_client, change, field, words):
    response = admin_client.post(CREATE, {"extra_parameters": "sub_id_9", **typed(), **change})
    assert response.status_code == 422
    assert words in " ".join(response.context["form"].errors[field])
    page = text_of(response)
    assert "error-summary" in page
    assert "<script>" not in page.replace("<script src", "")
    assert not Schedule.objects.exists()


def test_what_another_rule_needs_is_left_aside(admin_client):
    admin_client.post(CREATE, typed(frequency="daily", month_day="31", covering_days="9"))
    schedule = Schedule.objects.get()
    assert (schedule.weekdays, schedule.month_day, schedule.covering_days) == ([], "", 1)


def test_the_preview_spells_out_the_next_three_runs_and_saves_nothing(admin_client):
    values = typed(preview="1", frequency="monthly", month_day="31", covering="last-month")
    response = admin_client.post(CREATE, values)
    assert response.status_code == 200
    page = text_of(response)
    assert "On day 31 of every month, or the last day of a shorter one, at 07:30 Europe/Berlin" in page
    assert page.count("<br>covers ") == 3
    assert "ask for 1 of 10 exports; 9 are left" in page
    assert not Schedule.objects.exists()
    fragment = admin_client.post(CREATE, values, headers=HTMX)
    assert "<html" not in text_of(fragment)
    assert text_of(fragment).count("<br>covers ") == 3


def test_the_live_preview_of_an_unfinished_form_says_what_is_missing_and_is_no_error(admin_client):
    response = admin_client.post(CREATE, typed(preview="1", at="", weekdays=[]), headers=HTMX)
    assert response.status_code == 200
    assert "At: Choose a time." in text_of(response)
    assert "Days of the week: Choose at least one day." in text_of(response)


def test_a_column_preset_keeps_everything_else(admin_client):
    response = admin_client.post(CREATE, typed(column_preset="attribution", columns=[]))
    page = text_of(response)
    assert response.status_code == 200
    assert re.search(r'value="click_time"[^>]*checked', page)
    assert re.search(r'name="weekdays" value="3"[^>]*checked', page)
    assert 'value="07:30"' in page


@pytest.mark.parametrize("report", ["conversions", "clicks", "impressions", "postback-logs"])
def test_each_report_has_its_form(admin_client, report):
    page = text_of(admin_client.get(CREATE, {"report": report}))
    assert f'value="{report}"' in page
    assert ("skip_if_empty" in page) is (report != "postback-logs")
    columns = ["date_time"] if report != "conversions" else ["payout"]
    assert admin_client.post(CREATE, typed(report=report, columns=columns)).status_code == 302
    assert Schedule.objects.get().report == report


def test_a_schedule_starts_from_an_export_there_was(admin_client, admin, admin_connection):
    schedule = new_schedule(admin, admin_connection.service, columns=["payout", "odd_one"], delimiter="|")
    run = ask(schedule)
    assert schedule.get_absolute_url() in text_of(admin_client.get(f"/exports/{run.export_id}/"))
    actions.delete(schedule)
    page = text_of(admin_client.get(CREATE, {"report": "conversions", "again": str(run.export_id)}))
    assert re.search(r'value="payout"[^>]*checked', page)
    assert re.search(r'value="odd_one"[^>]*checked', page)
    assert re.search(r'<option value="pipe"\s+selected', page)
    assert f"{CREATE}?report=conversions&amp;again={run.export_id}" in text_of(
        admin_client.get(f"/exports/{run.export_id}/")
    )


def test_a_schedule_starts_from_the_values_of_a_new_export(admin_client):
    query = {
        "report": "clicks",
        "integration": "int-us",
        "columns": ["date_time", "odd_one"],
        "time_zone": "Asia/Kolkata",
        "delimiter": ";",
        "extra_parameters": "sub_id_9",
    }
    page = text_of(admin_client.get(CREATE, query))
    for value in ("Asia/Kolkata", "odd_one", "sub_id_9"):
        assert f'value="{value}"' in page
    assert re.search(r'<option value="int-us"\s+selected', page)
    assert re.search(r'<option value="semicolon"\s+selected', page)


@pytest.mark.parametrize("again", ["nonsense", "41138735-1a95-4a94-8924-7f8785bfa4ab"])
def test_an_unknown_export_to_start_from_gives_an_empty_form(admin_client, again):
    assert admin_client.get(CREATE, {"again": again}).status_code == 200


def test_somebody_elses_export_is_not_copied(admin_client, manager_client, schedule):
    Schedule.objects.update(columns=["secret_column"])
    schedule.refresh_from_db()
    run = ask(schedule)
    assert "secret_column" not in text_of(manager_client.get(CREATE, {"again": str(run.export_id)}))


def test_a_person_without_a_key_is_led_to_store_one(admin):
    assert reverse("connections:list") in text_of(signed_in(admin).get(CREATE))


def test_an_empty_list_says_what_to_do(admin_client):
    page = text_of(admin_client.get(LIST))
    assert "No schedules yet" in page
    assert CREATE in page


def test_the_list_says_what_when_and_what_came_of_it(admin_client, schedule, admin, admin_connection):
    ask(schedule)
    paused = new_schedule(
        admin, admin_connection.service, report="clicks", frequency="monthly", month_day="last"
    )
    actions.pause(paused)
    page = text_of(admin_client.get(LIST))
    assert "Every day at 07:30 Europe/Berlin" in page
    assert "On the last day of every month at 07:30 Europe/Berlin" in page
    assert "Paused" in page
    assert f"/exports/{ExportRequest.objects.get().pk}/" in page
    assert page.index("Conversions of the previous day") < page.index("Clicks of the previous day")
    assert "ask for 1 of 10 exports; 9 are left" in page
    assert LIST in text_of(admin_client.get("/exports/"))


def test_the_page_of_a_schedule_follows_its_run(admin_client, schedule):
    assert 'hx-trigger="every 3s"' not in text_of(admin_client.get(schedule.get_absolute_url()))
    ask(schedule)
    assert 'hx-trigger="every 3s"' in text_of(admin_client.get(schedule.get_absolute_url()))
    advance_export_until(ExportRequest.objects.get(), "ready")
    fragment = text_of(admin_client.get(schedule.get_absolute_url(), headers=HTMX_RUNS))
    assert "<html" not in fragment
    assert "hx-trigger" not in fragment
    assert "Ready" in fragment


def test_editing_changes_the_next_run_and_keeps_the_history(admin_client, schedule):
    ask(schedule)
    path = f"{schedule.get_absolute_url()}edit/"
    assert 'value="07:30"' in text_of(admin_client.get(path))
    response = admin_client.post(path, typed(at="09:45", frequency="daily"))
    assert response.status_code == 302
    schedule.refresh_from_db()
    assert schedule.at == time(9, 45)
    assert schedule.next_run_at == schedule.recurrence.next_runs(1, timezone.now())[0]
    assert schedule.runs.count() == 1


def test_an_integration_without_a_key_is_not_changed_for_another_one_in_silence(admin_client, schedule):
    Schedule.objects.update(integration_id="int-gone", integration_label="Gone network")
    path = f"{schedule.get_absolute_url()}edit/"
    assert "Gone network (you have no key for it)" in text_of(admin_client.get(path))
    response = admin_client.post(path, typed(integration=""))
    assert response.status_code == 422
    assert "This field is required." in " ".join(response.context["form"].errors["integration"])


def test_editing_a_paused_schedule_leaves_it_paused(admin_client, schedule):
    actions.pause(schedule)
    admin_client.post(f"{schedule.get_absolute_url()}edit/", typed())
    schedule.refresh_from_db()
    assert (schedule.state, schedule.next_run_at) == ("paused", None)


def test_pause_resume_run_and_delete(admin_client, schedule):
    path = schedule.get_absolute_url()
    assert "paused" in text_of(admin_client.post(f"{path}pause/", follow=True))
    schedule.refresh_from_db()
    assert schedule.state == "paused"
    assert "runs again" in text_of(admin_client.post(f"{path}resume/", follow=True))
    schedule.refresh_from_db()
    assert schedule.is_active
    [nonce] = re.findall(r'name="nonce" value="([^"]+)"', text_of(admin_client.get(path)))
    assert "being requested" in text_of(admin_client.post(f"{path}run/", {"nonce": nonce}, follow=True))
    assert "started already" in text_of(admin_client.post(f"{path}run/", {"nonce": nonce}, follow=True))
    advance(schedule)
    export = ExportRequest.objects.get()
    assert "Delete this schedule?" in text_of(admin_client.get(f"{path}delete/"))
    assert Schedule.objects.exists()
    admin_client.post(f"{path}delete/")
    assert not Schedule.objects.exists()
    export.refresh_from_db()
    assert export.schedule_id is None


@pytest.mark.parametrize("action", ["pause", "resume", "run"])
def test_a_link_alone_changes_nothing(admin_client, schedule, action):
    assert admin_client.get(f"{schedule.get_absolute_url()}{action}/").status_code == 405


@pytest.mark.parametrize("path", ["", "edit/", "delete/"])
def test_nobody_sees_another_persons_schedule(manager_client, schedule, path):
    assert manager_client.get(f"{schedule.get_absolute_url()}{path}").status_code == 404
    assert "Conversions of" not in text_of(manager_client.get(LIST))


@pytest.mark.parametrize("path", ["edit/", "pause/", "resume/", "run/", "delete/"])
def test_nobody_changes_another_persons_schedule(manager_client, schedule, path):
    assert manager_client.post(f"{schedule.get_absolute_url()}{path}", typed()).status_code == 404
    before = schedule.state, schedule.next_run_at
    schedule.refresh_from_db()
    assert (schedule.state, schedule.next_run_at) == before


def test_a_schedule_that_paused_itself_says_why_and_what_to_do(admin_client, schedule):
    Schedule.objects.update(
        state="paused", pause_reason="3 runs in a row failed. <b>Bad</b>", next_run_at=None
    )
    page = text_of(admin_client.get(schedule.get_absolute_url()))
    assert "3 runs in a row failed. &lt;b&gt;Bad&lt;/b&gt;" in page
    assert "Resume" in page
