"""After a creation whose answer was lost: does the API have such a record now?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.resources.scope import Scope
from apps.ui.columns import Record
from apps.ui.values import text_of

MOST_SHOWN = 10


@dataclass(frozen=True)
class Search:
    """What was found; `was_read` is False when the API did not answer, so finding nothing means nothing."""

    records: Sequence[Record]
    was_read: bool


def find_created(scope: Scope, values: Mapping[str, Any]) -> Search:
    """Records with the same title and the same references as the values that were sent, newest first."""
    resource = scope.resource
    names = [resource.title_field, *resource.form_class.references]
    filters = tuple(
        Filter(name, "eq", text_of(values[name])) for name in names if values.get(name) not in (None, "")
    )
    sort = ("-created_at",) if "created_at" in scope.catalogue else ()
    query = ListQuery(page_size=MOST_SHOWN, sort=sort, filters=filters)
    try:
        page = scope.read_page(query)
    except ApiError:
        return Search((), was_read=False)
    return Search(page.records, was_read=True)
