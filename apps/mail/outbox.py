"""Writing a message into the outbox, from templates `mail/NAME.subject.txt`, `.txt` and `.html`."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import User
from apps.mail.models import Message

LONGEST_SUBJECT = 120


def post(
    key: str, recipient: User, template: str, context: Mapping[str, Any], *, address: str = ""
) -> Message:
    """The message of the event `key`, written once: a second call for the same event changes nothing.

    `address` sends it to somebody without an account in the recipient's name: one key for each address.
    It joins the caller's transaction, so the message and what it speaks of are both there or neither.
    Templates get `context`, `recipient` and `site_url`.
    """
    values = {**context, "recipient": recipient, "site_url": settings.SITE_URL}
    message, is_new = Message.objects.get_or_create(
        key=key,
        defaults={
            "recipient": recipient,
            "address": address,
            "subject": one_line(render_to_string(f"mail/{template}.subject.txt", values)),
            "text": without_control_characters(render_to_string(f"mail/{template}.txt", values)),
            "html": without_control_characters(render_to_string(f"mail/{template}.html", values)),
        },
    )
    if is_new:
        message.enqueue()
    return message


def absolute_url(name: str, *arguments: Any) -> str:
    """The address of a page as it stands in a mail: under SITE_URL, never under a request's host."""
    return settings.SITE_URL + reverse(name, args=arguments)


def one_line(text: str) -> str:
    """A text fit for a mail header: no control or line characters, at most 120 characters."""
    words = " ".join(without_control_characters(text).split())
    return words if len(words) <= LONGEST_SUBJECT else words[: LONGEST_SUBJECT - 1] + "…"


def without_control_characters(text: str) -> str:
    """The text with every control, surrogate and line separator character but newline made a space.

    Joiners, by which an emoji or a Persian word holds together, stay, and what keeps a name's direction inside.
    """
    return "".join(
        c if c == "\n" or c in _KEPT or unicodedata.category(c) not in _CONTROL else " " for c in text
    )


_CONTROL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: Joiners, plain marks of direction, isolates, and the letters of flags. What overrides a direction is not among them.
_KEPT = frozenset({*map(chr, (0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x2066, 0x2067, 0x2068, 0x2069))}) | {
    chr(code) for code in range(0xE0020, 0xE0080)
}


def withdraw(messages: Iterable[Message], reason: str) -> int:
    """Do not send these after all, those that are not on their way yet; how many."""
    waiting = Message.objects.filter(pk__in=[message.pk for message in messages], state=Message.State.QUEUED)
    # A step that has just claimed one loses its lease, so it does not send it.
    return waiting.update(
        state=Message.State.CANCELED, error=reason, due_at=None, lease_until=None, fence=F("fence") + 1
    )
