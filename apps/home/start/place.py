"""Whose start page it is, and of which integration: what a panel needs to read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Generic, TypeVar

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.connections.models import Integration
from apps.resources import registry
from apps.resources.request_scope import scope_of_request
from apps.resources.scope import Scope

#: What the API said is shown for so long without asking again; *Refresh* asks at once.
KEPT_SECONDS = 60
#: What all calls of one panel may take together.
SECONDS = 8

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """The person, and the integration whose start page it is."""

    request: HttpRequest
    integration: Integration | None

    @property
    def person(self) -> User:
        """Whose page it is."""
        return signed_in_person(self.request)

    @property
    def today(self) -> date:
        """The day in the person's zone."""
        return timezone.localdate()

    @property
    def integration_id(self) -> str:
        """The API's id of the integration; "" without one."""
        return self.integration.integration_id if self.integration else ""

    def scope(self, resource_name: str) -> Scope:
        """The resource's records in this integration, by the person's key. Raises `NoConnection`."""
        resource = registry.named(resource_name)
        path = {"integrationID": self.integration_id} if resource.path_parameters else {}
        return scope_of_request(self.request, resource, path, SECONDS)

    @cached_property
    def _offers(self) -> Scope:
        return self.scope("offers")

    def read(self, name: str, ask: Callable[[], T]) -> "Reading[T]":
        """What `ask` gives, or what it gave within the last minute to the same key; an error is not kept."""
        key = f"start:{self._offers.connection.key_name}:{self.integration_id}:{name}"
        known: Reading[T] | None = None if "now" in self.request.GET else cache.get(key)
        if known is None:
            known = Reading(ask(), timezone.now())
            cache.set(key, known, KEPT_SECONDS)
        return known


@dataclass(frozen=True)
class Reading(Generic[T]):
    """What was read, and when."""

    value: T
    at: datetime
