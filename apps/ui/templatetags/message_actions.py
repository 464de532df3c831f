"""What messages say, and their buttons."""

from collections.abc import Iterable

from django import template
from django.contrib.messages.storage.base import Message

from apps.text.direction import isolated
from apps.ui.messages import MessageAction, action_of, words_of

register = template.Library()


@register.filter
def action(message: Message) -> MessageAction | None:
    """`{{ message|action }}`: what can be done about it; None for most."""
    return action_of(message)


@register.filter
def words(said: Iterable[Message]) -> str:
    """`{{ said|words }}`: what the messages say, one after the other, for `data-announce`."""
    return " ".join(isolated(words_of(message)) for message in said)
