"""Heads, rows and rows' menus of tables: records become rows here, whatever they are of.

Why HTML stands in Python: `cells.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString

from apps.text.direction import isolated, isolated_html
from apps.ui.cells import LONGEST_IN_TABLE, Cell
from apps.ui.columns import Column, Record, RowContext, TitleColumn
from apps.ui.values import MISSING, shortened


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


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; without an id it can be neither opened nor selected."""

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
    #: The button of the menu at its end (`row_menu`); None for tables without one.
    menu: SafeString | None = None
    #: A class of its head besides, by which the head's cell is found.
    head_css: str = ""

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
        return f'<th scope="row" class="name-cell{f" {self.head_css}" if self.head_css else ""}">{link}</th>'

    def _cells(self) -> str:
        heads = [f' data-head="{escape(head)}"' for head in self.heads] or [""] * len(self.cells)
        if self.values:
            values = [f' data-value="{escape(value)}"' if value else "" for value in self.values]
            heads = [f"{head}{value}" for head, value in zip(heads, values, strict=True)]
        cells = "".join(
            f'<td class="{cell.css}"{head}>{html}</td>' if cell.css else f"<td{head}>{html}</td>"
            for cell, head in zip(self.cells, heads, strict=True)
            for html in [cell.html(LONGEST_IN_TABLE)]
        )
        return cells if self.menu is None else f'{cells}<td class="row-menu">{self.menu}</td>'


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


#: Of a row that cannot be opened.
NO_MENU = SafeString()


def row_menu(record_id: str, title: str, url: str, done: Sequence[str] = ()) -> SafeString:
    """The button of a row's menu, for a cell of its own.

    The menu is made from the table's template (`resources/_row_menu.html`) when it is first opened; `done` names its
    items that this row is without. Without JavaScript the button leads to the record's page, by the form `row-open`.
    """
    without = f'="{escape(" ".join(done))}"' if done else ""
    return SafeString(
        f'<button class="button quiet icon" id="row-{escape(quote(record_id, safe=""))}" form="row-open"'
        f' formaction="{escape(url)}" data-row-actions{without} data-focus-fallback'
        f' aria-label="Actions for {escape(isolated(shortened(title, LONGEST_IN_TABLE)))}">⋯</button>'
    )
