"""The template loader: isolates values by Unicode, so that right-to-left text cannot reorder a page.

What autoescape is to markup, this is to direction: nobody has to think of it. When a template is loaded, its values
are told apart by the HTML around them: between tags a value that has a direction gets an element of its own; in titles,
options, and attributes that people hear or read, and in mails without markup, the two characters that isolate it;
what a program reads (addresses, values of inputs, scripts) stays to the letter.

And the engine that it is of, which frees what a page was drawn from once it is drawn.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Any

from django.http import HttpRequest
from django.template import Origin, Template, TemplateDoesNotExist
from django.template.backends import django as backend
from django.template.base import Node, TextNode, VariableNode
from django.template.context import make_context
from django.template.defaultfilters import join as django_join
from django.template.loader_tags import BlockNode, ExtendsNode
from django.template.loaders import cached
from django.utils.html import conditional_escape
from django.utils.safestring import SafeData, SafeString

from apps.text.direction import contained, isolated, isolated_html, turns
from integr8admin.drawing.quick_nodes import quicken

#: Attributes that people read or hear.
READ_ATTRIBUTES = frozenset(
    {"aria-label", "aria-description", "alt", "title", "placeholder", "data-announce"}
)
#: Elements whose content is text without elements.
_PLAIN_ELEMENTS = frozenset({"title", "option"})
_EXACT_ELEMENTS = frozenset({"script", "style", "textarea"})

_TAG = re.compile(r"<(/?)([A-Za-z][\w-]*)")
_ATTRIBUTE_BEGINS = re.compile(r"""([\w:@.-]+)\s*=\s*(["'])""")


class Place(Enum):
    """What stands around a value."""

    MARKUP = "between tags"
    PLAIN = "in a text that people read and that holds no elements"
    EXACT = "where a program reads it"


class HtmlPosition:
    """Follows a template's own HTML from piece to piece, and says where a value between two pieces stands."""

    def __init__(self) -> None:
        self._inside = ""
        self._tag: tuple[bool, str] | None = None
        self._attribute = ""
        self._quote = ""
        self._comment = False

    @property
    def place(self) -> Place:
        """Where a value stands that comes next."""
        if self._comment:
            return Place.EXACT
        if self._tag is not None:
            return Place.PLAIN if self._quote and self._attribute in READ_ATTRIBUTES else Place.EXACT
        if self._inside in _EXACT_ELEMENTS:
            return Place.EXACT
        return Place.PLAIN if self._inside else Place.MARKUP

    def feed(self, html: str) -> None:
        """Go on behind a piece of the template's own HTML."""
        at = 0
        while at < len(html):
            if self._comment:
                at = self._behind(html, "-->", at)
                self._comment = at < 0
            elif self._tag is None:
                at = self._to_tag(html, at)
            elif self._quote:
                at = self._behind(html, self._quote, at)
                self._quote = self._quote if at < 0 else ""
            else:
                at = self._through_tag(html, at)
            if at < 0:
                return

    @staticmethod
    def _behind(html: str, mark: str, at: int) -> int:
        found = html.find(mark, at)
        return -1 if found < 0 else found + len(mark)

    def _to_tag(self, html: str, at: int) -> int:
        at = html.find("<", at)
        if at < 0:
            return -1
        if html.startswith("<!--", at):
            self._comment = True
            return at + 4
        match = _TAG.match(html, at)
        if match is None or (self._inside and not (match[1] and match[2].lower() == self._inside)):
            return at + 1
        self._tag = (bool(match[1]), match[2].lower())
        return match.end()

    def _through_tag(self, html: str, at: int) -> int:
        end = html.find(">", at)
        begins = _ATTRIBUTE_BEGINS.search(html, at)
        if begins is not None and (end < 0 or begins.start() < end):
            self._attribute, self._quote = begins[1].lower(), begins[2]
            return begins.end()
        if end < 0:
            return -1
        is_closing, name = self._tag or (True, "")
        self._tag = None
        if is_closing:
            self._inside = "" if name == self._inside else self._inside
        elif name in _PLAIN_ELEMENTS | _EXACT_ELEMENTS:
            self._inside = name
        return end + 1


def in_markup(value: Any) -> Any:
    """A value between tags."""
    if isinstance(value, SafeData):
        text = str(value)
        is_text = "<" not in text and turns(text)
        return SafeString(f"<bdi>{contained(text)}</bdi>") if is_text else value
    text = _text_of(value)
    return SafeString(isolated_html(text)) if turns(text) else value


def in_plain_text(value: Any) -> Any:
    """A value in a text without elements."""
    text = _text_of(value)
    if not turns(text):
        return value
    return SafeString(isolated(text)) if isinstance(value, SafeData) else isolated(text)


def _text_of(value: Any) -> str:
    if (
        value is None
        or isinstance(value, int | float)
        or (hasattr(value, "__html__") and not isinstance(value, str))
    ):
        return ""
    return str(value)


def join_in_markup(values: Any, separator: str) -> Any:
    """Django's `join`, each item kept apart from the others."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return django_join(values, separator)
    return SafeString(
        conditional_escape(separator).join(conditional_escape(in_markup(value)) for value in values)
    )


def join_in_plain_text(values: Any, separator: str) -> Any:
    """The same where there are no elements."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        return django_join(values, separator, autoescape=False)
    return separator.join(isolated(str(value)) for value in values)


_FILTERS: dict[Place, tuple[Callable[..., Any], Callable[..., Any]]] = {
    Place.MARKUP: (in_markup, join_in_markup),
    Place.PLAIN: (in_plain_text, join_in_plain_text),
}


class Loader(cached.Loader):
    """Loads templates once, and gives each of their values what its place asks for."""

    def __init__(self, engine: Any, loaders: Any) -> None:
        super().__init__(engine, loaders)
        self._lock = threading.RLock()

    def get_template(self, template_name: str, skip: list[Origin] | None = None) -> Template:
        """The template, its values isolated."""
        template: Template = super().get_template(template_name, skip)
        if not hasattr(template, "block_places"):
            with self._lock:
                if not hasattr(template, "block_places"):
                    self._isolate(template)
        return template

    def _isolate(self, template: Template) -> None:
        blocks = self._blocks_above(template)
        position = HtmlPosition()
        is_html = not (template.name or "").endswith(".txt")
        for node, within in _in_order(template.nodelist):
            if isinstance(node, BlockNode):
                blocks.setdefault(node.name, position.place)
            elif isinstance(node, TextNode):
                position.feed(node.s)
            elif isinstance(node, VariableNode):
                place = position.place
                if within and place is Place.MARKUP:
                    # A page says a block alone; what stands around it is in the template it extends.
                    place = blocks[within]
                _isolate_value(node, place if is_html else Place.PLAIN)
        quicken(template)
        # Set last: who sees it, sees the work done.
        template.block_places = blocks  # type: ignore[attr-defined]

    def _blocks_above(self, template: Template) -> dict[str, Place]:
        extends = next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)
        name = getattr(getattr(extends, "parent_name", None), "var", "")
        if not isinstance(name, str) or not name or name == template.name:
            return {}
        try:
            return dict(getattr(self.get_template(name), "block_places", {}))
        except TemplateDoesNotExist:
            return {}


