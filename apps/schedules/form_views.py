"""The form of a schedule, new or edited, which spells out what it will do while it is filled in."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.accounts.preferences import time_zone_names
from apps.accounts.unsent_forms import restores_unsent_form, take_unsent_form
from apps.connections.clients import integrations_for
from apps.exports.request.file_form import offered_reports
from apps.exports.request.initial_values import edited, first_values, is_edit, report_of
from apps.reports.report_types import COLUMN_PRESETS
from apps.schedules import actions
from apps.schedules.forms import ScheduleForm, initial_of
from apps.schedules.models import Schedule
from apps.schedules.preview import preview_of
from apps.schedules.views import own_schedule
from apps.ui.fragments import is_fragment_wanted

PREVIEW_ID = "preview"


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_create(request: HttpRequest) -> HttpResponse:
    """A new schedule, empty or after an export there was (`again`) or the values in the address."""
    return _answer(request, signed_in_person(request), None)


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
def schedule_edit(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Change a schedule; its next run is counted anew."""
    return _answer(request, signed_in_person(request), own_schedule(request, schedule_id))


def _answer(request: HttpRequest, person: User, schedule: Schedule | None) -> HttpResponse:
    """The form, or the page of the schedule that it saved."""
    form, notes = _form(request, person, schedule)
    if form is None:
        return render(request, "exports/no_key.html", {"title": "Schedule"})
    if not form.is_bound or PREVIEW_ID in request.POST or not form.is_valid():
        return _page(request, form, schedule, notes)
    if schedule is None:
        schedule = actions.save(form)
    else:
        actions.change(schedule, form)
    messages.success(request, "The schedule is saved.")
    return redirect(schedule)


def _form(
    request: HttpRequest, person: User, schedule: Schedule | None
) -> tuple[ScheduleForm | None, list[str]]:
    """The form as it was sent, or filled in anew, and what of the address could not be used; None without a key."""
    integrations = integrations_for(person, Capability.SCHEDULE)
    if not integrations:
        return None, []
    who: dict[str, Any] = {"owner": person, "edited": schedule}
    unsent = take_unsent_form(request)
    if unsent is not None or (request.method == "POST" and is_edit(request.POST)):
        typed = request.POST if unsent is None else unsent
        report, values = edited(typed, person)
        values["weekdays"] = typed.getlist("weekdays")
        return ScheduleForm(report, integrations, initial=values, **who), []
    report = schedule.report_type if schedule else report_of(request.POST or request.GET)
    if request.method == "POST":
        return ScheduleForm(report, integrations, request.POST, **who), []
    if schedule:
        return ScheduleForm(report, integrations, initial=initial_of(schedule), **who), []
    values, notes = first_values(request.GET, person, report)
    return ScheduleForm(report, integrations, initial=values, **who), notes


def _page(
    request: HttpRequest, form: ScheduleForm, schedule: Schedule | None, notes: list[str]
) -> HttpResponse:
    """The page, or for htmx the preview alone, in which what is missing is no error yet."""
    context: dict[str, Any] = {"form": form, "schedule": schedule, "preview": None}
    if form.is_bound and form.is_valid():
        context["preview"] = preview_of(form.schedule())
    elif schedule and request.method != "POST":
        context["preview"] = preview_of(schedule)
    if is_fragment_wanted(request, PREVIEW_ID):
        return render(request, "schedules/_preview.html", context)
    context |= {
        "notes": notes,
        "report": form.report,
        "reports": offered_reports(list(form.integrations.values())),
        "columns_action": request.path,
        "column_presets": COLUMN_PRESETS.items(),
        "zones": time_zone_names(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "schedules/form.html", context, status=status)
