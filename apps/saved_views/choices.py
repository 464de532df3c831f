"""What a person chose for a list, read once and kept in the cache until something of the service's lists changes."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.saved_views.lists import fitting
from apps.saved_views.models import ListChoice, SavedView

_CACHE_SECONDS = 3600


@dataclass(frozen=True)
class StoredView:
    """A saved view as lists use it."""

    key: str
    name: str
    query: str
    columns: tuple[str, ...]
    is_own: bool
    is_shared: bool


@dataclass(frozen=True)
class ListChoices:
    """The choices of one person for one list of one service."""

    #: The person's own columns, and those set for everybody; none where nothing was chosen.
    own_columns: tuple[str, ...] = ()
    columns_for_all: tuple[str, ...] = ()
    #: The key of the view that the bare list opens with; "" for all records.
    default_view: str = ""
    views: tuple[StoredView, ...] = field(default=())

    @property
    def columns(self) -> tuple[str, ...]:
        """The person's columns, else those for everybody; none for the list's own."""
        return self.own_columns or self.columns_for_all

    def view(self, key: str) -> StoredView | None:
        """The saved view of that key; None when there is none for this person."""
        return next((view for view in self.views if view.key == key), None)


def views_visible_to(person: User, connection: Connection) -> QuerySet[SavedView]:
    """The person's own views of the service's lists, and those of the organisation that their key is of."""
    allowed = Q(owner=person)
    if connection.organisation:
        allowed |= Q(organisation=connection.organisation)
    return SavedView.objects.filter(allowed, service_id=connection.service_id)


def choices_of(person: User, connection: Connection, list_name: str) -> ListChoices:
    """What the person chose for the list. Asks the database for nothing while nothing has changed."""
    key = (
        f"list-choices:{_generation(connection.service_id)}:{person.pk}:{connection.organisation}:{list_name}"
    )
    found = cache.get(key)
    if found is None:
        found = _read(person, connection, list_name)
        cache.set(key, found, _CACHE_SECONDS)
    return found  # type: ignore[no-any-return]


def _read(person: User, connection: Connection, list_name: str) -> ListChoices:
    chosen = ListChoice.objects.filter(
        Q(owner=person) | Q(owner=None), service_id=connection.service_id, list_name=list_name
    )
    by_owner = {choice.owner_id: choice for choice in chosen}
    own, for_all = by_owner.get(person.pk), by_owner.get(None)
    views = tuple(
        StoredView(
            str(view.pk),
            view.name,
            view.query,
            tuple(view.columns),
            view.owner_id == person.pk,
            view.is_shared,
        )
        for view in views_visible_to(person, connection).filter(list_name=list_name)
    )
    return ListChoices(
        tuple(own.columns) if own else (),
        tuple(for_all.columns) if for_all else (),
        own.default_view if own else "",
        views,
    )


# --- Changing them ---


def keep_columns(person: User | None, service_id: UUID, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns of a list for a person, or without one for everybody; no columns forget them."""
    _keep(person, service_id, list_name, columns=list(fitting(columns)))


def keep_default_view(person: User, service_id: UUID, list_name: str, key: str) -> None:
    """Keep which view the bare list opens with for a person; "" for all records."""
    _keep(person, service_id, list_name, default_view=key)


def _keep(person: User | None, service_id: UUID, list_name: str, **values: object) -> None:
    ListChoice.objects.update_or_create(
        owner=person, service_id=service_id, list_name=list_name, defaults=values
    )
    note_change(service_id)


def note_change(service_id: UUID) -> None:
    """Have every list of the service read its choices anew."""
    _begin_generation(service_id)
    # Whoever read meanwhile may have kept what was before the commit.
    transaction.on_commit(lambda: _begin_generation(service_id))


def _generation(service_id: UUID) -> str:
    known = cache.get(_generation_key(service_id))
    if known is None:
        # Two who come first at once may each make one; the later stays, and the other's entry is not found again.
        known = _begin_generation(service_id)
    return str(known)


def _begin_generation(service_id: UUID) -> str:
    begun = uuid.uuid4().hex
    cache.set(_generation_key(service_id), begun, None)
    return begun


def _generation_key(service_id: UUID) -> str:
    return f"list-choices-of:{service_id}"
