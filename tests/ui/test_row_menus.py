"""The button of a row's menu: what stands in it is text, whatever it is called."""

from apps.ui.tables import row_menu

EVIL = "\"><script>alert('x')</script>"


def test_every_value_is_escaped():
    html = row_menu(EVIL, EVIL, EVIL, [EVIL])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 3


def test_the_button_names_its_row_and_leads_to_the_record_until_a_script_takes_it():
    html = row_menu("a/1", "Summer", "/a/1/", ["activate"])
    assert 'id="row-a%2F1"' in html
    assert 'form="row-open" formaction="/a/1/"' in html
    assert 'aria-label="Actions for Summer"' in html
    assert 'data-row-actions="activate"' in html
