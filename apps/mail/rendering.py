"""Renders mails from the templates `mail/NAME.subject.txt`, `.txt` and `.html`; makes texts fit for headers."""

import unicodedata
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

LONGEST_SUBJECT = 120


class EmailContent(NamedTuple):
    """Subject, text and HTML of a mail."""

    subject: str
    text: str
    html: str


def render_email(template: str, context: Mapping[str, Any]) -> EmailContent:
    """The rendered mail; templates get `context` and `site_url`."""
    values = {**context, "site_url": settings.SITE_URL}
    return EmailContent(
        header_line(render_to_string(f"mail/{template}.subject.txt", values)),
        without_control_characters(render_to_string(f"mail/{template}.txt", values)),
        without_control_characters(render_to_string(f"mail/{template}.html", values)),
    )


def absolute_url(name: str, *arguments: Any) -> str:
    """The address of a page as it stands in a mail: under SITE_URL, never under a request's host."""
    return settings.SITE_URL + reverse(name, args=arguments)


def header_line(text: str) -> str:
    """A text fit for a mail header: no control or line characters, at most 120 characters."""
    words = " ".join(without_control_characters(text).split())
    return words if len(words) <= LONGEST_SUBJECT else words[: LONGEST_SUBJECT - 1] + "…"


def without_control_characters(text: str) -> str:
    """The text with every control, surrogate and line separator character but newline made a space.

    Joiners, by which an emoji or a Persian word holds together, stay, and what keeps a name's direction inside.
    """
    return "".join(
        c if c == "\n" or c in _KEPT or unicodedata.category(c) not in _CONTROL else " " for c in text
    )


_CONTROL = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
#: Joiners, plain marks of direction, isolates, and the letters of flags. What overrides a direction is not among them.
_KEPT = frozenset({*map(chr, (0x200C, 0x200D, 0x200E, 0x200F, 0x061C, 0x2066, 0x2067, 0x2068, 0x2069))}) | {
    chr(code) for code in range(0xE0020, 0xE0080)
}
