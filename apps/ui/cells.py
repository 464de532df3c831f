"""The cells of tables and panels, and their HTML.

Everything else is drawn by templates. A page of a hundred rows has a thousand cells, and a template takes ten times
as long for them: here, in `tables.py` and for a record's facts alone markup stands in Python, and every value in it
is escaped.
"""

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from apps.text.direction import isolated, isolated_html
from apps.ui.values import shortened

#: So much of a value stands in a table, and so much on a page of its own: markup can take six times as much.
LONGEST_IN_TABLE = 1_000
LONGEST_ALONE = 20_000
_LONGEST_SUFFIX = 200


#: A longer link says itself in full besides, because a table may cut it.
_LONGEST_UNCUT = 18
#: A longer text breaks into lines.
LONGEST_LINE = 40


@dataclass(slots=True)
class Cell:
    """What one cell shows. `href` makes a link, `tone` a badge, `moment` a time; else it is plain text.

    It is never changed. Not frozen all the same: a page makes a thousand, and each would take five times as long.
    """

    text: str
    href: str = ""
    tone: str = ""
    is_solid: bool = False
    suffix: str = ""
    #: Makes the suffix a badge of its own.
    suffix_tone: str = ""
    moment: str = ""
    is_external: bool = False
    css: str = ""

    def html(self, longest: int = LONGEST_ALONE) -> SafeString:
        """What stands inside the cell, for templates (`markup`)."""
        return SafeString(self.markup(longest))

    def markup(self, longest: int) -> str:
        """What stands inside the cell: a badge, a link, a time or text; after it a muted suffix or a second badge.

        Every value is escaped. Of one longer than `longest` characters it is the beginning, and alone on a page
        (`LONGEST_ALONE`) its length besides.
        """
        text = isolated_html(_cut(self.text, longest))
        if self.tone:
            solid = " solid" if self.is_solid else ""
            text = f'<span class="badge {self.tone}{solid}">{text}</span>'
        elif self.href:
            away = ' rel="noopener noreferrer"' if self.is_external else ""
            # A table cuts it.
            whole = (
                f' title="{escape(isolated(shortened(self.text, longest)))}"'
                if len(self.text) > _LONGEST_UNCUT
                else ""
            )
            text = f'<a href="{escape(self.href)}"{away}{whole}>{text}</a>'
        elif self.moment:
            text = f'<time datetime="{escape(self.moment)}">{text}</time>'
        if self.suffix:
            look = f"badge {self.suffix_tone}" if self.suffix_tone else "muted"
            text = (
                f'{text} <span class="{look}">{isolated_html(shortened(self.suffix, _LONGEST_SUFFIX))}</span>'
            )
        return text


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    words = f" (cut: it has {len(text):,} characters)" if longest >= LONGEST_ALONE else ""
    return shortened(text, longest) + words


def text_cell(text: str, longest: int, css: str = "") -> Cell:
    """A text of any length: cut where it is very long, in lines where it is long."""
    text = shortened(text, longest)
    return Cell(text, css=f"{css} wrap".strip() if len(text) > LONGEST_LINE else css)
