"""How many offers, publishers and advertisers are active: lists of one row, of which only the total is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.home.start.place import Place
from apps.resources import registry
from apps.resources.scope import Scope
from apps.ui.links import query_string

COUNTED = ("offers", "publishers", "advertisers")
FIELD = "active"


@dataclass(frozen=True)
class Count:
    """How many records of a resource are active, and how many are not; None where the API does not tell."""

    label: str
    url: str
    active: int | None
    inactive: int | None
    active_url: str
    inactive_url: str


def counts_at(place: Place) -> list[Count]:
    """All counts, two calls for each resource, side by side. Raises an `ApiError` where any fails."""
    scopes = [place.scope(name) for name in COUNTED]
    asked = [(scope, value) for scope in scopes for value in ("true", "false")]
    totals = run_together(*(partial(_total, scope, value) for scope, value in asked))
    for total in totals:
        if isinstance(total, ApiError):
            raise total
    return [_count(scope, totals[2 * number : 2 * number + 2]) for number, scope in enumerate(scopes)]


def _total(scope: Scope, value: str) -> int | None:
    return scope.read_page(ListQuery(page_size=1, filters=(Filter(FIELD, value=value),))).total_count


def _count(scope: Scope, totals: Sequence[int | ApiError | None]) -> Count:
    resource = registry.named(scope.resource.name)
    url = resource.url("list", scope.list_path)
    active, inactive = (total if isinstance(total, int) else None for total in totals)
    links = [url + query_string([(f"filter[{FIELD}]", value)]) for value in ("true", "false")]
    return Count(resource.label_plural, url, active, inactive, *links)
