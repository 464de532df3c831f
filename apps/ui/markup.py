"""The HTML of cells and table rows.

Everything else is drawn by templates. A page of a hundred rows has a thousand cells, and a template takes ten times
as long for them; this is the one place where markup stands in Python, and every value in it is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

from apps.text.direction import isolated, isolated_html
from apps.ui.values import shortened

if TYPE_CHECKING:
    from apps.ui.columns import Cell


#: So much of a value stands in a table, and so much on a page of its own: markup can take six times as much.
LONGEST_IN_TABLE = 1_000
LONGEST_ALONE = 20_000
_LONGEST_SUFFIX = 200


def cell_html(cell: "Cell", longest: int = LONGEST_ALONE) -> SafeString:
    """What stands inside a cell: a badge, a link, a time or text; each may have a quiet suffix, or a second badge.

    Of a value that is too long its beginning, and alone on a page also how long it is.
    """
    text = isolated_html(_cut(cell.text, longest))
    if cell.tone:
        solid = " solid" if cell.is_solid else ""
        text = f'<span class="badge {cell.tone}{solid}">{text}</span>'
    elif cell.href:
        away = ' rel="noopener noreferrer"' if cell.is_external else ""
        text = f'<a href="{escape(cell.href)}"{away}>{text}</a>'
    elif cell.moment:
        text = f'<time datetime="{escape(cell.moment)}">{text}</time>'
    if cell.suffix:
        look = f"badge {cell.suffix_tone}" if cell.suffix_tone else "muted"
        text = f'{text} <span class="{look}">{isolated_html(shortened(cell.suffix, _LONGEST_SUFFIX))}</span>'
    return SafeString(text)


def _cut(text: str, longest: int) -> str:
    if len(text) <= longest:
        return text
    words = f" (cut: it has {len(text):,} characters)" if longest >= LONGEST_ALONE else ""
    return shortened(text, longest) + words


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without an id it can be neither opened nor selected."""

    record_id: str
    title: str
    url: str
    cells: Sequence["Cell"]
    #: Whether the record is open beside the table.
    is_current: bool = False
    #: The columns' names, the first one's too: on a very narrow page each cell stands under its own.
    heads: Sequence[str] = ()

    def cells_html(self) -> SafeString:
        """The row's cells without the row around them, for tables that add one of their own."""
        return SafeString(self._head() + self._cells())

    def head_html(self) -> SafeString:
        """The first cell alone, for tables that put one of their own after it."""
        return SafeString(self._head())

    def tail_html(self) -> SafeString:
        """The cells after the first."""
        return SafeString(self._cells())

    def html(self) -> SafeString:
        """The row without a check box, for people who do not act in bulk."""
        return SafeString(f"<tr>{self._head()}{self._cells()}</tr>")

    def selectable_html(self) -> SafeString:
        """The row with its check box, which belongs to the form `bulk`."""
        box = ""
        if self.record_id:
            box = (
                f'<label><input type="checkbox" form="bulk" name="id" value="{escape(self.record_id)}" data-select-row'
                f' autocomplete="off" aria-label="Select {escape(isolated(shortened(self.title, LONGEST_IN_TABLE)))}">'
                "</label>"
            )
        return SafeString(f'<tr><td class="select-cell">{box}</td>{self._head()}{self._cells()}</tr>')

    def _head(self) -> str:
        text = shortened(self.title, LONGEST_IN_TABLE)
        title, label = isolated_html(text), escape(isolated(text))
        current = ' aria-current="true"' if self.is_current else ""
        link = f'<a href="{escape(self.url)}" title="{label}"{current}>{title}</a>' if self.url else title
        return f'<th scope="row" class="name-cell">{link}</th>'

    def _cells(self) -> str:
        heads = [f' data-head="{escape(head)}"' for head in self.heads[1:]] or [""] * len(self.cells)
        return "".join(
            f'<td class="{cell.css}"{head}>{html}</td>' if cell.css else f"<td{head}>{html}</td>"
            for cell, head in zip(self.cells, heads, strict=True)
            for html in [cell_html(cell, LONGEST_IN_TABLE)]
        )
