"""Messages of what was done that carry a button, as *Undo*: Django's own, with an action beside the words."""

import json
from dataclasses import asdict, dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest


@dataclass(frozen=True)
class MessageAction:
    """What can be done about what a message says: a button that posts to an address."""

    label: str
    url: str


def success(request: HttpRequest, text: str, action: MessageAction | None = None) -> None:
    """Say that something was done."""
    messages.success(request, text, extra_tags=json.dumps(asdict(action)) if action else "")


def action_of(message: Message) -> MessageAction | None:
    """What can be done about a message; None for most."""
    if not message.extra_tags:
        return None
    return MessageAction(**json.loads(message.extra_tags))
