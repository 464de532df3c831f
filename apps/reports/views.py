"""The view of the report tables: the page, its rows for HTMX, or one row in the drawer."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View
from django.views.decorators.http import require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.accounts.preferences import time_zone_names
from apps.api.client import Client
from apps.api.contract.contract import Contract, builtin_contract
from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.at_hand import connection_at_hand, integrations_at_hand
from apps.connections.clients import (
    NoConnection,
    UnknownIntegration,
    client_for,
    contract_for,
)
from apps.connections.current_integration import current_integration, remember_integration
from apps.connections.models import Connection, Service
from apps.connections.open_services import services_open_to
from apps.reports.chosen import PLACE, ChosenReport, list_name
from apps.reports.error_descriptions import unknown_integration
from apps.reports.query_parsing import ParsedQuery, QueryParser
from apps.reports.report_types import REPORT_TABLES, ReportType
from apps.reports.results import ReportResults
from apps.reports.rows.loader import RowLoader
from apps.reports.rows.references import BY_FILTER
from apps.reports.state import ReportState
from apps.reports.toolbar import ReportToolbar
from apps.resources.references.resolver import Resolver
from apps.saved_views.choices import choices_of
from apps.text.typed import one_word
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted, push_address

DRAWER_ID = "drawer"


class ReportView(View):
    """Answers a browser with the page; HTMX with the rows, or with one row in its drawer."""

    http_method_names = ["get", "head"]
    _client: Client | None = None
    _resolver: Resolver | None = None

    def get(self, request: HttpRequest, report: str) -> HttpResponse:
        """The report in the state of its address; another spelling is redirected to the canonical one.

        Raises `Http404` for an unknown report.
        """
        kind = next((table for table in REPORT_TABLES if table.slug == report), None)
        if kind is None:
            raise Http404("There is no such report.")
        person = signed_in_person(request)
        integration_id = self._integration_id(person)
        connection = _connection(request, integration_id)
        contract = contract_for(connection.service) if connection else builtin_contract()
        chosen = self._chosen(kind, connection, person)
        opened = chosen.opens_with(integration_id) if chosen and self._is_bare else None
        parsed_query = self._read(opened or request.GET, kind, contract, person, integration_id)
        if chosen:
            parsed_query = chosen.with_known_view(parsed_query)
        if connection:
            self._client = client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
            place = {"integrationID": integration_id}
            self._resolver = Resolver(connection, self._client, place)
            parsed_query = parsed_query.resolved(self._resolver.resolve)
        may_lead = not (parsed_query.problems or parsed_query.errors or self._is_for_row or self._is_for_rows)
        if may_lead and (opened or not parsed_query.is_canonical):
            return redirect(request.path + parsed_query.state.query_string())
        columns = chosen.columns_of(parsed_query.state) if chosen else ()
        results = ReportResults(kind, parsed_query, columns, request.path)
        lost = self._load(results, kind, connection)
        if lost is not None:
            return lost
        return self._answer(results, kind, contract, integration_id, chosen)

    def _chosen(self, report: ReportType, connection: Connection | None, person: User) -> ChosenReport | None:
        """What the person chose for the report; None where there is no such integration."""
        if connection is None:
            return None
        choices = choices_of(person, connection, list_name(report))
        return ChosenReport(report, connection, choices, person.time_zone, self._now)

    @property
    def _is_bare(self) -> bool:
        """Whether the address says nothing but where: then a person's view may open."""
        return not (self._is_for_row or self._is_for_rows or set(self.request.GET) - {PLACE})

    def _integration_id(self, person: User) -> str:
        wanted = one_word(self.request.GET.get("integration_id", ""))
        if wanted:
            return wanted
        current = current_integration(self.request, integrations_at_hand(self.request))
        if current is not None:
            return current.integration_id
        service = services_open_to(person).filter(kind=Service.Kind.INTEGR8).first()
        if service is None:
            raise Http404("no service is registered")
        raise NoConnection(service)

    def _read(
        self, query: QueryDict, report: ReportType, contract: Contract, person: User, integration_id: str
    ) -> ParsedQuery:
        operation = contract.operation(report.table_operation_id)
        reader = QueryParser(query, report, operation, zone=person.time_zone, now=self._now)
        return reader.read(integration_id)

    @cached_property
    def _now(self) -> datetime:
        return timezone.now()

    @cached_property
    def _is_for_row(self) -> bool:
        return is_fragment_wanted(self.request, DRAWER_ID)

    @cached_property
    def _is_for_rows(self) -> bool:
        return is_fragment_wanted(self.request, RESULTS_ID)

    def _load(
        self, results: ReportResults, report: ReportType, connection: Connection | None
    ) -> HttpResponse | None:
        """Read the rows; an answer only where the open row has moved to another page."""
        state = results.state
        if connection is None:
            results.error = unknown_integration(state.integration)
            return None
        if results.parsed_query.errors:
            return None
        client = self._client or client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
        loader = RowLoader(report, connection, client, state.integration)
        results.load(loader, is_for_row=self._is_for_row)
        named = self._named_otherwise(results)
        if named is not None:
            return redirect(self.request.path + named.query_string())
        if not state.row or results.drawer or results.error:
            return None
        try:
            there = loader.page_with(state, state.row) if results.is_newest else None
        except ApiError:
            there = None
        if there is None:
            results.notes.append("The row of this address is not in this range, or the API no longer has it.")
            return None
        return redirect(self.request.path + there.with_row(state.row).query_string())

    def _named_otherwise(self, results: ReportResults) -> ReportState | None:
        """Where there is no row and nothing has the id that was filtered by, the state by who has it as a name."""
        if results.records or results.error or self._resolver is None:
            return None
        for name, value in results.state.filters:
            kind = BY_FILTER.get(name)
            if kind is None or results.names.get(kind.tag, {}).get(value):
                continue
            found = self._resolver.resolve(kind.tag, value, is_sure=True)
            if found.record_id and found.record_id != value:
                return results.state.with_filters(**{**dict(results.state.filters), name: found.record_id})
            if not found.record_id:
                results.notes.append(found.problem)
        return None

    def _answer(
        self,
        results: ReportResults,
        report: ReportType,
        contract: Contract,
        integration_id: str,
        chosen: ChosenReport | None,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "report": report,
            "results": results,
            "request_id": getattr(self.request, "request_id", ""),
        }
        bar = None
        if chosen and not (self._is_for_row or results.parsed_query.errors):
            bar = context["view_bar"] = chosen.bar(results.state, results.column_selection.shown)
        if self._is_for_row:
            template = "reports/_row_drawer.html"
        elif self._is_for_rows:
            template = "reports/_results.html"
        else:
            template = "reports/table.html"
            toolbar = context["toolbar"] = ReportToolbar(
                report, results.parsed_query, contract, results.names, self._now
            )
            if bar and chosen:
                context |= chosen.star(signed_in_person(self.request), bar, toolbar.words)
        response = render(self.request, template, context, status=results.status)
        if self._is_for_row:
            self._tell_address(response, results)
        elif self._is_for_rows:
            push_address(self.request, response, results.url)
        if results.retry_after:
            response["Retry-After"] = str(results.retry_after)
        remember_integration(self.request, response, "" if results.error else integration_id)
        return response

    def _tell_address(self, response: HttpResponse, results: ReportResults) -> None:
        """Back closes the drawer, however many rows were stepped through in it."""
        htmx = getattr(self.request, "htmx", None)
        shown = (htmx.current_url if htmx else None) or ""
        response["HX-Replace-Url" if "row=" in shown else "HX-Push-Url"] = results.url


def _connection(request: HttpRequest, integration_id: str) -> Connection | None:
    try:
        connection = connection_at_hand(request, integration_id)
    except UnknownIntegration:
        return None
    hold_to_service(request, connection.service_id)
    return connection


@require_safe
def zones(request: HttpRequest) -> HttpResponse:
    """The time zones as options, for who wants another one."""
    return render(request, "reports/_zones.html", {"zones": time_zone_names()})
