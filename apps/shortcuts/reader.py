"""A person's shortcuts for the pages that show them: the start page and the palette."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.connections.clients import connections_of
from apps.connections.models import Integration
from apps.saved_views.reader import ViewLink, views_for
from apps.shortcuts.recents import recents_of
from apps.shortcuts.record_link import RecordLink, shown_to
from apps.shortcuts.stars import stars_of


@dataclass(frozen=True)
class Shortcut:
    """One record to go to, and how a form names it."""

    title: str
    kind: str
    url: str
    token: str


@dataclass(frozen=True)
class Shortcuts:
    """What a person starred, what they opened last, and their saved views."""

    stars: Sequence[Shortcut]
    recents: Sequence[Shortcut]
    views: Sequence[ViewLink]

    @property
    def is_empty(self) -> bool:
        """Whether there is none."""
        return not (self.stars or self.recents or self.views)

    def first(self, count: int) -> "Shortcuts":
        """At most so many of each."""
        return Shortcuts(self.stars[:count], self.recents[:count], self.views[:count])


def shortcuts_for(person: User, integration: Integration | None) -> Shortcuts:
    """All that the person's keys of today may show; saved views lead to the integration."""
    connections = list(connections_of(person))
    named = len(connections) > 1

    def shown(links: Sequence[RecordLink]) -> list[Shortcut]:
        return [
            Shortcut(link.title, link.kind, _url(link, named=named), link.token(person))
            for link in shown_to(links, connections)
        ]

    return Shortcuts(shown(stars_of(person)), shown(recents_of(person)), views_for(person, integration))


def _url(link: RecordLink, *, named: bool) -> str:
    """The record's address; with several services it says of which the record is, where it lies in no integration.

    A page's own query says where it is, but for lists of records in none: those are of the integration looked at last.
    """
    if not named or link.url.startswith("/integrations/") or "?" in link.url:
        return link.url
    return f"{link.url}?{urlencode({'_service': link.service_id})}"
