"""Keeps what many pages show alike: `{% load drawn_once %}{% drawn_once unread=unread %}…{% end_drawn_once %}`.

What stands between the two tags is drawn with the named values alone, so it cannot show anything of somebody else: it
is drawn again for other values, and kept for the same ones. For what a page has in common with others (header, heads,
filters), never for a record's own values. It holds no `{% csrf_token %}`, which differs with every page.
"""

import threading
from collections.abc import Hashable, Mapping
from typing import Any

from django import template
from django.template import Context, TemplateSyntaxError
from django.template.base import FilterExpression, Node, NodeList, Parser, Token, token_kwargs
from django.utils import timezone
from django.utils.safestring import SafeString

#: So many forms of one piece are kept; the one kept longest goes first.
MOST_KEPT = 128

register = template.Library()


class DrawnOnceNode(Node):
    """A piece of a template and its forms that are kept."""

    def __init__(self, nodelist: NodeList, values: Mapping[str, FilterExpression]) -> None:
        self.nodelist = nodelist
        self._values = values
        self._kept: dict[Hashable, SafeString] = {}
        self._lock = threading.Lock()

    def render(self, context: Context) -> SafeString:
        """The piece for these values."""
        values = {name: _fixed(value.resolve(context)) for name, value in self._values.items()}
        # A markup and a text may be equal and yet be drawn differently, as True and 1 are.
        key = (timezone.get_current_timezone(), *((type(value), value) for value in values.values()))
        drawn = self._kept.get(key)
        if drawn is None:
            drawn = self.nodelist.render(context.new(values))
            with self._lock:
                while len(self._kept) >= MOST_KEPT:
                    del self._kept[next(iter(self._kept))]
                self._kept[key] = drawn
        return drawn


def _fixed(value: Any) -> Any:
    return tuple(map(_fixed, value)) if isinstance(value, list) else value


@register.tag
def drawn_once(parser: Parser, token: Token) -> DrawnOnceNode:
    """Begins the piece; each value is given by name and must not change, as a text, a number or a tuple."""
    name, *given = token.split_contents()
    values = token_kwargs(given, parser)
    if given:
        raise TemplateSyntaxError(f"{name} takes values by name, as unread=user.unread_notifications")
    nodelist = parser.parse(("end_drawn_once",))
    parser.delete_first_token()
    return DrawnOnceNode(nodelist, values)
