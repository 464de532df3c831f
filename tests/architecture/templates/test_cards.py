"""On a phone a row of a table is a card, in which each value has its column's name: `data-head` says it."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[3] / "templates"
#: Tables that stay tables on a phone, and why.
TABLES = {
    "components/_chart.html": "numbers below one another, in few columns",
    "components/gallery.html": "shows what a table looks like",
    "exports/_center.html": "cards of their own (exports.css)",
    "look_inside/_groups.html": "numbers below one another, with their sums",
    "look_inside/_waiting.html": "a glimpse while the file is read",
    "resources/compare.html": "records side by side",
}
#: Cells that are written by the row itself (apps.ui.tables.Row), or by another template.
BY_ITSELF = re.compile(r"_html }}|row\.html }}|\{% include \"connections/_row.html\"")
WITH_TABLE = sorted(
    str(path.relative_to(TEMPLATES))
    for path in TEMPLATES.rglob("*.html")
    if '<table class="table' in path.read_text()
)


@pytest.mark.parametrize("name", [name for name in WITH_TABLE if name not in TABLES])
def test_every_value_of_a_row_has_its_columns_name(name):
    text = (TEMPLATES / name).read_text()
    for body in re.findall(r"<tbody.*?</tbody>", text, re.DOTALL):
        cells = re.findall(r"<td\b[^>]*>", body)
        named = [cell for cell in cells if "data-head=" in cell]
        assert named or BY_ITSELF.search(body)
        # The box that ticks a row, and what can be done with it, need no name.
        assert len(cells) - len(named) <= 2


def test_no_table_is_excused_that_is_not_there():
    assert TABLES.keys() <= set(WITH_TABLE)
