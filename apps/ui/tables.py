"""Heads, rows and rows' menus of tables: records become rows here, whatever they are of.

Why HTML stands in Python: `cells.py`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape
from urllib.parse import quote

from django.utils.safestring import SafeString

from apps.api.json_text import json_text
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
    #: The menu at its end (`row_menu`); None for tables without one.
    menu: SafeString | None = None

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


# --- The menu of a row ---

#: The form that the buttons of all menus belong to.
FORM_ID = "row-act"
#: Of a row that nothing can be done to.
NO_MENU = SafeString()


@dataclass(frozen=True, slots=True)
class MenuLink:
    """Leads to a page; with `place` HTMX opens that page's form in the nearest cell before the menu of that class."""

    label: str
    url: str
    place: str = ""
    #: Of the keys' table (apps.ui.keyboard.commands).
    command: str = ""

    def html(self, more: str = "") -> str:
        """The link, with more attributes."""
        url = escape(self.url)
        opening = f' hx-get="{url}" hx-target="previous .{escape(self.place)}"' if self.place else ""
        return f'<a href="{url}"{opening}{_command(self.command)}{more}>{escape(self.label)}</a>'


@dataclass(frozen=True, slots=True)
class MenuButton:
    """Sends its name to an address; with `row_url` HTMX does, and puts what is there then in place of the row."""

    label: str
    url: str
    action: str
    row_url: str = ""
    #: Of the keys' table (apps.ui.keyboard.commands).
    command: str = ""

    def html(self, more: str = "") -> str:
        """The button, with more attributes."""
        url = escape(self.url)
        swapping = ""
        if self.row_url:
            values = escape(json_text({"next": self.row_url}))
            swapping = f' hx-post="{url}" hx-target="closest tr" hx-swap="outerHTML" hx-vals="{values}"'
        return (
            f'<button form="{FORM_ID}" formmethod="post" formaction="{url}"'
            f' name="action" value="{escape(self.action)}"{swapping}{_command(self.command)}{more}>'
            f"{escape(self.label)}</button>"
        )


def _command(name: str) -> str:
    return f' data-command="{escape(name)}"' if name else ""


def row_menu(record_id: str, title: str, items: Iterable[MenuLink | MenuButton]) -> SafeString:
    """The menu's button and the menu, for a cell of their own."""
    key = escape(quote(record_id, safe=""))
    label = escape(isolated(shortened(title, LONGEST_IN_TABLE)))
    return SafeString(
        f'<button class="button quiet icon" type="button" id="row-{key}" popovertarget="row-menu-{key}"'
        f' data-focus-fallback aria-label="Actions for {label}">⋯</button>'
        f'<div class="menu-panel" id="row-menu-{key}" popover data-row-menu>'
        # The browser gives it the focus when the menu opens.
        f"{''.join(item.html('' if number else ' autofocus') for number, item in enumerate(items))}</div>"
    )
