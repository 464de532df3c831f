"""The button of a message."""

from django import template
from django.contrib.messages.storage.base import Message

from apps.ui.messages import MessageAction, action_of

register = template.Library()


@register.filter
def action(message: Message) -> MessageAction | None:
    """`{{ message|action }}`: what can be done about it; None for most."""
    return action_of(message)
