"""A stored key opens only in its own row, for its own owner, version and host, under a key of the ring."""

import os

import pytest

from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.connections.exceptions import KeyUnreadable
from apps.connections.keys.storage import origin_of, read_key, remove_key, save_key
from apps.connections.models import Connection, Service

KEY = "canary-key-5f0e8a3b1c"

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection():
    person = User.objects.create_user("mia@example.com")
    service = Service.objects.create(name="Acme", base_url="https://api.example.com/v2")
    return save_key(person, service, "api-key", Secret(KEY))


def stored(connection: Connection) -> Connection:
    return Connection.objects.select_related("service").get(pk=connection.pk)


def test_a_key_is_read_back_and_shown_as_its_last_four_characters(connection):
    assert read_key(stored(connection)).reveal() == KEY
    assert connection.last_four == "3b1c"


def test_a_short_key_shows_nothing_of_itself(connection):
    short = save_key(connection.owner, connection.service, "api-key", Secret("abcd1234"))
    assert short.last_four == ""


def test_the_same_key_is_never_encrypted_to_the_same_bytes(connection):
    first = bytes(connection.encrypted_key)
    again = save_key(connection.owner, connection.service, "api-key", Secret(KEY))
    assert again.pk == connection.pk
    assert again.version == connection.version + 1
    assert bytes(again.encrypted_key) != first


def test_each_flipped_byte_makes_the_key_unreadable(connection):
    content = bytes(connection.encrypted_key)
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1
        connection.encrypted_key = bytes(changed)
        with pytest.raises(KeyUnreadable):
            read_key(connection)


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 27])
def test_a_cut_ciphertext_is_unreadable(connection, length):
    connection.encrypted_key = bytes(connection.encrypted_key)[:length]
    with pytest.raises(KeyUnreadable):
        read_key(connection)


def test_ciphertexts_swapped_between_two_people_are_refused(connection):
    other = save_key(
        User.objects.create_user("lea@example.com"), connection.service, "api-key", Secret("other")
    )
    Connection.objects.filter(pk=connection.pk).update(encrypted_key=other.encrypted_key)
    Connection.objects.filter(pk=other.pk).update(encrypted_key=connection.encrypted_key)
    for row in (connection, other):
        with pytest.raises(KeyUnreadable):
            read_key(stored(row))


def test_a_row_given_to_another_owner_is_refused(connection):
    connection.owner = User.objects.create_user("lea@example.com")
    with pytest.raises(KeyUnreadable):
        read_key(connection)


def test_an_old_ciphertext_put_back_is_refused(connection):
    old = bytes(connection.encrypted_key)
    save_key(connection.owner, connection.service, "api-key", Secret("newer"))
    Connection.objects.filter(pk=connection.pk).update(encrypted_key=old)
    with pytest.raises(KeyUnreadable):
        read_key(stored(connection))


@pytest.mark.parametrize(
    "base_url", ["https://evil.example/v2", "http://api.example.com/v2", "https://api.example.com:8443/v2"]
)
def test_a_key_never_opens_for_another_host_even_when_the_table_is_changed_by_hand(connection, base_url):
    Service.objects.update(base_url=base_url)
    with pytest.raises(KeyUnreadable):
        read_key(stored(connection))


def test_another_path_on_the_same_host_keeps_the_key(connection):
    Service.objects.update(base_url="https://API.example.com:443/v3")
    assert read_key(stored(connection)).reveal() == KEY


def test_a_missing_ring_key_makes_the_key_unreadable(connection, settings):
    settings.API_KEY_RING = {"other": os.urandom(32)}
    with pytest.raises(KeyUnreadable):
        read_key(connection)


def test_a_removed_key_is_gone_from_the_row(connection):
    remove_key(connection)
    row = stored(connection)
    assert not row.has_key
    assert (row.last_four, row.ring_key_id) == ("", "")
    assert row.version == connection.version + 1
    with pytest.raises(KeyUnreadable):
        read_key(row)


def test_origins_are_compared_in_one_spelling():
    assert origin_of("https://Api.Example.com/v2") == origin_of("https://api.example.com:443")
    assert origin_of("http://127.0.0.1:8001/x") == "http://127.0.0.1:8001"
