"""Which view a list shows, whether it was changed, and the links to the others: what stands above the table."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl
from uuid import UUID

from django.urls import reverse

from apps.saved_views.choices import ListChoices, StoredView
from apps.saved_views.lists import ALL, ALL_VIEW, COLUMNS, VIEW
from apps.ui.links import ChoiceLink, address_of, query_string

Pairs = list[tuple[str, str]]

GONE = "The view of this address is not here any more, or not for you; its filters are still in force."


@dataclass(frozen=True)
class KnownView:
    """One view of a list: those that come with it and those that were saved alike."""

    key: str
    name: str
    #: Its canonical query parameters.
    pairs: Pairs
    columns: tuple[str, ...] = ()
    stored: StoredView | None = None


@dataclass(frozen=True)
class ShownList:
    """What a list's page shows now: its address without a query, the parameters a view holds, and the columns."""

    name: str
    service_id: UUID
    path: str
    pairs: Pairs
    #: The columns after the first, as they are shown.
    columns: Sequence[str]
    #: The parameters that place a view, as a report's integration: part of each of its addresses, and of no view.
    place: Pairs
    #: The address of the page as it is.
    url: str
    #: What the view without any condition is called.
    all_name: str = ALL_VIEW.name
    #: Whether the results alone are swapped, not the whole page.
    is_swapped: bool = True
    #: Parameters as they are compared: a range that goes with the days as the times it means now.
    as_of_now: Callable[[Pairs], Pairs] = list


class ViewBar:
    """The views of a list around what it shows; `key` is the view that the address names."""

    def __init__(
        self, shown: ShownList, choices: ListChoices, shipped: Collection[KnownView], key: str
    ) -> None:
        self._shown = shown
        self._choices = choices
        saved = [
            KnownView(view.key, view.name, parse_qsl(view.query, keep_blank_values=True), view.columns, view)
            for view in choices.views
        ]
        self.views = [KnownView(ALL, shown.all_name, []), *shipped, *saved]
        named = next((view for view in self.views if view.key == key), None)
        #: The view that is shown; without a name in the address the one that shows just this.
        self.current = named or next((view for view in self.views if self._is_shown(view)), self.views[0])
        self.is_changed = not self._is_shown(self.current)

    def _is_shown(self, view: KnownView) -> bool:
        if view.columns and view.columns != tuple(self._shown.columns):
            return False
        as_of_now = self._shown.as_of_now
        return sorted(as_of_now(view.pairs)) == sorted(as_of_now(self._shown.pairs))

    @property
    def name(self) -> str:
        """What the view is called."""
        return self.current.name

    @property
    def is_swapped(self) -> bool:
        """Whether what is saved comes back as the results alone."""
        return self._shown.is_swapped

    @property
    def is_own(self) -> bool:
        """Whether it was saved by this person, who may save it again."""
        return self.current.stored is not None and self.current.stored.is_own

    @property
    def links(self) -> list[ChoiceLink]:
        """Every view with its address, those that come with the list first."""
        return [
            ChoiceLink(view.name, self._url(view), view.key == self.current.key, _icon(view))
            for view in self.views
        ]

    @property
    def revert_url(self) -> str:
        """The view as it was saved."""
        return self._url(self.current)

    @property
    def lasting_url(self) -> str:
        """What is shown, for a link that lasts: without the place in its rows, a range by its name."""
        return view_url(self._shown.path, [*self._shown.place, *self._shown.pairs], self.current.key)

    @property
    def all_url(self) -> str:
        """All records, whatever the bare list opens with."""
        if self._choices.default_view:
            return self._url(self.views[0])
        return self._shown.path + query_string(self._shown.place)

    @property
    def default_key(self) -> str:
        """The view that the bare list opens with."""
        return self._choices.default_view or ALL

    @property
    def query(self) -> str:
        """What is saved of the address."""
        return query_string(self._shown.pairs).removeprefix("?")

    @property
    def columns(self) -> Sequence[str]:
        """What is saved of the columns."""
        return self._shown.columns

    @property
    def next_url(self) -> str:
        """The page as it is, to come back to."""
        return self._shown.url

    def _url(self, view: KnownView) -> str:
        return view_url(self._shown.path, [*self._shown.place, *view.pairs], view.key)

    # --- The pages about views and columns ---

    @property
    def columns_url(self) -> str:
        """Where columns are chosen."""
        return self._page("columns", [*((COLUMNS, name) for name in self._shown.columns)])

    @property
    def create_url(self) -> str:
        """Where this is saved under another name."""
        pairs = [("query", self.query), *((COLUMNS, name) for name in self._shown.columns)]
        return self._page("create", pairs)

    @property
    def manage_url(self) -> str:
        """Where views are renamed, shared and deleted."""
        return self._page("list", [])

    @property
    def save_url(self) -> str:
        """Where this takes the place of what was saved; "" for a view of somebody else."""
        if not (self.is_own and self.is_changed):
            return ""
        return reverse("saved_views:save", args=[self.current.key])

    def _page(self, name: str, pairs: Pairs) -> str:
        address = address_of(f"saved_views:{name}", self._shown.service_id, self._shown.name)
        return address + query_string([*pairs, ("next", self._shown.url)])


def view_url(path: str, pairs: Sequence[tuple[str, str]], key: str) -> str:
    """The address of a list in a view."""
    return path + query_string([*pairs, (VIEW, key)])


def is_gone(key: str, choices: ListChoices, shipped: Collection[KnownView]) -> bool:
    """Whether an address names a view that is not there for this person."""
    return bool(key) and not choices.view(key) and key not in (ALL, *(view.key for view in shipped))


def default_url(
    path: str,
    place: Pairs,
    choices: ListChoices,
    shipped: Callable[[], Collection[KnownView]],
) -> str:
    """Where the bare list leads a person who has chosen a view for it; "" where they have none, or it is gone."""
    key = choices.default_view
    if key in ("", ALL):
        return ""
    stored = choices.view(key)
    if stored:
        return view_url(path, [*place, *parse_qsl(stored.query, keep_blank_values=True)], key)
    known = next((view for view in shipped() if view.key == key), None)
    return view_url(path, [*place, *known.pairs], key) if known else ""


def _icon(view: KnownView) -> str:
    if view.stored is None:
        return ""
    return "users" if view.stored.is_shared else "bookmark"
