"""Appends links to a service's chain: each has the next number, and a digest that covers the digest before it."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence

from django.db.models import Max

from apps.audit.keys import ChainKeyUnreadable, unwrapped, usable_key
from apps.audit.models import Chain, Entry, EntryClosing, Link


def digest_of(link: Link, key: bytes) -> str:
    """The digest the link must have."""
    return hmac.new(key, link.content().encode(), hashlib.sha256).hexdigest()


def lock(service_id: uuid.UUID) -> Chain:
    """The head of the service's chain, which nobody else may append to until the transaction ends."""
    head = _locked(service_id)
    if head is None:
        start = Chain(service_id=service_id, length=_length_without_head(service_id), key=usable_key())
        Chain.objects.bulk_create([start], ignore_conflicts=True)
        head = Chain.objects.select_related("key").select_for_update(of=("self",)).get(pk=service_id)
    return head


def append(head: Chain, links: Sequence[Link]) -> None:
    """Number and chain the links, which are of one model, and save them with the locked head."""
    key = _key_of(head)
    for link in links:
        head.length += 1
        link.service_id, link.number = head.service_id, head.length
        link.key_id, link.previous = head.key_id, head.digest
        link.digest = head.digest = digest_of(link, key)
    type(links[0])._base_manager.bulk_create(links)
    Chain.objects.filter(pk=head.pk).update(length=head.length, digest=head.digest, key=head.key_id)


def _locked(service_id: uuid.UUID) -> Chain | None:
    return Chain.objects.select_related("key").select_for_update(of=("self",)).filter(pk=service_id).first()


def _key_of(head: Chain) -> bytes:
    """What digests are made with; from a new key on where the ring no longer opens the last one."""
    try:
        return unwrapped(head.key)
    except ChainKeyUnreadable:
        head.key = usable_key()
        return unwrapped(head.key)


def _length_without_head(service_id: uuid.UUID) -> int:
    """Where a new head starts: at 0, or one number behind the links of a head that was removed, which leaves a gap."""
    numbers = [
        model._base_manager.filter(service_id=service_id).aggregate(last=Max("number"))["last"]
        for model in (Entry, EntryClosing)
    ]
    last = max((number for number in numbers if number), default=None)
    return 0 if last is None else last + 1
