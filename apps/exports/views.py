"""The pages about a person's exports. Nobody sees another person's: an id that is not theirs is not there."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.preferences import time_zone_choices
from apps.connections.access import connection_for, contract_for, integrations_for
from apps.connections.models import Integration
from apps.exports.asking import ask_for, cancel
from apps.exports.forms import ExportForm, initial_of
from apps.exports.ledger import asked_today
from apps.exports.models import ExportRequest
from apps.mail.models import Message
from apps.reports.ranges import DEFAULT_PRESET, PRESETS, range_of
from apps.reports.report_types import (
    ATTRIBUTION,
    CONVERSIONS,
    EVERYTHING,
    MONEY,
    REPORT_TYPES,
    ReportType,
    offered_by,
)
from apps.reports.wall_clock import INPUT_TIME_FORMAT

PAGE_SIZE = 50
#: Seconds between looks of a page while something moves, and while something only waits.
LIVELY_SECONDS = 3
CALM_SECONDS = 15
COLUMN_PRESETS = {MONEY: "Money", ATTRIBUTION: "Attribution", EVERYTHING: "Everything"}


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """The person's exports, newest first; while one moves, the rows ask for themselves again."""
    exports = ExportRequest.objects.filter(owner=signed_in_person(request))
    page = Paginator(exports, PAGE_SIZE).get_page(request.GET.get("page[number]"))
    context = {"page": page, "poll_seconds": _poll_seconds(page.object_list), "page_name": "page[number]"}
    return render(request, _page_or_fragment(request, "exports/list.html", "exports/_rows.html"), context)


@require_safe
def export_detail(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """One export: what was asked, how far it is, what happens next."""
    export = _own_export(request, export_id)
    context = {
        "export": export,
        "poll_seconds": _poll_seconds([export]),
        "mail": Message.objects.filter(key=export.ready_key).first(),
    }
    return render(
        request, _page_or_fragment(request, "exports/detail.html", "exports/_progress.html"), context
    )


@require_POST
def export_cancel(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Cancel an export that is not finished."""
    export = _own_export(request, export_id)
    if cancel(export):
        messages.success(request, "The export is being canceled.")
    else:
        messages.warning(request, "There was nothing to cancel any more.")
    return redirect(export)


@require_http_methods(["GET", "HEAD", "POST"])
def export_create(request: HttpRequest) -> HttpResponse:
    """The form *New export*. A preset button fills it in; *Export* asks for the export."""
    person = signed_in_person(request)
    integrations = integrations_for(person)
    if not integrations:
        return render(request, "exports/no_key.html")
    report = _report_of(request)
    if request.method != "POST":
        form = ExportForm(report, integrations, initial=_first_values(request, person, report))
    elif "range" in request.POST or "column_preset" in request.POST:
        form = ExportForm(report, integrations, initial=_with_preset(request.POST, person, report))
    else:
        form = ExportForm(report, integrations, request.POST)
        if form.is_valid():
            return _asked(request, person, form)
    context = {
        "form": form,
        "report": report,
        "reports": _offered(integrations),
        "ranges": [(name, label) for name, (label, _days) in PRESETS.items()],
        "column_presets": COLUMN_PRESETS.items(),
        "zones": [name for name, _label in time_zone_choices()],
        "asked": _asked_today(person, integrations),
        "limit": settings.EXPORTS_PER_DAY,
    }
    return render(request, "exports/create.html", context, status=422 if form.is_bound else 200)


def _asked(request: HttpRequest, person: User, form: ExportForm) -> HttpResponse:
    wanted = form.wanted()
    connection = connection_for(person, wanted.integration.integration_id)
    export, is_new = ask_for(person, connection, wanted, form.cleaned_data["nonce"])
    if is_new:
        messages.success(request, "The export is on its way. You get an email when the file is ready.")
    else:
        messages.info(request, "You have asked for this export already. This is it.")
    return redirect(export)


def _own_export(request: HttpRequest, export_id: uuid.UUID) -> ExportRequest:
    return get_object_or_404(ExportRequest, pk=export_id, owner=signed_in_person(request))


def _page_or_fragment(request: HttpRequest, page: str, fragment: str) -> str:
    htmx = getattr(request, "htmx", None)
    return fragment if htmx and not htmx.history_restore_request else page


def _poll_seconds(exports: Sequence[ExportRequest] | Any) -> int | None:
    """How soon a page should look again; None when nothing moves by itself."""
    moving = [export for export in exports if export.is_in_flight]
    if not moving:
        return None
    return LIVELY_SECONDS if any(export.is_busy for export in moving) else CALM_SECONDS


def _report_of(request: HttpRequest) -> ReportType:
    name = request.POST.get("report") or request.GET.get("report") or ""
    return REPORT_TYPES.get(name, CONVERSIONS)


def _offered(integrations: Sequence[Integration]) -> list[ReportType]:
    """The reports that some service of the person can export."""
    services = {integration.service for integration in integrations}
    known = {report.slug for service in services for report in offered_by(contract_for(service))}
    return [report for report in REPORT_TYPES.values() if report.slug in known]


def _asked_today(person: User, integrations: Sequence[Integration]) -> list[tuple[str, int]]:
    """Name and number of exports asked for within a day, for each service of the person."""
    services = {integration.service_id: integration.service for integration in integrations}
    return [(service.name, asked_today(person, service).count()) for service in services.values()]


def _first_values(request: HttpRequest, person: User, report: ReportType) -> dict[str, Any]:
    """What an empty form starts with: the last 7 days, or an earlier export to ask for again."""
    nonce = {"nonce": uuid.uuid4()}
    earlier = _earlier_export(request, person)
    if earlier and earlier.report == report.slug:
        return initial_of(earlier) | nonce
    start, end = range_of(DEFAULT_PRESET, timezone.localdate(timezone=_zone(person.time_zone)))
    return nonce | {
        "integration": request.GET.get("integration", ""),
        "start_time": start,
        "end_time": end,
        "time_zone": person.time_zone,
        "columns": list(report.money),
    }


def _earlier_export(request: HttpRequest, person: User) -> ExportRequest | None:
    try:
        earlier = uuid.UUID(request.GET.get("again", ""))
    except ValueError:
        return None
    return ExportRequest.objects.filter(pk=earlier, owner=person).first()


def _with_preset(data: QueryDict, person: User, report: ReportType) -> Mapping[str, Any]:
    """Everything typed so far, with the range or the columns of the pressed preset."""
    values: dict[str, Any] = {**data.dict(), "columns": data.getlist("columns")}
    if "range" in data:
        zone = _zone(data.get("time_zone", ""), person.time_zone)
        start, end = range_of(data.get("range", ""), timezone.localdate(timezone=zone))
        values |= {
            "start_time": start.strftime(INPUT_TIME_FORMAT),
            "end_time": end.strftime(INPUT_TIME_FORMAT),
        }
    else:
        values["columns"] = list(report.preset(data.get("column_preset", "")))
    return values


def _zone(*names: str) -> ZoneInfo:
    """The first of the zones that exists, else UTC."""
    known = available_timezones()
    return ZoneInfo(next((name for name in names if name in known), "UTC"))
