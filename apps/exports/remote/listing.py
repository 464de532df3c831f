"""The API's list of exports newest first, or as the API orders it where it does not sort."""

from dataclasses import dataclass, replace
from typing import Protocol

from django.core.cache import cache

from apps.api.answers.records import Page
from apps.api.client import Client
from apps.api.errors import RequestRefused
from apps.api.export_records import LIST_EXPORTS
from apps.api.query import ListQuery

NEWEST_FIRST = ("-created_at",)
_REMEMBERED_SECONDS = 3600


class Order(Protocol):
    """What is known of the API's sorting."""

    @property
    def is_sorted(self) -> bool:
        """Whether it sorts, as far as is known."""

    def note_unsorted(self) -> None:
        """Remember that it does not."""


@dataclass
class OrderOfTurn:
    """Remembered by whoever reads: the next turn of the worker tries anew."""

    is_sorted: bool = True

    def note_unsorted(self) -> None:
        """Remember that it does not."""
        self.is_sorted = False


@dataclass(frozen=True)
class OrderOfKey:
    """Remembered for an hour by all pages that are read with the key, so that a look stays one call."""

    identity: str

    @property
    def is_sorted(self) -> bool:
        """Whether it sorts, as far as is known."""
        return not cache.get(self._name)

    def note_unsorted(self) -> None:
        """Remember that it does not."""
        cache.set(self._name, True, _REMEMBERED_SECONDS)

    @property
    def _name(self) -> str:
        return f"exports-do-not-sort:{self.identity}"


def read_newest_first(client: Client, query: ListQuery, order: Order) -> Page:
    """One page of the list. Raises an `ApiError`."""
    if not order.is_sorted:
        return client.list(LIST_EXPORTS, query=query)
    try:
        return client.list(LIST_EXPORTS, query=replace(query, sort=NEWEST_FIRST))
    except RequestRefused as error:
        refused = error
    try:
        page = client.list(LIST_EXPORTS, query=query)
    except RequestRefused:
        # It was not the order: its words on the first request name what it was.
        raise refused from None
    order.note_unsorted()
    return page
