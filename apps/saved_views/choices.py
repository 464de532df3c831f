"""What a person chose for a list, read once and kept in the cache until something of the service's lists changes."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import Q, QuerySet

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.saved_views.lists import ALL, fitting, list_named
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
    service = connection.service
    # With another contract there are other columns.
    state = f"{_generation(service.pk)}:{service.contract_digest}"
    key = f"list-choices:{state}:{person.pk}:{connection.organisation}:{list_name}"
    found = cache.get(key)
    if found is None:
        found = _read(person, connection, list_name)
        cache.set(key, found, _CACHE_SECONDS)
    return found  # type: ignore[no-any-return]


def _read(person: User, connection: Connection, list_name: str) -> ListChoices:
    viewed = list_named(list_name)
    known = viewed.columns(connection) if viewed else {}
    allowed = Q(owner=person)
    if connection.organisation:
        allowed |= Q(owner=None, organisation=connection.organisation)
    chosen = ListChoice.objects.filter(allowed, service_id=connection.service_id, list_name=list_name)
    by_owner = {choice.owner_id: choice for choice in chosen}
    own, for_all = by_owner.get(person.pk), by_owner.get(None)
    views = tuple(
        StoredView(
            str(view.pk),
            view.name,
            view.query,
            _present(view.columns, known),
            view.owner_id == person.pk,
            view.is_shared,
        )
        for view in views_visible_to(person, connection).filter(list_name=list_name)
    )
    keys = {ALL, *(view.key for view in views), *(view.key for view in (viewed.shipped if viewed else ()))}
    return ListChoices(
        _present(own.columns, known) if own else (),
        _present(for_all.columns, known) if for_all else (),
        # What opened it may be deleted, or no longer be for this person.
        own.default_view if own and own.default_view in keys else "",
        views,
    )


def _present(names: Sequence[str], known: Collection[str]) -> tuple[str, ...]:
    """The columns that still exist and may be seen: nobody is told of others that they once chose."""
    return tuple(name for name in names if name in known)


# --- Changing them ---


def keep_columns(person: User, service_id: UUID, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns of a list for a person; no columns forget them."""
    _keep(service_id, list_name, {"columns": list(fitting(columns))}, owner=person)


def keep_columns_for_all(connection: Connection, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns of a list for the people of the connection's organisation; no columns forget them.

    Raises ValueError where it is not known: nobody can be told from people of another one.
    """
    if not connection.organisation:
        raise ValueError("The organisation of the key is not known.")
    values = {"columns": list(fitting(columns))}
    _keep(connection.service_id, list_name, values, owner=None, organisation=connection.organisation)


def keep_default_view(person: User, service_id: UUID, list_name: str, key: str) -> None:
    """Keep which view the bare list opens with for a person; "" for all records."""
    _keep(service_id, list_name, {"default_view": key}, owner=person)


def forget_default_view(view: SavedView, *, but_of_owner: bool = False) -> None:
    """Have the list open with a view no more, for anybody; `but_of_owner` keeps it for who saved it."""
    opened = ListChoice.objects.filter(
        service_id=view.service_id, list_name=view.list_name, default_view=str(view.pk)
    )
    if but_of_owner:
        opened = opened.exclude(owner_id=view.owner_id)
    opened.update(default_view="")
    note_change(view.service_id)


def _keep(service_id: UUID, list_name: str, values: Mapping[str, Any], **whose: Any) -> None:
    ListChoice.objects.update_or_create(service_id=service_id, list_name=list_name, **whose, defaults=values)
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
