"""The markup that stands in Python escapes every value."""

from html.parser import HTMLParser

import pytest

from apps.ui.cells import Cell
from apps.ui.tables import Row

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
