"""What a person chose for the conversions of a token API: columns and views, put into the page's own terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.urls import reverse

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.conversions.seen_columns import columns_seen
from apps.conversions.state import TableState
from apps.conversions.table import Table
from apps.saved_views.choices import choices_of
from apps.saved_views.lists import ALL, ViewedList, fitting
from apps.saved_views.view_bar import GONE, ShownList, ViewBar, default_url, is_gone
from apps.ui.links import query_string

#: What the page is called among the lists with columns and views.
LIST_NAME = "token-conversions"
#: Where the page is: part of no view.
PLACE = "service"


class ChosenTable:
    """The page as its address and its person's choices say it."""

    def __init__(self, person: User, connection: Connection, state: TableState) -> None:
        self._service_id = connection.service_id
        self._choices = choices_of(person, connection, LIST_NAME)
        if is_gone(state.view, self._choices, ()):
            state = replace(state.with_view(""), problems=(*state.problems, GONE))
        elif not state.view and self._choices.default_view:
            # Without it a link that takes the text away would lead to the view that the bare page opens with.
            state = state.with_view(ALL)
        self.state = state
        view = self._choices.view(state.view)
        #: The columns that were chosen for it; none for those that fit.
        self.columns = state.columns or (view.columns if view else ()) or self._choices.columns

    @property
    def opens_with(self) -> str:
        """Where the bare page leads a person who has chosen a view for it; "" for all rows."""
        return default_url(reverse("conversions:list"), self._place, self._choices, tuple)

    @property
    def _place(self) -> list[tuple[str, str]]:
        return [(PLACE, str(self.state.service))] if self.state.service else []

    def bar(self, state: TableState, columns: Sequence[str]) -> ViewBar:
        """What stands above the table; `state` and `columns` are what is shown in the end."""
        path = reverse("conversions:list")
        shown = ShownList(
            name=LIST_NAME,
            service_id=self._service_id,
            path=path,
            pairs=state.view_parameters(),
            columns=self.columns or fitting(columns),
            place=self._place,
            url=path + state.query_string(),
        )
        return ViewBar(shown, self._choices, (), state.view)


def viewed_table() -> ViewedList:
    """The page for the pages about columns and views."""
    return ViewedList(
        name=LIST_NAME,
        label="Token conversions",
        first_column="",
        columns=_labels,
        default_columns=_names,
        url=_url,
        place=(PLACE,),
        kept="search, sort, page size and columns",
    )


def _names(connection: Connection) -> Sequence[str]:
    return columns_seen(connection.service_id)


def _labels(connection: Connection) -> Mapping[str, str]:
    return Table([dict.fromkeys(_names(connection))]).labels


def _url(connection: Connection, integration_id: str) -> str:
    return reverse("conversions:list") + query_string([(PLACE, str(connection.service_id))])
