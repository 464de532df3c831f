"""Reads the records that rows name as they are now, in few calls: what is not found is left to the plan."""

from collections.abc import Mapping, Sequence
from functools import partial

from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.api.query import MAXIMUM_PAGE_SIZE, Filter, ListQuery
from apps.resources.scope import Scope
from apps.resources.writes.reading import pages, read_records
from apps.ui.columns import Record

#: So many are read one by one, where a filter by several ids does not find them.
MOST_SINGLE = 100


def records_of(scope: Scope, ids: Sequence[str]) -> dict[str, Record]:
    """The records by their id, without those that are gone or could not be read.

    A call for every hundred, then one for each of the first hundred that those did not find.
    """
    found: dict[str, Record] = {}
    for answer in run_together(*(partial(_group, scope, group) for group in pages(ids))):
        found |= {} if isinstance(answer, ApiError) else answer
    missing = [key for key in ids if key not in found][:MOST_SINGLE]
    singles = read_records(scope, missing) if missing else {}
    return found | {key: record for key, record in singles.items() if isinstance(record, Mapping)}


def _group(scope: Scope, ids: Sequence[str]) -> dict[str, Record]:
    query = ListQuery(page_size=MAXIMUM_PAGE_SIZE, filters=(Filter("id", "in", ",".join(ids)),))
    wanted = set(ids)
    records = scope.read_page(query).records
    return {key: record for record in records if (key := scope.resource.record_id(record)) in wanted}
