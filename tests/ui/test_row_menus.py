"""The button of a row's menu: what stands in it is text, whatever it is called."""

from apps.ui.cells import Cell
from apps.ui.tables import Row, RowMenu

EVIL = "\"><script>alert('x')</script>"


def test_every_value_is_escaped():
    html = Row(EVIL, EVIL, EVIL, [], menu=RowMenu([EVIL])).html()
    button = html[html.index("<button") :]
    assert "<script" not in html
    assert button.count("&lt;script&gt;") == 3


def test_the_button_names_its_row_and_leads_to_the_record_until_a_script_takes_it():
    html = Row("a/1", "Summer", "/a/1/", [], menu=RowMenu(["activate"])).html()
    assert 'id="row-a%2F1"' in html
    assert 'form="row-open" formaction="/a/1/"' in html
    assert 'aria-label="Actions for Summer"' in html
    assert 'data-row-actions="activate"' in html


def test_a_cell_that_is_edited_in_place_has_its_class_beside_its_own():
    cells = [Cell("5.00", css="number"), Cell("Public"), Cell("1001", css="mono")]
    html = Row("1", "Summer", "/a/1/", cells, menu=RowMenu((), "edit-2", ["edit-0", "edit-1", ""])).html()
    assert '<th scope="row" class="name-cell edit-2">' in html
    assert (
        '<td class="number edit-0">5.00</td><td class="edit-1">Public</td><td class="mono">1001</td>' in html
    )


def test_a_row_that_cannot_be_opened_has_no_button_but_as_many_cells():
    html = Row("", "Summer", "", [], menu=RowMenu(())).html()
    assert "<button" not in html
    assert html.endswith('<td class="row-menu"></td></tr>')
