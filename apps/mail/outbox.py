"""Queues a message in the outbox, or withdraws it before it is sent."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import F

from apps.accounts.models import User
from apps.mail.models import Message
from apps.mail.rendering import render_email


def queue_message(
    key: str, recipient: User, template: str, context: Mapping[str, Any], *, address: str = ""
) -> Message:
    """The message of the event `key`, written once: a second call for the same event changes nothing.

    `address` sends it to somebody without an account in the recipient's name: one key for each address.
    It joins the caller's transaction, so the message and what it speaks of are both there or neither.
    Templates get `context`, `recipient` and `site_url`.
    """
    words = render_email(template, {**context, "recipient": recipient})
    message, is_new = Message.objects.get_or_create(
        key=key, defaults={"recipient": recipient, "address": address, **words._asdict()}
    )
    if is_new:
        message.enqueue()
    return message


def withdraw(messages: Iterable[Message], reason: str) -> int:
    """Do not send these after all, those that are not on their way yet; how many."""
    waiting = Message.objects.filter(pk__in=[message.pk for message in messages], state=Message.State.QUEUED)
    # A step that has just claimed one loses its lease, so it does not send it.
    return waiting.update(
        state=Message.State.CANCELED, error=reason, due_at=None, lease_until=None, fence=F("fence") + 1
    )
