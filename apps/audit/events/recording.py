"""Writes down what happens to the product itself, as links of one chain.

An event joins the caller's transaction: it and what it tells of are both there or neither. So the chain stays locked
until that ends; call this last. What nobody can do anything about any more - somebody has signed in, a stranger tried
to - is not stopped by a log that cannot be written: the process's log says so, and the next event does.
"""

import logging
from datetime import datetime
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.client_address import client_address
from apps.accounts.models import User
from apps.accounts.product_events import (
    GROUPS,
    EventGroup,
    EventKind,
    ProductEvent,
    current_request,
    recorded,
)
from apps.audit.events import windows
from apps.audit.events.appending import append, missed
from apps.audit.keys import ChainKeyUnreadable
from apps.audit.masking import mask
from apps.audit.models import RECORD_ID_LENGTH, Event
from apps.audit.rows import storable

logger = logging.getLogger(__name__)

#: A browser's name for itself is cut.
LONGEST_BROWSER = 300
#: What has happened already when it is told, so that no fault of the log may undo it.
ONLY_TOLD = frozenset(
    {*GROUPS[EventGroup.SIGN_IN], EventKind.FACTOR_USED, EventKind.FACTOR_FAILED, EventKind.LINK_OPENED}
)
_FAULTS = (DatabaseError, ObjectDoesNotExist, ChainKeyUnreadable)


def record(kind: EventKind, person: User | None, request: HttpRequest | None = None, **details: Any) -> None:
    """Write down what happened; `details` are the other parts of a `ProductEvent`.

    Raises what the database raises, except for what is `ONLY_TOLD`.
    """
    record_event(ProductEvent(kind, person, request, **details))


def record_event(event: ProductEvent) -> None:
    """The same of an event that is made already."""
    if event.kind not in ONLY_TOLD:
        with transaction.atomic():
            _write_or_count(event)
        return
    try:
        with transaction.atomic():
            _write_or_count(event)
    except _FAULTS:
        logger.exception(
            "Change log: %s of %s could not be written", event.kind, event.person and event.person.pk
        )
        missed.add(1)


def event_row(event: ProductEvent, at: datetime | None = None) -> Event:
    """The row of an event, not saved yet. Secrets are masked."""
    request, person, subject = event.request or current_request.get(), event.person, event.subject
    browser = request.headers.get("User-Agent", "")[:LONGEST_BROWSER] if request else ""
    told, facts = mask([[event.about, event.about_id, event.title, browser], dict(event.facts)])
    about, about_id, title, browser = map(storable, told)
    return Event(
        kind=event.kind,
        at=at or timezone.now(),
        person_id=person.pk if person else None,
        email=person.email if person else "",
        subject_id=subject.pk if subject else None,
        subject_email=subject.email if subject else "",
        about=about,
        about_id=about_id[:RECORD_ID_LENGTH],
        title=title,
        about_service=event.service_id,
        organisation=event.organisation,
        address=(client_address(request) or "") if request else "",
        browser=browser,
        request_id=str(getattr(request, "request_id", "")),
        facts=facts,
    )


def _write_or_count(event: ProductEvent) -> None:
    row = event_row(event)
    if event.kind in windows.SUMMED:
        windows.count(row, event)
    else:
        append(row)
        recorded.send(sender=ProductEvent, event=event)
