"""Appends links to a service's chain: each has the next number, and a digest that covers the digest before it."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db.backends.utils import CursorWrapper
from django.db.models import Max
from django.utils import timezone

from apps.audit.fields import canonical
from apps.audit.keys import ChainKeyUnreadable, unwrapped, usable_key
from apps.audit.models import LINK_MODELS, Chain, ChainStart, Link
from apps.audit.statements import Head, locked_head


def digest_of(link: Link, key: bytes) -> str:
    """The digest the link must have."""
    return hmac.digest(key, link.content().encode(), hashlib.sha256).hex()


def seal_of(start: ChainStart, key: bytes) -> str:
    """The seal that the start of a chain must have."""
    content = canonical([ChainStart._meta.label, str(start.service_id), start.number, start.digest])
    return hmac.digest(key, content.encode(), hashlib.sha256).hex()


def move_start(head: Head, number: int, digest: str) -> None:
    """Let the locked chain begin behind the link of that number and digest."""
    start = ChainStart(service_id=head.service_id, number=number, digest=digest)
    key = key_of(head)
    ChainStart.objects.filter(pk=head.service_id).update(
        number=number, digest=digest, key_id=head.key_id, seal=seal_of(start, key)
    )


def lock(cursor: CursorWrapper, service_id: uuid.UUID, *, waits_for_disk: bool = True) -> Head:
    """The end of the service's chain, which nobody else may append to until the transaction ends.

    Without `waits_for_disk` what the transaction writes may be lost when the database's own machine breaks down.
    """
    head = locked_head(cursor, service_id, waits_for_disk=waits_for_disk)
    if head is None:
        start = Chain(service_id=service_id, length=_length_without_head(service_id), key=usable_key())
        Chain.objects.bulk_create([start], ignore_conflicts=True)
        first_look = ChainStart(service_id=service_id, due_at=timezone.now() + timedelta(days=1))
        ChainStart.objects.bulk_create([first_look], ignore_conflicts=True)
        head = locked_head(cursor, service_id, waits_for_disk=waits_for_disk)
    if head is None:
        raise Chain.DoesNotExist(service_id)
    return head


def append(head: Head, links: Sequence[Link]) -> None:
    """Number and chain the links, and move the locked head behind them; both are still to be saved."""
    key = key_of(head)
    for link in links:
        head.length += 1
        link.service_id, link.number = head.service_id, head.length
        link.key_id, link.previous = head.key_id, head.digest
        link.digest = head.digest = digest_of(link, key)


def key_of(head: Head) -> bytes:
    """What digests are made with; from a new key on where the ring no longer opens the last one."""
    try:
        return unwrapped(head.ring_key_id, head.wrapped)
    except ChainKeyUnreadable:
        key = usable_key()
        head.key_id = key.pk
        return unwrapped(key.ring_key_id, key.wrapped)


def _length_without_head(service_id: uuid.UUID) -> int:
    """Where a new head starts: at 0, or one number behind the links of a head that was removed, which leaves a gap."""
    numbers = [
        model._base_manager.filter(service_id=service_id).aggregate(last=Max("number"))["last"]
        for model in LINK_MODELS
    ]
    last = max((number for number in numbers if number), default=None)
    return 0 if last is None else last + 1
