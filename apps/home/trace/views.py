"""The view of the trace page, and of its scan for ids that the API does not find by itself."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views import View

from apps.accounts.access import signed_in_person
from apps.accounts.preferences import current_preferences, time_zone_names
from apps.api.client import Client, Deadline
from apps.connections.clients import client_for, connection_for, integrations_for
from apps.connections.current_integration import current_integration
from apps.connections.models import Connection, Integration
from apps.home.common_failure import common_failure, render_with
from apps.home.trace.forms import CURSOR_SPAN, HOURS, LONGEST_SCAN, SCAN_SPAN, TraceForm
from apps.home.trace.page import SectionBuilder, TraceUrls
from apps.home.trace.report_rows import ReportClient, TimeRange
from apps.home.trace.row_matches import find_in_reports, find_related_rows
from apps.home.trace.scan import Scan, step
from apps.home.trace.scan_page import scan_page
from apps.reports.local_times import wall_clock
from apps.reports.report_types import REPORT_TABLES, ReportType
from apps.reports.rows.loader import RowLoader
from apps.reports.rows.recently_shown import ShownRow, shown_row
from apps.ui.fragments import is_fragment_wanted

SCAN_ID = "scan"


class TraceView(View):
    """One address for the trace and for its scan, whose state is part of it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form alone, with what is wrong about it, or with what the reports know of the id."""
        person = signed_in_person(request)
        integrations = integrations_for(person)
        current = current_integration(request, integrations)
        if current is None:
            return render(request, "home/no_key.html")
        form = TraceForm(request.GET, integrations, current, current_preferences(request)["time_zone"])
        if not form.is_asked or not form.is_valid():
            status = 422 if form.is_asked else 200
            return render(request, "home/trace.html", self._context(form), status=status)
        connection = connection_for(person, form.cleaned_data["integration_id"])
        client = client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
        reports = [r for r in REPORT_TABLES if r.table_operation_id in client.endpoint.contract.operations]
        if "scan" in request.GET:
            return self._scan(form, client, reports)
        return self._trace(form, connection, client, reports, integrations)

    @staticmethod
    def _context(form: TraceForm) -> dict[str, Any]:
        return {"form": form, "zones": time_zone_names(), "usual_days": CURSOR_SPAN.days}

    def _trace(
        self,
        form: TraceForm,
        connection: Connection,
        client: Client,
        reports: Sequence[ReportType],
        integrations: Sequence[Integration],
    ) -> HttpResponse:
        values = form.cleaned_data
        addresses = TraceUrls(form, timezone.now())
        shown = shown_row(connection, values["integration_id"], values["id"])
        reader = ReportClient(client, values["integration_id"], _range_of(form, shown))
        row_matches = find_in_reports(reader, reports, shown.cursor if shown else values["id"])
        seen = next((row_match for row_match in row_matches if row_match.row is not None), None)
        others = [s.report for s in row_matches if s.row is None and s.error is None]
        related = find_related_rows(reader, others, seen, values["hours"]) if seen and others else []
        rows = [
            *(row for item in row_matches for row in item.rows),
            *(row for item in related for row in item.rows),
        ]
        loader = RowLoader(REPORT_TABLES[0], connection, client, values["integration_id"])
        sections = SectionBuilder(addresses, row_matches, loader.context(rows)).build(related)
        failed = common_failure(sections)
        context = self._context(form) | {
            "sections": sections,
            "failed": failed,
            "is_found": seen is not None,
            "is_elsewhen": any(section.kind == "elsewhen" for section in sections),
            "time_range": reader.time_range,
            "addresses": addresses,
            "hours": values["hours"],
            "hour_links": [(hours, addresses.trace(hours=str(hours))) for hours in HOURS],
            "elsewhere": [
                (one, addresses.elsewhere(one))
                for one in integrations
                if one.integration_id != values["integration_id"]
            ],
            "retry_url": self.request.get_full_path(),
        }
        return render_with(self.request, "home/trace.html", context, failed)

    def _scan(self, form: TraceForm, client: Client, reports: Sequence[ReportType]) -> HttpResponse:
        addresses = TraceUrls(form, timezone.now())
        if not addresses.may_scan:
            form.add_error(
                "start_time", f"Row by row, at most {LONGEST_SCAN.days} days can be looked through."
            )
            return render(self.request, "home/trace.html", self._context(form), status=422)
        time_range = form.time_range(SCAN_SPAN)
        reader = ReportClient(client, addresses.integration_id, time_range)
        scan = step(Scan.from_query(reports, self.request.GET.dict()), reader, form.cleaned_data["id"])
        own_url = addresses.scan(time_range, scan.parameters(paused=not scan.goes_on))
        context = self._context(form) | {
            "page": scan_page(scan, form.newest_moment(time_range), _found_urls(scan, addresses)),
            "time_range": time_range,
            "addresses": addresses,
            "next_url": own_url,
            "pause_url": addresses.scan(time_range, scan.parameters(paused=True)),
            "go_on_url": addresses.scan(time_range, scan.parameters(go_on=True)),
            "other_scans": addresses.scan_presets(),
        }
        is_fragment = is_fragment_wanted(self.request, SCAN_ID)
        response = render(self.request, "home/_scan.html" if is_fragment else "home/trace.html", context)
        if is_fragment:
            response["HX-Replace-Url"] = own_url
        return response


def _range_of(form: TraceForm, shown: ShownRow | None) -> TimeRange:
    """Where the row is looked for: the range chosen, the usual one, or a day around a row that was shown."""
    usual = form.time_range(CURSOR_SPAN)
    time = wall_clock(shown.time) if shown else None
    if shown is None or time is None or form.cleaned_data["start_time"]:
        return usual
    around = TimeRange.around(time, shown.time_zone, 24)
    return usual if around.moment(around.start) > usual.moment(usual.start) else around


def _found_urls(scan: Scan, addresses: TraceUrls) -> dict[str, str]:
    """Where each row that was found stands among its neighbours, by the report's slug."""
    return {
        part.report.slug: addresses.found(part.found, part.until_seconds) for part in scan.parts if part.found
    }
