"""Has the nodes of a loaded template draw what Django's do, with what is the same each time worked out once.

Which template an `{% include %}` names and which blocks a page's shell has is looked up at each drawing by Django, and
each step of `{{ record.name }}` is tried as a key, by an exception, before it is tried as an attribute. Here a node
becomes one of a class of this module that knows; whatever is out of the ordinary is still left to Django's.
"""

from collections.abc import Mapping
from functools import lru_cache
from html import escape
from typing import Any

from django.middleware.csrf import CSRF_TOKEN_LENGTH
from django.template import Context, Template, VariableDoesNotExist
from django.template.base import (
    FilterExpression,
    Node,
    NodeList,
    Variable,
    VariableNode,
    render_value_in_context,
)
from django.template.defaulttags import CsrfTokenNode, TemplateLiteral
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.smartif import TokenBase
from django.utils.safestring import SafeString


def quicken(template: Template) -> None:
    """Have a template drawn quickly from now on. Not where Django says which node an error is of."""
    if not template.engine.debug:
        _quicken_list(template.nodelist)


def _quicken_list(nodes: NodeList) -> None:
    _become(nodes, NodeList, QuickNodes)
    for node in nodes:
        _become(node, type(node), _QUICK.get(type(node), type(node)))
        for value in list(vars(node).values()):
            _quicken_value(value)


def _quicken_value(value: object) -> None:
    """What a node has: other nodes, expressions, terms of conditions, or several of them."""
    if isinstance(value, NodeList):
        _quicken_list(value)
    elif isinstance(value, FilterExpression):
        _become(value, FilterExpression, QuickExpression)
        _become(value.var, Variable, QuickVariable)
        for _, arguments in value.filters:
            for _, argument in arguments:
                _become(argument, Variable, QuickVariable)
    elif isinstance(value, TemplateLiteral):
        _quicken_value(value.value)
    elif isinstance(value, TokenBase):
        _quicken_value(value.first)
        _quicken_value(value.second)
    elif isinstance(value, Mapping):
        _quicken_value(list(value.values()))
    elif isinstance(value, list | tuple):
        for one in value:
            _quicken_value(one)


def _become(thing: Any, kind: type, quick: type) -> None:
    """Changes the class of what is of just this kind: a class that differs has its own way."""
    if type(thing) is kind:
        thing.__class__ = quick


class QuickVariable(Variable):
    """Looks up keys of what has keys, and attributes of everything else."""

    __slots__ = ()

    def resolve(self, context: Any) -> Any:
        """The value. Raises `VariableDoesNotExist`."""
        if self.lookups is None or self.translate:
            return super().resolve(context)
        try:
            found = context[self.lookups[0]]
            for name in self.lookups[1:]:
                if callable(found):
                    return super().resolve(context)
                found = found[name] if _has_keys(type(found)) else getattr(found, name)  # type: ignore[arg-type]
        except (AttributeError, LookupError, TypeError, ValueError):
            # A method of a dictionary, the place in a list, or nothing at all.
            return super().resolve(context)
        except Exception as error:
            if getattr(error, "silent_variable_failure", False):
                return super().resolve(context)
            raise
        return super().resolve(context) if callable(found) else found


@lru_cache(maxsize=1024)
def _has_keys(kind: type) -> bool:
    return hasattr(kind, "__getitem__")


class QuickExpression(FilterExpression):
    """A value with its filters; one without any is its variable."""

    __slots__ = ()

    def resolve(self, context: Context, ignore_failures: bool = False) -> Any:
        """The value, or what stands for none."""
        if self.filters:
            return super().resolve(context, ignore_failures)
        if not self.is_var:
            return self.var
        try:
            return self.var.resolve(context)
        except VariableDoesNotExist:
            return super().resolve(context, ignore_failures)


class QuickValue(VariableNode):
    """A value in the text; most are texts already."""

    def render(self, context: Context) -> SafeString:
        """The value, escaped unless it is markup."""
        try:
            value = self.filter_expression.resolve(context)
        except UnicodeDecodeError:
            return SafeString()
        kind = type(value)
        if kind is SafeString:
            return value  # type: ignore[no-any-return]
        if kind is str and context.autoescape:
            return SafeString(escape(value))
        return render_value_in_context(value, context)  # type: ignore[return-value]


class QuickNodes(NodeList):
    """Nodes one after the other."""

    _blocks: list[Node] | None = None

    def render(self, context: Context) -> SafeString:
        """Their texts as one."""
        return SafeString("".join([node.render(context) for node in self]))

    def get_nodes_by_type(self, nodetype: type[Node]) -> list[Node]:
        """All of a kind, at any depth; the blocks, which every page asks its shell for, are looked for once."""
        if nodetype is not BlockNode:
            return super().get_nodes_by_type(nodetype)
        if self._blocks is None:
            self._blocks = super().get_nodes_by_type(nodetype)
        return self._blocks


class QuickInclude(IncludeNode):
    """An `{% include %}`; where its template is named by a constant it is found once."""

    _found: Template | None = None

    def render(self, context: Any) -> SafeString:
        """The template, drawn with what is around it or `only` with what is given."""
        name = _constant(self.template)
        if not name or name.startswith("."):
            return super().render(context)
        template = self._found
        if template is None:
            template = self._found = context.template.engine.get_template(name)
        values = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.isolated_context:
            return template.render(context.new(values))
        with context.push(**values):
            return template.render(context)


class QuickExtends(ExtendsNode):
    """A page in its shell; where that is named by a constant it is found once."""

    _shell: Template | None = None

    def get_parent(self, context: Context) -> Template:
        """The shell."""
        if self._shell is not None:
            return self._shell
        shell: Template = super().get_parent(context)
        # One that stands before another of the same name, as an app's before a library's, depends on what was drawn.
        if _constant(self.parent_name) and self.origin and shell.name != self.origin.template_name:
            self._shell = shell
        return shell


class QuickCsrfToken(CsrfTokenNode):
    """The hidden field of a form, of which a page has several."""

    def render(self, context: Context) -> SafeString:
        """The field with the token of this answer."""
        token = str(context.get("csrf_token") or "")
        if len(token) != CSRF_TOKEN_LENGTH or not token.isalnum():
            return SafeString(super().render(context))
        return SafeString(f'<input type="hidden" name="csrfmiddlewaretoken" value="{token}">')


def _constant(expression: Any) -> str:
    """The name that an expression is; "" where it is one of the context's."""
    is_text = isinstance(expression.var, str) and not expression.filters
    return str(expression.var) if is_text else ""


_QUICK: Mapping[type[Node], type[Node]] = {
    VariableNode: QuickValue,
    IncludeNode: QuickInclude,
    ExtendsNode: QuickExtends,
    CsrfTokenNode: QuickCsrfToken,
}
