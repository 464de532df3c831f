"""The form *New export*: what it is filled with, what its buttons do, and what is confirmed first."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.accounts.preferences import time_zone_names
from apps.accounts.unsent_forms import restores_unsent_form, take_unsent_form
from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.clients import client_for, connection_for, integrations_for
from apps.exports.center.merged_list import Center
from apps.exports.limits import maximum_rows
from apps.exports.models import ExportRequest
from apps.exports.quota import count_by_api, is_counted_by_api, quota_of
from apps.exports.request.confirmations import chosen_parts, next_confirmation, with_chosen_split
from apps.exports.request.creation import (
    RequestDetails,
    request_export,
    request_of_form,
    request_parts,
)
from apps.exports.request.file_form import offered_reports
from apps.exports.request.forms import ExportForm
from apps.exports.request.initial_values import edited, first_values, is_edit, report_of
from apps.exports.request.origin_page import label_of_page
from apps.exports.request.row_estimate import estimate
from apps.reports.file_filters import file_filters_of
from apps.reports.range_presets import PRESETS
from apps.reports.report_types import COLUMN_PRESETS
from apps.ui.error_pages import describe
from apps.ui.fragments import is_fragment_wanted

ESTIMATE_ID = "estimate"


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
def export_create(request: HttpRequest) -> HttpResponse:
    """The form *New export*. Most buttons only fill it in; *Export* requests the export."""
    person = signed_in_person(request)
    integrations = integrations_for(person, Capability.EXPORT)
    if not integrations:
        return render(request, "exports/no_key.html", {"title": "New export"})
    if (unsent := take_unsent_form(request)) is not None:
        report, initial = edited(unsent, person)
        return _page(request, ExportForm(report, integrations, initial=initial))
    if request.method != "POST":
        report = report_of(request.GET)
        initial, notes = first_values(request.GET, person, report)
        return _page(request, ExportForm(report, integrations, initial=initial), {"notes": notes})
    if is_edit(request.POST):
        report, initial = edited(request.POST, person)
        return _page(request, ExportForm(report, integrations, initial=initial))
    form = ExportForm(report_of(request.POST), integrations, with_chosen_split(request.POST))
    is_estimate = "estimate" in request.POST
    if not form.is_valid():
        if is_estimate and is_fragment_wanted(request, ESTIMATE_ID):
            return render(request, "exports/_estimate.html", {"form": form, "is_estimate": True}, status=422)
        return _page(request, form, {"is_estimate": is_estimate}, status=422)
    if is_estimate:
        return _estimated(request, person, form)
    return _requested(request, person, form)


@require_safe
def export_quota(request: HttpRequest) -> HttpResponse:
    """What is left of the day, with the API's own list read; a service that does not answer is counted here alone."""
    connections = Center.connections_of(signed_in_person(request), Capability.EXPORT)
    count_by_api(connections)
    return render(request, "exports/_quotas.html", {"quotas": [quota_of(one) for one in connections]})


def _requested(request: HttpRequest, person: User, form: ExportForm) -> HttpResponse:
    """Request the export, unless something is to be confirmed first."""
    nonce = form.cleaned_data["nonce"]
    known = request_of_form(person, nonce)
    if known:
        return _leads_to(request, known, is_new=False)
    spec, parts = form.spec(), form.parts()
    connection = connection_for(person, spec.integration_id)
    answers = with_chosen_split(request.POST)
    card = next_confirmation(person, connection, parts, spec, answers)
    if card:
        return _page(request, form, card)
    details = RequestDetails(form.cleaned_data["requested_from"], form.further_recipients(person))
    if len(parts) == 1:
        export, is_new = request_export(person, connection, spec, nonce, details)
        return _leads_to(request, export, is_new=is_new)
    requested = request_parts(person, connection, chosen_parts(parts, answers), nonce, details)
    if count := requested.new_count:
        messages.success(
            request,
            f"{count} export{' is' if count == 1 else 's are'} on the way, one for each part. "
            "You are told of each file.",
        )
    else:
        messages.info(request, "You have requested each of these parts already. This is the first of them.")
    return redirect(requested.exports[0])


def _leads_to(request: HttpRequest, export: ExportRequest, *, is_new: bool) -> HttpResponse:
    if is_new:
        messages.success(request, "The export is on its way. You are told when the file is ready.")
    else:
        messages.info(request, "You have requested this export already. This is it.")
    return redirect(export)


def _estimated(request: HttpRequest, person: User, form: ExportForm) -> HttpResponse:
    """The rows to expect, as a fragment or within the page. It never hinders asking."""
    context: dict[str, Any] = {"form": form}
    spec = form.spec()
    try:
        connection = connection_for(person, spec.integration_id)
        client = client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
        context["estimate"] = estimate(client, connection.service_id, spec, len(form.parts()))
    except ApiError as error:
        context["estimate_error"] = describe(error)
    if is_fragment_wanted(request, ESTIMATE_ID):
        return render(request, "exports/_estimate.html", context)
    return _page(request, form, context)


def _page(
    request: HttpRequest, form: ExportForm, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    person = signed_in_person(request)
    connections = Center.connections_of(person, Capability.EXPORT)
    integrations = list(form.integrations.values())
    context = {
        "form": form,
        "report": form.report,
        "reports": offered_reports(integrations),
        "ranges": [(name, label) for name, (label, _days) in PRESETS.items()],
        "columns_action": reverse("exports:create"),
        "column_presets": COLUMN_PRESETS.items(),
        "zones": time_zone_names(),
        "quotas": [quota_of(connection) for connection in connections],
        "quota_url": ""
        if all(is_counted_by_api(connection) for connection in connections)
        else reverse("exports:quota"),
        "maximum_rows": maximum_rows(form.report),
        "requested_from_label": label_of_page(str(form["requested_from"].value() or "")),
        "requested_filters": file_filters_of(
            str(form["requested_from"].value() or ""), form["columns"].value() or ()
        ),
        "is_anyway": "anyway" in request.POST,
        **(context or {}),
    }
    return render(request, "exports/create.html", context, status=status)