def _in_order(nodes: Iterable[Node], block: str = "") -> Iterator[tuple[Node, str]]:
    """Every node in the order of the file, with the name of the block it stands in."""
    for node in nodes:
        yield node, block
        inner = node.name if isinstance(node, BlockNode) else block
        for name in node.child_nodelists:
            yield from _in_order(getattr(node, name, None) or (), inner)


def _isolate_value(node: VariableNode, place: Place) -> None:
    if place not in _FILTERS:
        return
    isolate, join = _FILTERS[place]
    expression = node.filter_expression
    expression.filters = [
        (join, arguments) if function is django_join else (function, arguments)
        for function, arguments in expression.filters
    ]
    expression.filters.append((isolate, []))


class Templates(backend.DjangoTemplates):
    """Django's engine of templates."""

    def from_string(self, template_code: str) -> "PageTemplate":
        """A template of a text."""
        return PageTemplate(super().from_string(template_code).template, self)

    def get_template(self, template_name: str) -> "PageTemplate":
        """A template of a file. Raises `TemplateDoesNotExist`."""
        return PageTemplate(super().get_template(template_name).template, self)


class PageTemplate(backend.Template):
    """A template whose context holds nothing any more once it is drawn.

    A context and its values point at each other: without an end to that all that a page is made of, its rows and the
    API's answer among it, would lie about until the garbage collector comes.
    """

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> SafeString:
        """The drawn template."""
        bound = make_context(context, request, autoescape=self.backend.engine.autoescape)
        try:
            return self.template.render(bound)
        except TemplateDoesNotExist as problem:
            backend.reraise(problem, self.backend)
            raise
        finally:
            bound.dicts.clear()
