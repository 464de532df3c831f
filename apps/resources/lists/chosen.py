"""What a person chose for a resource's list: its columns and views, put into the list's own terms."""

from collections.abc import Sequence
from datetime import date, tzinfo
from functools import lru_cache, partial
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import NoReverseMatch
from django.utils import timezone

from apps.connections.clients import contract_for
from apps.connections.models import Connection
from apps.resources.lists.catalogues import catalogue_of
from apps.resources.lists.columns import ListColumns
from apps.resources.lists.state import FieldCatalogue, ListState
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.saved_views.choices import ListChoices
from apps.saved_views.lists import COLUMNS, VIEW, ViewedList, fitting
from apps.saved_views.view_bar import GONE, KnownView, ShownList, ViewBar, is_gone
from apps.ui.columns import Column


def known_views(resource: Resource, catalogue: FieldCatalogue) -> Sequence[KnownView]:
    """The views that the resource declares, each with its canonical parameters as of today."""
    return _known_views(resource, catalogue, timezone.localdate(), timezone.get_current_timezone())


# For everybody: when a day begins is told by the zone.
@lru_cache(maxsize=256)
def _known_views(
    resource: Resource, catalogue: FieldCatalogue, today: date, zone: tzinfo
) -> tuple[KnownView, ...]:
    views = []
    for view in resource.views:
        query = QueryDict(urlencode(view.pairs(today)))
        state = ListState.from_query(query, catalogue, zone)
        if not state.problems:
            # A service whose contract has no such field has no such view.
            views.append(KnownView(view.key, view.name, state.view_parameters()))
    return tuple(views)


class ChosenList:
    """One list as its address and its person's choices say it."""

    def __init__(self, scope: Scope, state: ListState, choices: ListChoices) -> None:
        self._scope = scope
        self._choices = choices
        self.state = state
        self.problems: list[str] = []
        known = known_views(scope.resource, scope.catalogue)
        view = choices.view(state.view)
        if is_gone(state.view, choices, known):
            self.problems.append(GONE)
            self.state = state.with_view("")
        self._known = known
        names = state.columns or (view.columns if view else ()) or choices.columns
        #: Whether somebody chose them: then all stay in sight, whatever the width.
        self.has_chosen_columns = bool(names)
        self.columns: list[Column]
        self.columns, unknown = ListColumns(scope.resource, scope.catalogue).chosen(names)
        if state.columns:
            self.problems += [f"There is no column “{name[:40]}” here; it was left out." for name in unknown]

    def bar(self, state: ListState, list_url: str) -> ViewBar:
        """What stands above the table; `state` is what is shown in the end."""
        names = [column.field for column in self.columns[1:]]
        shown = ShownList(
            name=self._scope.resource.name,
            service_id=self._scope.connection.service_id,
            path=list_url,
            pairs=state.view_parameters(),
            columns=names,
            place=[],
            url=list_url + state.query_string(),
        )
        return ViewBar(shown, self._choices, self._known, state.view)


def columns_of_query(scope: Scope, query: QueryDict, choices: ListChoices) -> list[Column]:
    """The columns of a list whose address has that query."""
    state = ListState(view=query.get(VIEW, ""), columns=fitting(query.getlist(COLUMNS)))
    return ChosenList(scope, state, choices).columns


def viewed_list(resource: Resource) -> ViewedList:
    """The resource's list for the pages about columns and views."""
    return ViewedList(
        name=resource.name,
        label=resource.label_plural,
        first_column=resource.columns[0].label,
        columns=partial(_labels, resource),
        default_columns=partial(_default_columns, resource),
        url=partial(_url, resource),
        shipped=resource.views,
    )


def _catalogue(resource: Resource, connection: Connection) -> FieldCatalogue:
    return catalogue_of(resource, contract_for(connection.service))


def _labels(resource: Resource, connection: Connection) -> dict[str, str]:
    return ListColumns(resource, _catalogue(resource, connection)).labels()


def _default_columns(resource: Resource, connection: Connection) -> list[str]:
    return ListColumns(resource, _catalogue(resource, connection)).default_names


def _url(resource: Resource, connection: Connection, integration_id: str) -> str:
    try:
        return resource.top_url(integration_id or None)
    except NoReverseMatch:
        return ""
