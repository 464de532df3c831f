"""Tells a person of an event: in the bell, and by mail where they want that."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.mail.models import Message
from apps.mail.outbox import queue_message
from apps.notifications.kinds import Kind
from apps.notifications.models import MailPreferences, Notification, Outcome
from apps.notifications.reading import mark_read


@dataclass(frozen=True)
class Event:
    """What happened to a thing, in words."""

    #: One event, one notification and one mail, however often it is told.
    key: str
    kind: Kind
    outcome: Outcome
    title: str
    #: The page of the thing, as a path of this site.
    url: str
    text: str = ""


@dataclass(frozen=True)
class MailTemplate:
    """The mail about an event: the name of its template, and what that gets."""

    name: str
    context: Mapping[str, Any]


def tell(event: Event, recipient: User, mail: MailTemplate | None = None) -> Message | None:
    """Tell the person; the message that was queued, None where they want none of the kind.

    Called within the transaction that makes it so: what is told and what happened are both there or neither. What
    was told of the same thing before counts as read: the newest says how it stands.
    """
    with transaction.atomic():
        _, is_new = Notification.objects.get_or_create(
            key=event.key,
            defaults={
                "recipient": recipient,
                "kind": event.kind.name,
                "outcome": event.outcome,
                "title": _cut(event.title, 200),
                "text": _cut(event.text, 300),
                "url": event.url,
            },
        )
        if is_new:
            mark_read(recipient, _about(recipient, event.url).exclude(key=event.key))
            User.objects.filter(pk=recipient.pk).update(unread_notifications=F("unread_notifications") + 1)
        if mail is None or not wants_mail(event.kind, recipient):
            return None
        return queue_message(event.key, recipient, mail.name, mail.context)


def wants_mail(kind: Kind, person: User) -> bool:
    """Whether the person gets mails of that kind."""
    preferences = MailPreferences.objects.filter(pk=person.pk).first()
    return kind.is_mailed and (preferences is None or kind.name not in preferences.unwanted)


def remove_old() -> int:
    """Remove what is older than `NOTIFICATION_DAYS`, of everybody; how many."""
    old = Notification.objects.filter(at__lt=timezone.now() - timedelta(days=settings.NOTIFICATION_DAYS))
    unread = old.filter(read_at=None).order_by().values_list("recipient_id", flat=True).distinct()
    for person in User.objects.filter(pk__in=list(unread)):
        mark_read(person, old)
    return int(old.exclude(read_at=None).delete()[0])


def _about(person: User, url: str) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient=person, url=url)


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else f"{words[: length - 1]}…"
