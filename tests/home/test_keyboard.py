"""The table of keys: a page, the list alone for a dialog, attributes of elements, and the switch for single letters."""

import pytest

from apps.ui.keyboard.commands import COMMANDS, key_map
from tests.resources.rules import visit

OFFERS = "/integrations/int-eu/offers/"


def test_the_page_lists_every_key_and_the_dialog_gets_the_list_alone(admin_client):
    page = visit(admin_client, "/keyboard/")
    for command in COMMANDS:
        assert command.label in page.text
    assert visit(admin_client, "/keyboard/", fragment=True).elements[0]["data-keyboard"] == ""


def test_no_two_commands_share_a_key():
    keys = [command.keys for command in COMMANDS]
    assert len(set(keys)) == len(keys)


def test_a_page_says_its_keys_until_they_are_switched_off(admin_client, admin):
    body = visit(admin_client, OFFERS).one("body")
    assert body["data-keys"] == key_map()
    create = next(one for one in visit(admin_client, OFFERS).elements if one["data-command"] == "create")
    assert create["aria-keyshortcuts"] == "n"
    admin_client.post("/preferences/", {"single_keys": "off"})
    page = visit(admin_client, OFFERS)
    assert page.one("body")["data-keys"] == ""
    assert page.one("body")["data-palette"] == "/palette/"
    assert {one["aria-keyshortcuts"] for one in page.elements} <= {"", "Control+K Meta+K", "Alt+A"}
    admin_client.post("/preferences/", {"theme": "dark"})
    admin.refresh_from_db()
    assert not admin.uses_single_keys
    admin_client.post("/preferences/", {"single_keys": "on"})
    admin.refresh_from_db()
    assert admin.uses_single_keys


@pytest.mark.parametrize("address", [OFFERS, "/publishers/", "/reports/clicks/?range=today", "/changes/"])
def test_every_list_has_a_place_to_skip_to(admin_client, address):
    response = admin_client.get(address, follow=True)
    assert 'href="#rows"' in response.content.decode()


def test_a_stranger_has_no_keys(client):
    assert "data-keys" not in client.get("/account/login/").content.decode()
