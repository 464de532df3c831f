"""The worker's step that hands the log on as it grows; it takes up where it was, whoever stopped it when."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Now

from apps.audit.feed.destinations import hand_on
from apps.audit.feed.json_lines import links_after
from apps.audit.models import Chain, LogFeed

logger = logging.getLogger(__name__)

_EVERY = timedelta(seconds=5)
_AFTER_FAULT = timedelta(seconds=30)
#: A worker that is killed between sending and noting sends at most so many twice to a syslog server.
AT_ONCE = 100


def begin(**_others: object) -> None:
    """Let the feed run where `LOG_EXPORT` says so; a receiver of the worker's start."""
    if settings.LOG_EXPORT:
        LogFeed.objects.get_or_create(pk=LogFeed.NAME)
        LogFeed.objects.filter(pk=LogFeed.NAME, due_at=None).update(due_at=Now())


def step(feed: LogFeed) -> None:
    """Hand on what was written since, some of each chain."""
    destination = settings.LOG_EXPORT
    if not destination:
        feed.write(due_at=None, lease_until=None, message_until=None, starts=0)
        return
    if feed.destination != destination:
        feed.write(destination=destination, positions={}, file={})
    has_more = False
    try:
        for chain_id in Chain.objects.order_by("pk").values_list("pk", flat=True):
            has_more |= _hand_on_part_of(feed, str(chain_id))
    except OSError as fault:
        words = f"{type(fault).__name__}: {fault.strerror or 'no answer'}"
        logger.error("Change log: it could not be handed on to %s: %s", destination, words)
        feed.write(problem=words[:300])
        feed.postpone(_AFTER_FAULT)
        return
    if feed.problem:
        feed.write(problem="")
    feed.postpone(timedelta() if has_more else _EVERY)


def gave_up(feed: LogFeed, _reason: str) -> None:
    """Try again in a while."""
    feed.postpone(_AFTER_FAULT)


def _hand_on_part_of(feed: LogFeed, chain_id: str) -> bool:
    """Hand on some links of the chain; whether there are more."""
    links = links_after(UUID(chain_id), feed.positions.get(chain_id, 0), AT_ONCE)
    if not links:
        return False
    if feed.turn:
        feed.turn.check()
    file = hand_on(feed.destination, links, feed.file)
    feed.write(positions={**feed.positions, chain_id: links[-1].number}, file=file)
    return len(links) == AT_ONCE
