"""Children of an offer that the API sends without ids, or with odd ones."""

from types import SimpleNamespace
from typing import Any

from apps.api.answers.records import Page
from apps.landing_pages.resource import LandingPageResource
from apps.offers.duplication import missing_by_name, read_children


def test_children_without_an_id_are_kept_each():
    ids: tuple[Any, ...] = (None, "", "x" * 300, 1)
    records: list[dict[str, Any]] = [{"id": key, "name": f"Child {place}"} for place, key in enumerate(ids)]
    scope: Any = SimpleNamespace(
        resource=LandingPageResource(), read_page=lambda query: Page(records, None, None, 1, 100)
    )
    children = read_children(scope)
    assert {record["name"] for record in children} == {f"Child {place}" for place in range(4)}
    assert missing_by_name(records, children, scope.resource) == []
