"""What pages keep between requests is never anybody else's: people of other roles, zones and habits take turns."""

import re

import pytest

from apps.accounts.models import Role, User
from tests.support.people import connect, signed_in

PAGES = ("/integrations/int-eu/offers/?page[size]=25", "/integrations/int-eu/offers/1001/")
#: What differs each time: tokens against forgery, and names of records that are signed for one person.
_TOKEN = re.compile(r'[\w:.-]{40,}|name="csrfmiddlewaretoken" value="[^"]*"')


@pytest.fixture
def people(service, sandbox):
    """Browsers of an admin, and of a viewer who lives elsewhere and uses no single letters."""
    admin = User.objects.create_user("ada@example.com", role=Role.ADMIN, time_zone="Europe/Berlin")
    viewer = User.objects.create_user(
        "vic@example.com", role=Role.VIEWER, time_zone="Pacific/Auckland", uses_single_keys=False
    )
    for person in (admin, viewer):
        connect(person, service, sandbox.admin_key)
    return {"admin": signed_in(admin), "viewer": signed_in(viewer)}


def page(client, address):
    return _TOKEN.sub("", client.get(address).content.decode())


@pytest.mark.parametrize("address", PAGES)
def test_each_sees_the_same_whoever_came_before(people, address):
    first = {name: page(client, address) for name, client in people.items()}
    again = {name: page(client, address) for name, client in reversed(people.items())}
    assert again == first
    assert 'name="bulk"' not in first["viewer"]
    assert "/edit/" not in first["viewer"]
    assert "Pacific/Auckland" in first["viewer"]
    assert "Pacific/Auckland" not in first["admin"]
    assert "Europe/Berlin" in first["admin"]
    assert 'aria-keyshortcuts="e"' not in first["viewer"]


def test_a_role_that_was_taken_away_is_gone_from_the_next_page(people):
    [listed, record] = [page(people["admin"], address) for address in PAGES]
    assert 'id="bulk"' in listed
    assert "Edit payout" in record
    User.objects.filter(email="ada@example.com").update(role=Role.VIEWER)
    [listed, record] = [page(people["admin"], address) for address in PAGES]
    assert 'id="bulk"' not in listed
    assert "Edit payout" not in record


def test_what_one_typed_for_a_link_is_not_on_the_next_page(people):
    _, record = PAGES
    plain = page(people["viewer"], record)
    typed = page(people["admin"], f"{record}?publisher=&sub_id_2=only-mine")
    assert 'value="only-mine"' in typed
    assert page(people["viewer"], record) == plain
    assert "only-mine" not in plain
