"""The runs of a person and their colleagues, those with a time first; and the chip in every page's header."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.access import signed_in_person
from apps.bulk.progress import Progress, runs_to_follow
from apps.bulk.states import State
from apps.bulk.views.access import visible_runs

PAGE_SIZE = 50


@require_safe
def run_list(request: HttpRequest) -> HttpResponse:
    """What is scheduled, by its time; then every run, newest first."""
    runs = visible_runs(signed_in_person(request)).exclude(state=State.DRAFT)
    page = Paginator(runs, PAGE_SIZE).get_page(request.GET.get("page[number]"))
    context = {
        "scheduled": runs.filter(state=State.SCHEDULED).order_by("run_at"),
        "page": page,
        "rows": [Progress(run) for run in page.object_list],
    }
    return render(request, "bulk/list.html", context)


@require_safe
def chip(request: HttpRequest) -> HttpResponse:
    """How far the person's runs are, and which have ended, for the header of whatever page they look at."""
    return render(request, "bulk/_chip.html", {"runs": runs_to_follow(signed_in_person(request))})
