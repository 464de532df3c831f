"""The `lucide` template tag for icons.

An icon that a template names itself is drawn when the template is read, and is part of its text from then on.
"""

from django import template
from django.template import Context
from django.template.base import FilterExpression, Node, Parser, TextNode, Token, Variable
from django.template.library import SimpleNode
from django.utils.safestring import SafeString

from apps.ui.icons import drawn_icon

register = template.Library()


@register.simple_tag
def lucide(name: str, *, size: int | None = 24, **attributes: object) -> SafeString:
    """The icon as inline SVG; `attributes` become those of the element. Raises `IconDoesNotExist`."""
    return drawn_icon(name, size, **attributes)


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
