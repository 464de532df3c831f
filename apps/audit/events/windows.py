"""Sums what strangers can make happen as often as they like: the first is written down, the rest once a window.

So tries at passwords neither fill the disk nor hold up who signs in: most of them cost one UPDATE of one row.
"""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from apps.accounts.client_address import client_network
from apps.accounts.product_events import EventKind, ProductEvent, current_request
from apps.audit.events.appending import append
from apps.audit.fields import canonical
from apps.audit.models import Event, EventCount

SUMMED = frozenset(
    {
        EventKind.SIGN_IN_FAILED,
        EventKind.SIGN_IN_LOCKED,
        EventKind.STEP_UP_FAILED,
        EventKind.FACTOR_FAILED,
        EventKind.LINK_OPENED,
    }
)
WINDOW = timedelta(hours=1)
#: More accounts, links and networks than that are counted together, without their names, until a window ends.
MOST_COUNTED = 200
_KEPT = (
    "kind",
    "person_id",
    "email",
    "subject_id",
    "subject_email",
    "about",
    "about_id",
    "title",
    "about_service",
    "organisation",
    "address",
    "browser",
    "facts",
)


def count(row: Event, event: ProductEvent) -> None:
    """Write the event down if it is the first of its window, else count it; within the caller's transaction."""
    key = _key(row, _network(event), event.counted_by)
    if _add_one(key):
        return
    if EventCount.objects.count() < MOST_COUNTED:
        _begin(key, row)
    else:
        _count_nameless(row)


def step(counted: EventCount) -> None:
    """Write down what was counted in a window that has ended, and forget the window."""
    _end(counted.pk)


def gave_up(counted: EventCount, _reason: str) -> None:
    """Try again in an hour: it takes no more than a database that works."""
    counted.postpone(WINDOW)


def _network(event: ProductEvent) -> str:
    request = event.request or current_request.get()
    return client_network(request) if request else ""


def _count_nameless(row: Event) -> None:
    nameless = Event(kind=row.kind, at=row.at, facts={"from_many": True})
    key = _key(nameless)
    if not _add_one(key):
        _begin(key, nameless)


def _add_one(key: str) -> bool:
    """Count one more in the window that is open; whether one is."""
    now = timezone.now()
    open_window = EventCount.objects.filter(pk=key, window_ends__gt=now)
    return bool(open_window.update(count=F("count") + 1, first_at=Coalesce("first_at", now)))


def _begin(key: str, row: Event) -> None:
    """Open a window with its first event, or count it in one that somebody else opened at this moment."""
    _end(key, only_old=True)
    ends = row.at + WINDOW
    kept = {name: getattr(row, name) for name in _KEPT}
    _, is_first = EventCount.objects.get_or_create(
        pk=key, defaults={"window_ends": ends, "due_at": ends, "event": kept}
    )
    if is_first:
        append(row)
    else:
        _add_one(key)


def _end(key: str, *, only_old: bool = False) -> None:
    with transaction.atomic():
        windows = EventCount.objects.select_for_update().filter(pk=key)
        counted = (windows.filter(window_ends__lte=timezone.now()) if only_old else windows).first()
        if counted is None:
            return
        counted.delete()
        if counted.count:
            append(_row_of(counted))


def _row_of(counted: EventCount) -> Event:
    kept: dict[str, Any] = dict(counted.event)
    for name in ("person_id", "subject_id", "about_service"):
        kept[name] = UUID(kept[name]) if kept[name] else None
    since = counted.first_at and counted.first_at.isoformat(timespec="seconds")
    kept["facts"] = {**kept["facts"], "since": since, "until": _last_moment(counted)}
    return Event(**kept, at=timezone.now(), count=counted.count)


def _last_moment(counted: EventCount) -> str:
    return min(counted.window_ends, timezone.now()).isoformat(timespec="seconds")


def _key(row: Event, network: str = "", counted_by: str = "") -> str:
    """One for each kind, network, and person or thing that it concerns."""
    told = [row.kind, str(row.person_id), str(row.subject_id), row.about, row.about_id, network, counted_by]
    return hashlib.sha256(canonical(told).encode()).hexdigest()
