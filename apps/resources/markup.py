"""The HTML of cells and table rows.

Everything else is drawn by templates. A page of a hundred rows has a thousand cells, and a template takes ten times
as long for them; this is the one place where markup stands in Python, and every value in it is escaped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from apps.resources.columns import Cell


def cell_html(cell: "Cell") -> SafeString:
    """What stands inside a cell: a badge, a link, a time, or text with a quiet suffix."""
    text = escape(cell.text)
    if cell.tone:
        solid = " solid" if cell.is_solid else ""
        return SafeString(f'<span class="badge {cell.tone}{solid}">{text}</span>')
    if cell.href:
        away = ' rel="noopener noreferrer"' if cell.is_external else ""
        return SafeString(f'<a href="{escape(cell.href)}"{away}>{text}</a>')
    if cell.moment:
        return SafeString(f'<time datetime="{escape(cell.moment)}">{text}</time>')
    if cell.suffix:
        return SafeString(f'{text} <span class="muted">{escape(cell.suffix)}</span>')
    return SafeString(text)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without an id it can be neither opened nor selected."""

    record_id: str
    title: str
    url: str
    cells: Sequence["Cell"]

    def cells_html(self) -> SafeString:
        """The row's cells without the row around them, for tables that add one of their own."""
        return SafeString(self._head() + self._cells())

    def html(self) -> SafeString:
        """The row without a check box, for people who do not act in bulk."""
        return SafeString(f"<tr>{self._head()}{self._cells()}</tr>")

    def selectable_html(self) -> SafeString:
        """The row with its check box, which belongs to the form `bulk`."""
        box = ""
        if self.record_id:
            box = (
                f'<label><input type="checkbox" form="bulk" name="id" value="{escape(self.record_id)}" data-select-row'
                f' autocomplete="off" aria-label="Select {escape(self.title)}"></label>'
            )
        return SafeString(f'<tr><td class="select-cell">{box}</td>{self._head()}{self._cells()}</tr>')

    def _head(self) -> str:
        title = escape(self.title)
        link = f'<a href="{escape(self.url)}" title="{title}">{title}</a>' if self.url else title
        return f'<th scope="row" class="name-cell">{link}</th>'

    def _cells(self) -> str:
        return "".join(
            f'<td class="{cell.css}">{cell_html(cell)}</td>' if cell.css else f"<td>{cell_html(cell)}</td>"
            for cell in self.cells
        )
