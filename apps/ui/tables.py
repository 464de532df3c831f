"""Heads, rows and rows' menus of tables: records become rows here, whatever they are of.

Why HTML stands in Python: `cells.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString

from apps.text.direction import isolated, isolated_html
from apps.ui.cells import LONGEST_IN_TABLE, Cell
from apps.ui.columns import Column, Record, RowContext, TitleColumn
from apps.ui.values import MISSING, shortened

#: Of so many characters a cell has room in every table. A longer one is marked, and may be cut (`components.css`).
_LONGEST_UNCUT = 24


@dataclass(frozen=True)
class Header:
    """One column's head: `url` sorts by it; `order` is "ascending", "descending" or ""."""

    label: str
    css: str
    url: str
    order: str
    #: The parameter of the address by which its cells' values are filtered; "" for none.
    filter: str = ""
    #: Whether no row of the page has a value in it.
    is_empty: bool = False


@dataclass(slots=True)
class Row:
    """One line of the table; without an id it can be neither opened nor selected.

    Not frozen, as cells are not (`cells.py`).
    """

    record_id: str
    title: str
    url: str
    cells: Sequence[Cell]
    #: Whether the record is open beside the table.
    is_current: bool = False
    #: What stands above each of the cells: on a very narrow page each stands under its own.
    heads: Sequence[str] = ()
    #: Of each of the cells what its table can be filtered by, as the address says it; "" where there is nothing.
    values: Sequence[str] = ()
    #: The menu at its end; None for tables without one.
    menu: "RowMenu | None" = None

    def cells_html(self) -> SafeString:
        """The row's cells without the row around them, for tables that add one of their own."""
        return SafeString(self._head(self._label()) + self._cells())

    def head_html(self) -> SafeString:
        """The first cell alone, for tables that put one of their own after it."""
        return SafeString(self._head(self._label()))

    def tail_html(self) -> SafeString:
        """The cells after the first."""
        return SafeString(self._cells())

    def html(self) -> SafeString:
        """The row without a check box, for people who do not act in bulk."""
        label = self._label()
        return SafeString(f"<tr>{self._head(label)}{self._cells()}{self._menu(label)}</tr>")

    def selectable_html(self) -> SafeString:
        """The row with its check box, which belongs to the form `bulk`."""
        label, box = self._label(), ""
        if self.record_id:
            box = (
                f'<label><input type="checkbox" form="bulk" name="id" value="{escape(self.record_id)}" data-select-row'
                f' autocomplete="off" aria-label="Select {label}"></label>'
            )
        return SafeString(
            f'<tr><td class="select-cell">{box}</td>{self._head(label)}{self._cells()}{self._menu(label)}</tr>'
        )

    def _label(self) -> str:
        """The title for an attribute, escaped."""
        return escape(isolated(shortened(self.title, LONGEST_IN_TABLE)))

    def _head(self, label: str) -> str:
        title = isolated_html(shortened(self.title, LONGEST_IN_TABLE))
        current = ' aria-current="true"' if self.is_current else ""
        link = f'<a href="{escape(self.url)}" title="{label}"{current}>{title}</a>' if self.url else title
        css = f" {self.menu.head_css}" if self.menu and self.menu.head_css else ""
        return f'<th scope="row" class="name-cell{css}">{link}</th>'

    def _cells(self) -> str:
        nothing: Sequence[str] = ("",) * len(self.cells)
        heads = [_head_attribute(head) for head in self.heads] or nothing
        classes = self.menu.cell_css if self.menu else nothing
        drawn = []
        for cell, head, value, found_by in zip(
            self.cells, heads, self.values or nothing, classes or nothing, strict=True
        ):
            css = f"{cell.css} {found_by}" if cell.css and found_by else cell.css or found_by
            if (
                len(cell.text) + len(cell.suffix) > _LONGEST_UNCUT
                and not cell.href
                and "wrap" not in cell.css
            ):
                css = f"{css} long" if css else "long"
            attributes = f' class="{css}"{head}' if css else head
            if value:
                attributes += f' data-value="{escape(value)}"'
            drawn.append(f"<td{attributes}>{cell.markup(LONGEST_IN_TABLE)}</td>")
        return "".join(drawn)

    def _menu(self, label: str) -> str:
        if self.menu is None:
            return ""
        button = self.menu.button(self.record_id, self.url, label) if self.url else ""
        return f'<td class="row-menu">{button}</td>'


@dataclass(slots=True)
class RowMenu:
    """The menu of one row, and the classes by which its script finds the cells that are edited in place.

    It is made from the table's template (`resources/_row_menu.html`) when it is first opened; until its script is
    there its button leads to the record's page, by the form `row-open`. Without JavaScript it is not there.
    """

    #: Its items that this row is without, by their names.
    done: Sequence[str]
    head_css: str = ""
    #: Of each of the cells; "" for one that is not edited.
    cell_css: Sequence[str] = ()

    def button(self, record_id: str, url: str, label: str) -> str:
        """What opens it; `label` is the row's title, escaped."""
        without = f'="{escape(" ".join(self.done))}"' if self.done else ""
        return (
            f'<button class="button quiet icon" id="row-{escape(quote(record_id, safe=""))}" form="row-open"'
            f' formaction="{escape(url)}" data-row-actions{without} data-focus-fallback'
            f' aria-label="Actions for {label}">⋯</button>'
        )


# A list has few heads, and each of its rows has all of them.
@lru_cache(maxsize=1024)
def _head_attribute(head: str) -> str:
    return f' data-head="{escape(head)}"'


def table_rows(
    records: Iterable[Record],
    columns: Sequence[Column],
    context: RowContext,
    *,
    id_of: Callable[[Record], str],
    title_of: Callable[[Record], str],
    url_of: Callable[[str], str],
    current_id: str = "",
    value_of: Callable[[Column, Record], str] | None = None,
) -> list[Row]:
    """The records as rows, in their order: the title leads to `url_of(id)`, and each column but the title's is a cell.

    A record without an id has no address. `current_id` is the one that is open beside the table. `value_of`
    gives what a table can be filtered by (`Row.values`).
    """
    shown = [column for column in columns if not isinstance(column, TitleColumn)]
    heads = [column.label for column in shown]
    rows = []
    for record in records:
        record_id = id_of(record)
        url = url_of(record_id) if record_id else ""
        cells = [column.cell(record, context) for column in shown]
        is_current = bool(record_id) and record_id == current_id
        values = [value_of(column, record) for column in shown] if value_of else ()
        rows.append(Row(record_id, title_of(record), url, cells, is_current, heads, values))
    return rows


def with_empty_ones(headers: Sequence[Header], rows: Sequence[Row]) -> list[Header]:
    """The heads of the rows' cells, those told apart below which there is nothing."""
    return [
        replace(header, is_empty=bool(rows) and all(row.cells[place].text == MISSING for row in rows))
        for place, header in enumerate(headers)
    ]


def rows_html(rows: Iterable[Row]) -> SafeString:
    """All of them at once: a template takes as long to put a row into its place as it takes to draw it."""
    return SafeString("\n".join(row.html() for row in rows))


def selectable_rows_html(rows: Iterable[Row]) -> SafeString:
    """The same with their check boxes."""
    return SafeString("\n".join(row.selectable_html() for row in rows))
