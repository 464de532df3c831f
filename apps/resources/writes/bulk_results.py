"""The stored result of a bulk action: a confirmation is carried out once, and its result has an address."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import Entry, Outcome
from apps.resources.models import BulkResult
from apps.resources.resource import Resource
from apps.resources.writes.actions import BulkAction
from apps.resources.writes.results import Result

KEPT_FOR = timedelta(days=30)
#: Reading, sending, reading back, and a second time: an action that takes longer was cut short.
PHASES = 6


def begin(
    nonce: uuid.UUID,
    owner: User,
    resource: Resource,
    action: BulkAction,
    rows: Sequence[tuple[str, str]],
    path: Mapping[str, str],
    list_query: str,
) -> BulkResult | None:
    """A new result for the selected records (id, title); None when this confirmation was sent before.

    Until it is finished every record counts as not known, which stays true if the process dies meanwhile.
    """
    BulkResult.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    reason = "It was cut short before its result was known."
    unknown = [Result(key, title, Outcome.UNKNOWN, reason, may_be_sent_again=True) for key, title in rows]
    result = BulkResult(
        id=nonce,
        owner=owner,
        resource=resource.name,
        path=dict(path),
        list_query=list_query,
        action=action.name,
        rows=[one.as_row() for one in unknown],
    )
    try:
        with transaction.atomic():
            result.save(force_insert=True)
    except IntegrityError:
        return None
    return result


def finish(result: BulkResult, results: Sequence[Result]) -> None:
    """Store what became of every record."""
    result.rows = [one.as_row() for one in results]
    result.finished_at = timezone.now()
    result.save(update_fields=["rows", "finished_at"])


def results_of(result: BulkResult) -> list[Result]:
    """What became of every record, in the order of the selection."""
    return [Result.from_row(row) for row in result.rows]


def entries_of(result: BulkResult) -> QuerySet[Entry]:
    """The entries of the change log that were written for it."""
    entries: QuerySet[Entry] = Entry.objects.filter(batch=result.pk)
    return entries


def is_running(result: BulkResult) -> bool:
    """Whether the action may still be under way."""
    longest = timedelta(seconds=PHASES * settings.PAGE_DEADLINE_SECONDS)
    return result.finished_at is None and timezone.now() - result.created_at < longest
