"""The `lucide` template tag for icons, with a cache, as making an icon parses XML each time.

An icon that a template names itself is drawn when the template is read, and is part of its text from then on.
"""

from functools import lru_cache

from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, Parser, TextNode, Token, Variable
from django.template.library import SimpleNode
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide as draw

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: object) -> SafeString:
    """The icon as inline SVG; `attributes` become those of the element. Raises `IconDoesNotExist`."""
    return _drawn(name, size, tuple(sorted(attributes.items())))


_drawn_with_the_page = register.tags["lucide"]


@register.tag("lucide")
def drawn_when_read(parser: Parser, token: Token) -> Node:
    """The tag, or what it draws where nothing of it is a variable."""
    node: SimpleNode = _drawn_with_the_page(parser, token)
    if node.target_var or any(map(_is_variable, (*node.args, *node.kwargs.values()))):
        return node
    return TextNode(node.render(Context()))


def _is_variable(value: FilterExpression) -> bool:
    return bool(value.filters) or (isinstance(value.var, Variable) and value.var.literal is None)


@lru_cache(maxsize=512)
def _drawn(name: str, size: int | None, attributes: tuple[tuple[str, object], ...]) -> SafeString:
    return SafeString(draw(name, size=size, **dict(attributes)))
