"""The API's list of exports: the one place that reads it, newest first where the API sorts.

What each reading tells besides is kept: the organisation of the key, and when the newest exports were created.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.core.cache import cache

from apps.api.answers.records import Page
from apps.api.client import Client
from apps.api.errors import RequestRefused
from apps.api.export_records import LIST_EXPORTS
from apps.api.query import MAXIMUM_PAGE_SIZE, ListQuery
from apps.connections.models import Connection
from apps.connections.organisations import learn_organisation
from apps.exports.remote.export import RemoteExport, remote_exports
from apps.ui.values import moment_of

NEWEST_FIRST = ("-created_at",)
_ORDER_KEPT_SECONDS = 3600
#: How long the creation times of the newest exports are good enough.
TIMES_KEPT_SECONDS = 600


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
    """Remembered for an hour by all pages that are read with the key, so that each reading stays one call."""

    identity: str

    @property
    def is_sorted(self) -> bool:
        """Whether it sorts, as far as is known."""
        return not cache.get(self._name)

    def note_unsorted(self) -> None:
        """Remember that it does not."""
        cache.set(self._name, True, _ORDER_KEPT_SECONDS)

    @property
    def _name(self) -> str:
        return f"exports-do-not-sort:{self.identity}"


def read_list(connection: Connection, client: Client, query: ListQuery, order: Order | None = None) -> Page:
    """One page of the list. Raises an `ApiError` when it cannot be read."""
    page = _newest_first(client, query, order or OrderOfKey(client.endpoint.identity))
    learn_organisation(connection, page.records)
    if query.page_number == 1 and not query.filters:
        times = [moment for record in page.records if (moment := moment_of(record.get("created_at")))]
        cache.set(_times_name(connection), times, TIMES_KEPT_SECONDS)
    return page


def newest_exports(connection: Connection, client: Client) -> list[RemoteExport]:
    """The first page of the list, as long as one may be. Raises an `ApiError` when it cannot be read."""
    page = read_list(connection, client, ListQuery(page_size=MAXIMUM_PAGE_SIZE))
    return remote_exports(connection.service, page.records)


def creation_times(connection: Connection) -> list[datetime] | None:
    """When the newest exports of the list were created; None when its first page was not read lately."""
    times: list[datetime] | None = cache.get(_times_name(connection))
    return times


def _times_name(connection: Connection) -> str:
    return f"exports-made:{connection.key_name}"


def _newest_first(client: Client, query: ListQuery, order: Order) -> Page:
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
