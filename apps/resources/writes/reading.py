"""Reads the records that are to be changed, or were: all by one call where the API can, else one by one."""

from collections.abc import Iterator, Sequence
from functools import partial

from apps.api.errors import ApiError, KeyRejected, RateLimited, ServiceFailed, Unreachable
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.resources.scope import Scope
from apps.resources.writes.actions import LARGEST_SELECTION
from apps.ui.columns import Record

#: Calls for single records share a time budget by so many: four at a time, each may take two seconds.
PART = 20

#: A record, None when it is gone, or why it could not be read.
Reading = Record | None | ApiError


def read_records(scope: Scope, ids: Sequence[str]) -> dict[str, Reading]:
    """The records as they are now: one filtered list call for every hundred, then one by one what that did not answer.

    A single record is read by itself.
    """
    found: dict[str, Reading] = {}
    if len(ids) > 1 and "id" in scope.catalogue:
        groups = list(pages(ids))
        lists = run_together(*(partial(read_at_once, scope.renewed(), group) for group in groups))
        for group, answer in zip(groups, lists, strict=True):
            if not isinstance(answer, ApiError):
                found |= answer
            elif is_silent(answer):
                found |= dict.fromkeys(group, answer)
    missing = [key for key in ids if key not in found]
    for part in parts(missing):
        fresh = scope.renewed()
        answers = run_together(*(partial(fresh.get_or_none, key) for key in part))
        found.update(zip(part, answers, strict=True))
        silence = [answer for answer in answers if isinstance(answer, ApiError) and is_silent(answer)]
        if len(silence) == len(part):
            return {**dict.fromkeys(missing, silence[0]), **found}
    return found


def read_at_once(scope: Scope, ids: Sequence[str]) -> dict[str, Record]:
    """Those of the records that one list call finds."""
    query = ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
    wanted = set(ids)
    records = scope.read_page(query).records
    return {key: record for record in records if (key := scope.resource.record_id(record)) in wanted}


def pages(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in groups that one call may name."""
    return (ids[start : start + LARGEST_SELECTION] for start in range(0, len(ids), LARGEST_SELECTION))


def parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The ids in groups whose single calls share a time budget."""
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


def is_silent(error: ApiError) -> bool:
    """Whether another call would get no answer either."""
    return isinstance(error, Unreachable | RateLimited | KeyRejected) or (
        isinstance(error, ServiceFailed) and error.status is None
    )
