"""What the pages about a list's columns and views have in common: which list, at which service, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.models import User
from apps.accounts.safe_redirects import next_path
from apps.connections.clients import connection_for_service, integrations_for
from apps.connections.current_integration import current_integration
from apps.connections.models import Connection, Service
from apps.saved_views.choices import ListChoices, choices_of
from apps.saved_views.lists import COLUMNS, ViewedList, fitting, list_named
from apps.saved_views.view_bar import Pairs, view_url
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted
from apps.ui.links import query_string

#: The element of a dialog that a list's page opens: HTMX puts the form alone into it.
DIALOG_ID = "dialog"


@dataclass(frozen=True)
class ListPage:
    """One list of one service for the person who asks."""

    request: HttpRequest
    person: User
    connection: Connection
    viewed: ViewedList

    @classmethod
    def of(cls, request: HttpRequest, service_id: UUID, list_name: str) -> "ListPage":
        """The list that an address names. Raises `Http404` for an unknown one, `NoConnection` without a key."""
        viewed = list_named(list_name)
        if viewed is None:
            raise Http404("There is no such list.")
        person = signed_in_person(request)
        service = get_object_or_404(Service.objects.defer("contract"), pk=service_id)
        hold_to_service(request, service_id)
        return cls(request, person, connection_for_service(person, service), viewed)

    @property
    def choices(self) -> ListChoices:
        """What the person chose for the list."""
        return choices_of(self.person, self.connection, self.viewed.name)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Field → label of every column there is to choose."""
        return self.viewed.columns(self.connection)

    def columns_of(self, query: QueryDict) -> tuple[str, ...]:
        """The columns that a form or an address names; not those that the list has not, or not for people."""
        named = [str(name) for name in query.getlist(COLUMNS)]
        return fitting([name for name in named if name in self.labels])

    @cached_property
    def next_url(self) -> str:
        """The list as the person left it."""
        return next_path(self.request, self.bare_url or "/")

    @cached_property
    def bare_url(self) -> str:
        """The list's own address; "" where it has none."""
        integration = current_integration(self.request, integrations_for(self.person))
        return self.viewed.url(self.connection, integration.integration_id if integration else "")

    @cached_property
    def next_pairs(self) -> Pairs:
        """The parameters of the list as the person left it."""
        return parse_qsl(urlsplit(self.next_url).query, keep_blank_values=True)

    def list_url(self, pairs: Sequence[tuple[str, str]]) -> str:
        """The list with other parameters."""
        path = urlsplit(self.next_url).path
        return path + query_string(pairs)

    def view_url(self, query: str, key: str) -> str:
        """The list in a view."""
        place = [pair for pair in self.next_pairs if pair[0] in self.viewed.place]
        pairs = parse_qsl(query, keep_blank_values=True)
        return view_url(urlsplit(self.next_url).path, [*place, *pairs], key)

    @property
    def is_in_dialog(self) -> bool:
        """Whether a list's page shows this in its dialog, or was sent something from there."""
        return any(is_fragment_wanted(self.request, target) for target in (DIALOG_ID, RESULTS_ID))

    def render(self, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The page of that name; in a list's dialog its form alone."""
        context = {
            "viewed": self.viewed,
            "service_id": self.connection.service_id,
            "next_url": self.next_url,
            "is_in_dialog": self.is_in_dialog,
            **context,
        }
        template = f"saved_views/_{name}.html" if self.is_in_dialog else f"saved_views/{name}.html"
        response = render(self.request, template, context, status=status)
        if self.is_in_dialog:
            # What was sent was to change the list behind the dialog; the form comes back into it.
            response["HX-Retarget"] = f"#{DIALOG_ID}"
            response["HX-Reswap"] = "innerHTML"
            response["HX-Push-Url"] = "false"
        return response
