"""One page of what happened to the product, for its template."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from uuid import UUID

from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.sessions.devices import device_words
from apps.audit.models import Event
from apps.changes.page import StreamPager
from apps.changes.product.facts import facts_in_words
from apps.changes.product.state import FILTERS, ProductState, kind_choices, kind_words
from apps.changes.product.visible import visible_events
from apps.changes.state import Cursor
from apps.connections.models import Service
from apps.text.direction import isolated
from apps.ui.links import Chip
from apps.ui.values import age_text

PAGE_SIZE = 50
_BAD = frozenset(
    {"sign_in_failed", "sign_in_locked", "step_up_failed", "factor_failed", "key_refused", "events_missed"}
)

#: What a service did, while a request of somebody was answered.
_BY_A_SERVICE = frozenset({"key_refused"})


@dataclass(frozen=True)
class EventRow:
    """One event in words."""

    event: Event
    service: str = ""

    @property
    def what(self) -> str:
        """What happened."""
        return kind_words(self.event.kind)

    @property
    def tone(self) -> str:
        """What it looks like."""
        return "warn" if self.event.kind in _BAD else "neutral"

    @property
    def who(self) -> str:
        """Who did it."""
        if self.event.email:
            return self.event.email
        if self.event.kind in _BY_A_SERVICE:
            return "the service"
        return "somebody without an account" if self.event.address else "this server"

    @property
    def about(self) -> str:
        """Whom it concerns, where that is somebody else."""
        return self.event.subject_email if self.event.subject_email != self.event.email else ""

    @property
    def device(self) -> str:
        """The browser and its system in words; "" where no browser was there."""
        return device_words(self.event.browser) if self.event.browser else ""

    @property
    def age(self) -> str:
        """How long ago it was."""
        return age_text(self.event.at)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """More that is known, by name: label and words."""
        return facts_in_words(self.event.kind, self.event.facts)


class ProductPage:
    """What `product.html` draws. It is read when it is made."""

    def __init__(self, person: User, state: ProductState) -> None:
        self.state = state
        self.sees_people = may(person, Capability.SEE_PEOPLE)
        events = visible_events(person).filter(state.criteria())
        if state.older:
            place = state.older
            events = events.filter(Q(at__lt=place.at) | Q(at=place.at, pk__lt=place.entry_id))
        found = list(islice(events.order_by("-at", "-pk")[: PAGE_SIZE + 1], PAGE_SIZE + 1))
        self._has_more = len(found) > PAGE_SIZE
        self._events = found[:PAGE_SIZE]
        ids = {event.about_service for event in self._events if event.about_service}
        names: dict[UUID, str] = (
            dict(Service.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
        )
        self.rows = [
            EventRow(event, "" if service == event.title else service)
            for event in self._events
            for service in [names.get(event.about_service, "") if event.about_service else ""]
        ]

    @property
    def pager(self) -> StreamPager:
        """The ways to the newest and to older events."""
        state = self.state
        older = Cursor.of(self._events[-1]) if self._has_more else None
        return StreamPager(
            last=len(self.rows),
            newest_url=_link(state.newest()) if state.older else "",
            previous_url="",
            next_url=_link(state.older_than(older)) if older else "",
            size_links=(),
        )

    @property
    def chips(self) -> list[Chip]:
        """The filters in force."""
        return [
            Chip(f"{FILTERS[name]}: {isolated(self._words(name, text))}", _link(self.state.without(name)))
            for name, text in self.state.values.items()
        ]

    @property
    def kinds(self) -> Sequence[tuple[str, list[tuple[str, str]]]]:
        """What the form offers."""
        return kind_choices()

    @property
    def file_url(self) -> str:
        """Everything that matches, as JSON lines."""
        return reverse("changes:product_file") + self.state.newest().query_string()

    @staticmethod
    def _words(name: str, text: str) -> str:
        return kind_words(text) if name == "kind" else text.replace("T", " ")


def _link(state: ProductState) -> str:
    return reverse("changes:product") + state.query_string()
