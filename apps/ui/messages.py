"""Messages of what was done that carry a button, as *Undo*: Django's own, with an action beside the words."""

import json
from dataclasses import asdict, dataclass
from html import unescape

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.safestring import SafeData


@dataclass(frozen=True)
class MessageAction:
    """What can be done about what a message says: a button that posts to an address."""

    label: str
    url: str


def success(request: HttpRequest, text: str, action: MessageAction | None = None) -> None:
    """Say that something was done."""
    messages.success(request, text, extra_tags=json.dumps(asdict(action)) if action else "")


def words_of(message: Message) -> str:
    """What a message says, to be heard: of markup, the text alone."""
    said = message.message
    return unescape(strip_tags(said)) if isinstance(said, SafeData) else str(said)


def action_of(message: Message) -> MessageAction | None:
    """What can be done about a message; None for most."""
    if not message.extra_tags:
        return None
    return MessageAction(**json.loads(message.extra_tags))
