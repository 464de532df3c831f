"""Filter operators that a service refuses although the contract lists them.

A search by part of a text is then one by the whole text. What a service called no operator is remembered for a day, so
that it is neither sent nor offered again, and an API that learns it is found out.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from django.core.cache import cache

from apps.api.errors import RequestRefused
from apps.api.query import DEFAULT_OPERATOR, Filter, ListQuery
from apps.connections.models import Service

REMEMBERED_SECONDS = 24 * 3600
#: What is asked for instead; operators without an entry have nothing that is nearly the same.
INSTEAD: Mapping[str, str] = {"contains": DEFAULT_OPERATOR, "starts_with": DEFAULT_OPERATOR}


class RefusedOperators:
    """The operators that one service has refused for the lists of one tag; forgotten when its contract changes."""

    def __init__(self, service: Service, tag: str) -> None:
        self._key = f"refused-operators:{service.pk}:{service.contract_digest}:{tag}"

    @cached_property
    def known(self) -> frozenset[str]:
        """The operators refused of late, as they were known when this was first asked, and those noted here since."""
        return self._remembered()

    def _remembered(self) -> frozenset[str]:
        return frozenset(cache.get(self._key, ()))

    def note(self, query: ListQuery, error: RequestRefused) -> None:
        """Remember those of a refused query that the service says are none; another reason says nothing about them."""
        said = " ".join([error.message, *(" ".join(words) for words in error.field_errors.values())]).lower()
        blamed = {
            item.operator
            for item in query.filters
            if item.operator in INSTEAD and ("operator" in said or item.operator in said)
        }
        if blamed:
            self.known = self._remembered() | blamed
            cache.set(self._key, tuple(self.known), REMEMBERED_SECONDS)


def without(query: ListQuery, operators: frozenset[str]) -> ListQuery:
    """The query with each of these operators replaced by the one that comes nearest (`INSTEAD`)."""
    return replace(query, filters=tuple(_instead(item, operators) for item in query.filters))


def _instead(item: Filter, operators: frozenset[str]) -> Filter:
    if item.operator not in operators or item.operator not in INSTEAD:
        return item
    return replace(item, operator=INSTEAD[item.operator])
