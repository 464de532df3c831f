"""After a creation whose answer was lost: does the API have such a record now?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.resources.scope import Scope
from apps.resources.writes.bodies import differing, field_at, is_never_told
from apps.ui.columns import Record
from apps.ui.values import moment_of, text_of

MOST_SHOWN = 10
#: So far the clocks of the API and of this site may differ.
CLOCK_TOLERANCE = timedelta(minutes=2)
FOUND_BY_VALUES = "The API's answer was lost; the record was found by what it holds."


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


def alike(scope: Scope, search: Search, values: Mapping[str, Any], since: datetime) -> list[Record]:
    """Those of the found records that hold everything that was sent, and are not known to be older than that."""
    fields = scope.operations["create"].body_fields
    told = {name: value for name, value in values.items() if not is_never_told(name, field_at(fields, name))}
    return [
        record
        for record in search.records
        if scope.resource.record_id(record)
        and ((made_at := moment_of(record.get("created_at"))) is None or made_at >= since - CLOCK_TOLERANCE)
        and not list(differing(told, fields, record))
    ]
