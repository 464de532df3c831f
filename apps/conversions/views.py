"""Views of the page *Conversions* and its CSV file."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views import View

from apps.accounts.access import hold_to_service, signed_in_person
from apps.api.deadline import Deadline
from apps.connections.clients import client_for, connection_for_service
from apps.connections.models import Connection, Service
from apps.conversions.chosen import PLACE, ChosenTable
from apps.conversions.csv_cells import csv_cell
from apps.conversions.results import ConversionResults
from apps.conversions.seen_columns import note_columns
from apps.conversions.state import TableState
from apps.conversions.token_services import chosen_service, token_services
from apps.shortcuts.page_star import page_star
from apps.ui.files.csv_files import csv_response
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted, push_address


class TokenServiceView(View):
    """Finds the service and the person's own token for it, and asks for its conversions."""

    http_method_names = ["get", "head"]
    #: Whether the bare address opens with the view that the person has chosen.
    opens_with_view = False
    _chosen: ChosenTable

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """The conversions; without a token the page to store one, without a service what is missing.

        Raises `Http404` for an unknown service or page.
        """
        person = signed_in_person(request)
        try:
            state = TableState.from_query(request.GET)
        except ValueError as error:
            raise Http404("There is no such service.") from error
        services = token_services(person)
        if not services:
            return render(request, "conversions/no_service.html")
        service = chosen_service(person, services, state.service)
        if service is None:
            raise Http404("There is no such service.")
        if any(not value for value in request.GET.values()) and not is_fragment_wanted(request, RESULTS_ID):
            return redirect(request.path + state.query_string())
        if len(services) > 1:
            state = replace(state, service=service.pk)
        hold_to_service(request, service.pk)
        connection = connection_for_service(person, service)
        self._chosen = ChosenTable(person, connection, state)
        if self._is_bare and self._chosen.opens_with:
            return redirect(self._chosen.opens_with)
        results = ConversionResults(
            service,
            self._chosen.state,
            reverse("conversions:list"),
            reverse("conversions:file"),
            self._chosen.columns,
        )
        results.load(client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS)))
        note_columns(service.pk, results.all_rows.columns)
        return self.answer(connection, services, results)

    @property
    def _is_bare(self) -> bool:
        """Whether the address says nothing but where: then a person's view may open."""
        return self.opens_with_view and not (
            set(self.request.GET) - {PLACE} or is_fragment_wanted(self.request, RESULTS_ID)
        )

    def answer(
        self, connection: Connection, services: list[Service], results: ConversionResults
    ) -> HttpResponseBase:
        """The answer to the browser. A subclass gives it; raises NotImplementedError here."""
        raise NotImplementedError

    def page(
        self, connection: Connection, services: list[Service], results: ConversionResults
    ) -> HttpResponse:
        """The page, or the results alone for HTMX; every change but a look changes the browser's address."""
        is_fragment = is_fragment_wanted(self.request, RESULTS_ID)
        bar = self._chosen.bar(results.state, results.columns)
        star = page_star(
            signed_in_person(self.request),
            connection,
            bar,
            kind="Token API",
            label="Conversions",
            words=[results.text_chip.text] if results.state.text else (),
        )
        context: dict[str, Any] = {
            **star,
            "service": connection.service,
            "results": results,
            "view_bar": bar,
            "list_url": reverse("conversions:list"),
            "request_id": getattr(self.request, "request_id", ""),
            "connection_url": _mending_url(connection, results),
            "service_links": [
                (one, results.state.of_service(one.pk).query_string(), one == connection.service)
                for one in services
            ],
        }
        template = "conversions/_results.html" if is_fragment else "conversions/list.html"
        response = render(self.request, template, context, status=results.status)
        if is_fragment and not results.state.looks:
            push_address(self.request, response, results.url)
        if results.retry_after:
            response["Retry-After"] = str(results.retry_after)
        return response


class ConversionsView(TokenServiceView):
    """The table."""

    opens_with_view = True

    def answer(
        self, connection: Connection, services: list[Service], results: ConversionResults
    ) -> HttpResponseBase:
        """The table, or why there is none."""
        return self.page(connection, services, results)


class ConversionsFileView(TokenServiceView):
    """What the table shows on all its pages, as CSV."""

    def answer(
        self, connection: Connection, services: list[Service], results: ConversionResults
    ) -> HttpResponseBase:
        """The file; the page when the rows cannot be read, or not yet."""
        if results.waiting:
            return redirect(results.url)
        if results.error:
            return self.page(connection, services, results)
        columns = results.file_columns
        rows = ([csv_cell(row.get(name)) for name in columns] for row in results.table.rows)
        service = slugify(connection.service.name) or "service"
        return csv_response(f"conversions_{service}_{timezone.localdate():%Y-%m-%d}", columns, rows)


def _mending_url(connection: Connection, results: ConversionResults) -> str:
    """Where the person replaces the token, and comes back from to this page."""
    edit = reverse("connections:edit", args=[connection.pk])
    return f"{edit}?{urlencode({'next': results.url})}"
