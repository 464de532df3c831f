"""The markup that stands in Python escapes every value."""

import re
from html.parser import HTMLParser

import pytest

from apps.ui.cells import Cell
from apps.ui.columns import Column, IdColumn, RowContext, TitleColumn
from apps.ui.tables import Row, table_rows

EVIL = "\"'><img src=x onerror=alert(1)>&amp;{{ 7 }}"
#: One cell for each way to draw one, with evil in every value that a record may bring.
CELLS = {
    "text": Cell(EVIL),
    "href": Cell(EVIL, href=EVIL, is_external=True),
    "tone": Cell(EVIL, tone="ok", is_solid=True),
    "moment": Cell(EVIL, moment=EVIL),
    "suffix": Cell(EVIL, suffix=EVIL),
    "second badge": Cell(EVIL, tone="bad", suffix=EVIL, suffix_tone="warn"),
}


class Reader(HTMLParser):
    """Collects tags and attribute values."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.values: list[str] = []
        self.content = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.values += [value or "" for _, value in attrs]

    def handle_data(self, data) -> None:
        self.content += data


@pytest.mark.parametrize("kind", CELLS)
def test_a_cell_escapes_what_a_record_says(kind):
    reader = Reader(CELLS[kind].html())
    assert "img" not in reader.tags
    assert EVIL in reader.content
    if kind in ("href", "moment"):
        assert EVIL in reader.values


@pytest.mark.parametrize("draw", [Row.html, Row.selectable_html, Row.cells_html])
def test_a_row_escapes_its_title_id_and_address(draw):
    row = Row(EVIL, EVIL, EVIL, list(CELLS.values()))
    reader = Reader(draw(row))
    assert "img" not in reader.tags
    assert reader.values.count(EVIL) >= 2


def test_a_row_without_an_id_has_no_check_box_and_no_link():
    reader = Reader(Row("", "Nameless", "", []).selectable_html())
    assert "input" not in reader.tags
    assert "a" not in reader.tags
    assert reader.content == "Nameless"


def rows_of(records, columns, **options):
    return table_rows(
        records,
        columns,
        RowContext(),
        id_of=lambda record: record.get("id", ""),
        title_of=lambda record: record["name"].title(),
        url_of=lambda record_id: f"/things/{record_id}/",
        **options,
    )


def test_records_become_rows_with_a_cell_for_each_column_but_the_titles():
    columns = [Column("colour"), TitleColumn("name"), IdColumn("id", "Number")]
    [first, second] = rows_of([{"id": "1", "name": "one", "colour": "red"}, {"name": "two"}], columns)
    assert (first.record_id, first.title, first.url) == ("1", "One", "/things/1/")
    assert [cell.text for cell in first.cells] == ["red", "1"]
    assert first.heads == ["Colour", "Number"]
    assert (second.record_id, second.title, second.url) == ("", "Two", "")


def test_the_row_that_is_open_is_marked_and_none_where_none_is():
    records = [{"id": "1", "name": "one"}, {"name": "two"}]
    assert [row.is_current for row in rows_of(records, [TitleColumn("name")], current_id="1")] == [
        True,
        False,
    ]
    assert [row.is_current for row in rows_of(records, [TitleColumn("name")])] == [False, False]


@pytest.mark.parametrize(
    ("cell", "is_long"),
    [
        (Cell("x" * 24), False),
        (Cell("x" * 25), True),
        (Cell("x" * 20, suffix="EUR per click"), True),
        (Cell("x" * 25, css="mono"), True),
        (Cell("x" * 50, css="wrap"), False),
        (Cell("x" * 50, href="/offers/1/"), False),
    ],
)
def test_a_cell_that_a_table_may_have_to_cut_is_marked(cell: Cell, is_long: bool):
    html = Row("1", "Summer", "/offers/1/", [cell]).html()
    assert (re.search(r'<td class="[^"]*\blong\b', html) is not None) is is_long
