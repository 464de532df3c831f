"""The menu at the end of a row: what stands in it is text, whatever it is called."""

from apps.ui.tables import MenuButton, MenuLink, row_menu

EVIL = "\"><script>alert('x')</script>"


def test_every_value_is_escaped():
    html = row_menu(EVIL, EVIL, [MenuLink(EVIL, EVIL, EVIL), MenuButton(EVIL, EVIL, EVIL, EVIL)])
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 10


def test_the_button_opens_the_menu_of_its_own_row_and_the_first_item_takes_the_focus():
    html = row_menu("a/1", "Summer", [MenuLink("Open", "/a/"), MenuLink("Edit", "/a/edit/")])
    assert 'popovertarget="row-menu-a%2F1"' in html
    assert 'id="row-menu-a%2F1" popover' in html
    assert 'aria-label="Actions for Summer"' in html
    assert html.count(" autofocus") == 1
    assert '<a href="/a/" autofocus>Open</a>' in html


def test_a_button_that_may_ask_first_is_sent_by_the_browser():
    plain, swapped = MenuButton("Stop", "/act/", "stop"), MenuButton("Stop", "/act/", "stop", "/row/")
    assert "hx-" not in plain.html()
    assert 'hx-vals="{&quot;next&quot;: &quot;/row/&quot;}"' in swapped.html()
