"""The facts of a panel on a record's page: `{% load facts %}{% facts panel edited %}`.

Why HTML stands in Python: `apps/ui/cells.py`.
"""

from functools import lru_cache
from html import escape

from django import template
from django.template import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from apps.resources.details.panels import Fact, ShownPanel
from apps.text.direction import isolated, isolated_html
from apps.ui.cells import LONGEST_ALONE
from apps.ui.icons import drawn_icon
from apps.ui.templatetags.keyboard import command

register = template.Library()


@register.simple_tag(takes_context=True)
def facts(context: Context, panel: ShownPanel, edited: str = "") -> SafeString:
    """The facts, one a line; those beside the one of the field `edited` are for HTMX to swap in besides."""
    drawn = (_fact(context, fact, edited) for fact in panel.facts if fact.id or not edited)
    return SafeString("\n".join(drawn))


def _fact(context: Context, fact: Fact, edited: str) -> str:
    attributes = f' id="{escape(fact.id)}"' if fact.id else ""
    if edited and fact.field != edited:
        attributes += ' hx-swap-oob="true"'
    if fact.is_wide:
        attributes += ' class="wide"'
    css = f' class="{fact.cell.css}"' if fact.cell.css else ""
    value = f"<span{css}>{fact.cell.markup(LONGEST_ALONE)}</span>"
    shown = (
        f'<dd class="fact-value">{value}{_pencil(context, fact)}</dd>'
        if fact.edit_url
        else f"<dd>{value}</dd>"
    )
    return f"<div{attributes}><dt>{_term(fact.label, fact.explanation)}</dt>{shown}</div>"


# Declared, or a field's name: the same on every page of the resource.
@lru_cache(maxsize=1024)
def _term(label: str, explanation: str) -> str:
    if not explanation:
        return isolated_html(label)
    return isolated_html(label) + render_to_string(
        "components/_explanation.html", {"term": label, "text": explanation}
    )


def _pencil(context: Context, fact: Fact) -> str:
    """The way to edit the value in its place."""
    url, words = escape(fact.edit_url), escape(f"Edit {isolated(fact.label.lower())}")
    key = command(context, fact.command) if fact.command else ' data-command="edit_other_value"'
    icon = drawn_icon("pencil", 14, aria_hidden="true")
    return (
        f'<a class="button quiet icon" href="{url}" hx-get="{url}" data-focus-fallback{key}'
        f' aria-label="{words}" title="{words}">{icon}</a>'
    )
