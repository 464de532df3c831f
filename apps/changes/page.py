"""One page of the change log for its template: rows, filters in force, places before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from itertools import islice
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.audit.models import Entry, Outcome
from apps.changes.rows import LogRow, rows_of
from apps.changes.search import MOST_LOOKED_AT, OTHER_RESOURCES, LogSearch, searched_since
from apps.changes.state import FILTERS, OUTCOMES, SEARCHED_TIME, Cursor, LogState
from apps.connections.clients import connections_of
from apps.connections.models import Connection, Service
from apps.connections.organisations import organisations_of
from apps.resources import registry
from apps.text.direction import isolated
from apps.ui.links import Chip
from apps.ui.paging import SizeLink, size_links
from apps.ui.values import label_of, time_text


@dataclass(frozen=True)
class StreamPager:
    """Where a page lies in a log whose entries nobody counts."""

    last: int
    newest_url: str
    previous_url: str
    next_url: str
    size_links: Sequence[SizeLink]
    first: int = 0
    total: None = None
    page_count: None = None
    previous_label: str = "Newer"
    next_label: str = "Older"


class LogPage:
    """What `_results.html` draws. It is read when it is made."""

    def __init__(self, person: User, state: LogState) -> None:
        self._person = person
        self.state = state
        search = LogSearch(person, state, most=MOST_LOOKED_AT)
        found = list(islice(search, state.page_size + 1))
        self._has_more = len(found) > state.page_size or search.stopped_at is not None
        entries = found[: state.page_size]
        self._stopped_at = search.stopped_at
        self._entries: list[Entry] = entries[::-1] if state.newer else entries
        self.rows: list[LogRow] = rows_of(self._entries, person)

    @property
    def url(self) -> str:
        """The page in this state."""
        return self._link(self.state)

    @property
    def file_url(self) -> str:
        """Everything that matches, as a file."""
        return reverse("changes:file") + self.state.newest().query_string()

    @property
    def workbook_url(self) -> str:
        """The newest 50,000 of the same, as a workbook."""
        return reverse("changes:workbook") + self.state.newest().query_string()

    @property
    def pager(self) -> StreamPager:
        """The ways to newer and older entries."""
        state = self.state
        older = Cursor.of(self._entries[-1]) if self._entries else self._stopped_at
        newer = Cursor.of(self._entries[0]) if self._entries else self._stopped_at
        # Reading stops where enough was found or too much was looked at, whichever was first.
        if self._stopped_at is not None and len(self._entries) < state.page_size:
            older, newer = (older, self._stopped_at) if state.newer else (self._stopped_at, newer)
        has_newer = self._has_more if state.newer else state.older is not None
        has_older = True if state.newer else self._has_more
        return StreamPager(
            last=len(self.rows),
            newest_url=self._link(state.newest()) if has_newer else "",
            previous_url=self._link(state.newer_than(newer)) if has_newer and newer else "",
            next_url=self._link(state.older_than(older)) if has_older and older else "",
            size_links=size_links(state, self._link),
        )

    @property
    def notes(self) -> list[str]:
        """What is not as the address asks for it."""
        notes = list(self.state.problems)
        if self._stopped_at is not None and len(self._entries) < self.state.page_size:
            way = "Newer" if self.state.newer else "Older"
            notes.append(
                f"{MOST_LOOKED_AT:,} changes were looked through, to {time_text(self._stopped_at.at)}. "
                f"{way} goes on from there."
            )
        return notes

    @property
    def limit(self) -> datetime | None:
        """From when on is searched where the address does not say so; None where all is."""
        return None if self.state.since else searched_since(self.state)

    @property
    def limit_days(self) -> int:
        """How far back a search goes by itself."""
        return SEARCHED_TIME.days

    @property
    def chips(self) -> list[Chip]:
        """The filters in force."""
        return [self._chip(name, text) for name, text in self.state.values.items()]

    def _chip(self, name: str, text: str) -> Chip:
        words = f"{FILTERS[name]}: {isolated(self._words(name, text))}"
        return Chip(words, self._link(self.state.without(name)), is_search=name == "q")

    @property
    def url_without_filters(self) -> str:
        """All changes."""
        return reverse("changes:list")

    @property
    def summary(self) -> str:
        """For screen readers: how many changes are shown."""
        return f"{len(self.rows)} changes" if self.rows else "no changes"

    def _words(self, name: str, text: str) -> str:
        if name == "outcome":
            return Outcome(text).label
        if name == "resource":
            return dict(self.resource_choices).get(text, text)
        if name == "service":
            return dict(self.service_choices).get(text, text)
        if name in ("from", "to"):
            return text.replace("T", " ")
        return text

    @staticmethod
    def _link(state: LogState) -> str:
        return reverse("changes:list") + state.query_string()

    # --- What the form offers ---

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """What the form carries along."""
        size = [pair for pair in self.state.parameters() if pair[0] == "page[size]"]
        return [*self.state.place.items(), *size]

    @property
    def from_value(self) -> str:
        """The first minute, on the person's clock, as the form's control has it."""
        return _minute(self.state.since) if self.state.since else ""

    @property
    def to_value(self) -> str:
        """The last minute."""
        return _minute(self.state.until - timedelta(minutes=1)) if self.state.until else ""

    @property
    def outcome_choices(self) -> list[tuple[str, str]]:
        """Outcomes and their words."""
        return [(outcome.value, outcome.label) for outcome in OUTCOMES]

    @property
    def resource_choices(self) -> list[tuple[str, str]]:
        """Names of resources and their words."""
        known = [(resource.name, resource.label_plural) for resource in registry.resources()]
        return [*known, *((name, label_of(name)) for name in OTHER_RESOURCES)]

    @cached_property
    def service_choices(self) -> list[tuple[str, str]]:
        """Services that the person has a key for, or whose log they were given to read."""
        mine = Q(pk__in=connections_of(self._person).values("service_id"))
        given = Q(pk__in={service_id for service_id, _ in self._organisations})
        services = Service.objects.filter(mine | given, kind=Service.Kind.INTEGR8).order_by("name")
        return [(str(pk), name) for pk, name in services.values_list("pk", "name")]

    @cached_property
    def _organisations(self) -> list[tuple[UUID, str]]:
        return organisations_of(self._person, Capability.READ_LOG)

    @cached_property
    def people(self) -> list[str]:
        """Addresses of the colleagues whose changes the person may see."""
        found: set[str] = {self._person.email}
        for service_id, organisation in self._organisations:
            connections = Connection.objects.filter(service_id=service_id, organisation=organisation)
            found |= set(connections.values_list("owner__email", flat=True))
        return sorted(found)


def _minute(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%dT%H:%M}"
