"""The frame of a page that is not there yet, and the part that comes into it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from apps.ui.waiting.answers import Answer
from apps.ui.waiting.known_pages import known_page, main_of, main_tag_of, title_of

#: A script of our page does no harm when it comes twice: a module runs once.
_STYLES = re.compile(r'<link rel="stylesheet"[^>]*>')
_SCRIPTS = re.compile(r'<script src="[^"]*"(?: integrity="[^"]*")? type="module"></script>')

#: By which header the page of a record names it to what notes that it was opened; no browser gets it.
OPENED_HEADER = "X-Opened-Record"
#: What marks a response that is a frame.
FRAME_HEADER = "X-Frame-First"

#: The style sheets of each kind of page that has been seen, so that its frame has them before its content comes.
_styles_of: dict[str, str] = {}
#: Other processes, and this one when it is started anew, know them from the cache.
_STYLES_KNOWN_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Facts:
    """What is known of a record by the row it had in a list."""

    title: str
    #: Labels and drawn values.
    values: Sequence[tuple[str, SafeString]]


def frame(
    request: HttpRequest,
    path: Mapping[str, Any],
    answer_name: str,
    known_facts: Callable[[HttpRequest, Mapping[str, Any]], Facts | None] | None,
) -> HttpResponse:
    """The page around what is asked for, with what is known of it."""
    known = known_page(request)
    facts = known_facts(request, path) if known_facts and not known else None
    context = {
        "known": known,
        "facts": facts,
        "answer_name": answer_name,
        "page_styles": mark_safe(known_styles(request)),  # noqa: S308  # nosec B308
    }
    response = render(request, "ui/frame.html", context)
    response[FRAME_HEADER] = "1"
    return response


def part_of(answer: Answer) -> HttpResponse:
    """An answer as what HTMX puts in the place of the main part; where it leads elsewhere, the script follows."""
    location = answer.headers.get("Location")
    if location:
        return HttpResponse(status=204, headers={"X-Replace": location})
    main = main_of(answer.body)
    head, _, _ = answer.body.partition("</head>")
    styles = [style for style in _STYLES.findall(head) if style not in _own_styles()]
    part = (
        f"<title>{title_of(head)}</title>"
        f"{main_tag_of(answer.body)}{''.join(styles)}{main}{''.join(_SCRIPTS.findall(head))}</main>"
    )
    response = HttpResponse(part, status=answer.status)
    for name in ("Retry-After", OPENED_HEADER):
        if name in answer.headers:
            response[name] = answer.headers[name]
    return response


def note_styles(request: HttpRequest, page: str) -> None:
    """Which style sheets such a page has besides those of every page."""
    kind = _kind_of(request)
    if kind not in _styles_of:
        head, _, _ = page.partition("</head>")
        _styles_of[kind] = "".join(style for style in _STYLES.findall(head) if style not in _own_styles())
        cache.set(_styles_key(kind), _styles_of[kind], _STYLES_KNOWN_SECONDS)


def known_styles(request: HttpRequest) -> str:
    """The markup of the style sheets that such a page has besides; the cache gives back only what this site noted."""
    kind = _kind_of(request)
    if kind not in _styles_of and (known := cache.get(_styles_key(kind))) is not None:
        _styles_of[kind] = known
    return _styles_of.get(kind, "")


def _styles_key(kind: str) -> str:
    # Of these files alone: another version of the site has others.
    return f"page-styles:{getattr(staticfiles_storage, 'manifest_hash', '')}:{kind}"


def _kind_of(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


@lru_cache(1)
def _own_styles() -> frozenset[str]:
    """Those that every frame has."""
    return frozenset(_STYLES.findall(render_to_string("ui/frame.html")))
