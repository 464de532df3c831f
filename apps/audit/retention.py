"""Removes what was kept long enough, in such a way that the rest can still be proved whole.

Whole links go, from the old end of a service's chain, only after they were checked; where the chain begins then, is
sealed with the key of the digests. What somebody else removes there is missing: the seal they cannot make.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from apps.audit import chain
from apps.audit.links import chain_name
from apps.audit.models import LINK_MODELS, ChainStart, Entry
from apps.audit.statements import remove_until
from apps.audit.verification import digest_at

logger = logging.getLogger(__name__)

#: More at once would hold up the writers of the service.
LINKS_AT_ONCE = 1000
_EVERY = timedelta(days=1)
_AFTER_FAULT = timedelta(hours=1)


class StartUnproved(Exception):
    """The oldest links are not as they were written, so they are left for whoever looks into that."""


def step(start: ChainStart) -> None:
    """Remove what the service's chain has of old links; the next time in a day."""
    try:
        removed = remove_old(start.pk)
    except StartUnproved as fault:
        logger.error("Change log: %s: nothing was removed. %s", chain_name(start.pk), fault)
    else:
        if removed:
            logger.info("Change log: %s: %s links removed", chain_name(start.pk), removed)
    start.postpone(_EVERY)


def gave_up(start: ChainStart, _reason: str) -> None:
    """Try again in an hour: removing takes no more than a database that works."""
    start.postpone(_AFTER_FAULT)


def remove_old(service_id: uuid.UUID) -> int:
    """Remove the service's links that are older than `CHANGE_LOG_DAYS`; how many. Raises `StartUnproved`.

    An entry stays as long as what closed it does, and everything behind it too.
    """
    limit = timezone.now() - timedelta(days=settings.CHANGE_LOG_DAYS)
    removed = 0
    while part := _remove_part(service_id, limit):
        removed += part
    return removed


def remove_old_of_all() -> int:
    """Remove what every chain has of old links; one that is not as it was written is left, and said."""
    removed = 0
    for chain_id in ChainStart.objects.values_list("pk", flat=True):
        try:
            removed += remove_old(chain_id)
        except StartUnproved as fault:
            logger.error("Change log: %s: nothing was removed. %s", chain_name(chain_id), fault)
    return removed


def _remove_part(service_id: uuid.UUID, limit: datetime) -> int:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        head = chain.lock(cursor, service_id)
        start, _ = ChainStart.objects.get_or_create(pk=service_id)
        last = _part_end(service_id, start.number, _last_old(service_id, start.number, head.length, limit))
        if last == start.number:
            return 0
        digest = digest_at(service_id, last)
        if digest is None:
            raise StartUnproved(f"Its links up to number {last} are not as they were written.")
        chain.move_start(head, last, digest)
        remove_until(cursor, service_id, last)
    return last - start.number


def _last_old(service_id: uuid.UUID, after: int, length: int, limit: datetime) -> int:
    """The number of the last link before the first one that is not old."""
    young = [
        model._base_manager.filter(service_id=service_id, number__gt=after, at__gte=limit)
        .order_by("number")
        .values_list("number", flat=True)
        .first()
        for model in LINK_MODELS
    ]
    return min((number for number in young if number is not None), default=length + 1) - 1


def _part_end(service_id: uuid.UUID, after: int, last: int) -> int:
    """Up to where the next links can go, none of which is an entry whose closing stays; `after` where none can."""
    size = LINKS_AT_ONCE
    while after < last:
        end = _closed_end(service_id, after, min(after + size, last))
        if end > after or after + size >= last:
            return end
        # An entry that was open for long reaches over many links.
        size *= 2
    return after


def _closed_end(service_id: uuid.UUID, after: int, end: int) -> int:
    while after < end:
        unclosed = Entry.objects.filter(
            Q(closing__isnull=True) | Q(closing__number__gt=end),
            service_id=service_id,
            number__gt=after,
            number__lte=end,
        ).order_by("number")
        first = unclosed.values_list("number", flat=True).first()
        if first is None:
            return end
        end = first - 1
    return after
