"""The pages about a person's schedules. Nobody sees another person's: an id that is not theirs is not there."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.policy import Capability
from apps.connections.open_services import own
from apps.notifications.reading import mark_opened
from apps.schedules import actions
from apps.schedules.history import history_rows, listed
from apps.schedules.models import OPEN_STATES, Schedule
from apps.schedules.preview import next_runs
from apps.schedules.quota import active_with_key_of, busiest_day, busiest_days
from apps.ui.fragments import is_fragment_wanted
from apps.ui.nonces import read_nonce

PAGE_SIZE = 50
RUNS_ON_A_PAGE = 25
#: Seconds between looks of a page while a run is open.
LIVELY_SECONDS = 3


@require_safe
def schedule_list(request: HttpRequest) -> HttpResponse:
    """The person's schedules, the next to run first, the paused ones last."""
    schedules = Schedule.objects.filter(own(signed_in_person(request), Capability.SCHEDULE)).select_related(
        "service"
    )
    page = Paginator(schedules, PAGE_SIZE).get_page(request.GET.get("page[number]"))
    context = {
        "page": page,
        "rows": listed(list(page.object_list)),
        "busiest": busiest_days(schedules.filter(state=Schedule.State.ACTIVE), timezone.now()),
    }
    return render(request, "schedules/list.html", context)


@require_safe
def schedule_detail(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """One schedule: what it does, its next runs, and what came of the earlier ones; live while one is open."""
    schedule = own_schedule(request, schedule_id)
    mark_opened(request)
    runs = schedule.runs.select_related("schedule")
    page = Paginator(runs, RUNS_ON_A_PAGE).get_page(request.GET.get("page[number]"))
    rows = history_rows(page.object_list)
    is_moving = any(row.is_open for row in rows) or runs.filter(state__in=OPEN_STATES[:1]).exists()
    context = {
        "schedule": schedule,
        "page": page,
        "rows": rows,
        "poll_seconds": LIVELY_SECONDS if is_moving else None,
    }
    if is_fragment_wanted(request, "runs"):
        return render(request, "schedules/_runs.html", context)
    now = timezone.now()
    context |= {
        "next_runs": next_runs(schedule, now) if schedule.is_active else [],
        "busiest": busiest_day([schedule, *active_with_key_of(schedule)], now),
        "nonce": uuid.uuid4(),
    }
    return render(request, "schedules/detail.html", context)


@require_POST
def schedule_pause(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """No run by itself any more."""
    schedule = own_schedule(request, schedule_id)
    actions.pause(schedule)
    messages.success(request, "The schedule is paused. What was requested already goes on.")
    return redirect(schedule)


@require_POST
def schedule_resume(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Run again from the next planned time on."""
    schedule = own_schedule(request, schedule_id)
    words = "" if schedule.is_active else actions.resume(schedule)
    if words:
        messages.error(request, f"The schedule stays paused. {words}")
    else:
        messages.success(request, "The schedule runs again. What was missed meanwhile is not made up for.")
    return redirect(schedule)


@require_POST
def schedule_run(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Run once now; the planned runs stay where they are."""
    schedule = own_schedule(request, schedule_id)
    if actions.run_now(schedule, read_nonce(request.POST)):
        messages.success(request, "The export is being requested. The next planned run stays as it is.")
    else:
        messages.info(request, "This run was started already.")
    return redirect(schedule)


@require_http_methods(["GET", "HEAD", "POST"])
def schedule_delete(request: HttpRequest, schedule_id: uuid.UUID) -> HttpResponse:
    """Ask first, then delete the schedule with its history; its exports stay."""
    schedule = own_schedule(request, schedule_id)
    if request.method == "POST":
        actions.delete(schedule)
        messages.success(request, "The schedule was deleted. Its exports are still there.")
        return redirect("schedules:list")
    return render(request, "schedules/delete.html", {"schedule": schedule})


def own_schedule(request: HttpRequest, schedule_id: uuid.UUID) -> Schedule:
    """The person's schedule of this id; raises 404."""
    schedules = Schedule.objects.select_related("service", "owner")
    schedule = get_object_or_404(schedules, pk=schedule_id, owner=signed_in_person(request))
    hold_to_service(request, schedule.service_id)
    return schedule
