"""Elements that stand for a command: `{% load keyboard %}<a href="…"{% command "edit" %}>`."""

from functools import cache
from html import escape

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.safestring import SafeString

from apps.ui.integrity import checked_address
from apps.ui.keyboard.commands import key_map, key_of

register = template.Library()


@register.simple_tag(takes_context=True)
def command(context: Context, name: str) -> SafeString:
    """The attributes of an element that its key presses, and that the palette offers.

    The key is told to assistive technology where the template knows that the person uses single letters.
    """
    key = key_of(name)
    shortcut = f' aria-keyshortcuts="{key}"' if _uses_letters(context) else ""
    return SafeString(f' data-command="{name}"{shortcut}')


@register.simple_tag(takes_context=True)
def shortcut(context: Context, name: str) -> SafeString:
    """The key alone, for an element that does the same without being pressed: a search box, a check box."""
    return SafeString(f' aria-keyshortcuts="{key_of(name)}"' if _uses_letters(context) else "")


@register.simple_tag(takes_context=True)
def key_attributes(context: Context) -> SafeString:
    """What the page's body tells the scripts: which key does what, and where the palette and the commands are."""
    return _body_attributes(_uses_letters(context))


@cache
def _body_attributes(uses_letters: bool) -> SafeString:
    values = {
        "palette": reverse("palette"),
        "palette-script": checked_address("js/palette.js"),
        "palette-style": checked_address("css/palette.css"),
    }
    if uses_letters:
        values |= {
            "keys": key_map(),
            "commands-script": checked_address("js/commands.js"),
            "keyboard": reverse("keyboard"),
            "keys-style": checked_address("css/keyboard.css"),
        }
    return SafeString("".join(f' data-{name}="{escape(value)}"' for name, value in values.items()))


def _uses_letters(context: Context) -> bool:
    # A piece that is drawn without `user` is told.
    told = context.get("uses_letters")
    return bool(getattr(context.get("user"), "uses_single_keys", False) if told is None else told)
