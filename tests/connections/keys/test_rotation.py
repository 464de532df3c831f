"""`manage.py rotate_keys`: every key moves to the first ring key, and none is lost on the way."""

import io
import os
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.api.credentials import Secret
from apps.audit.keys import unwrapped, usable_key
from apps.connections.keys.storage import move_to_first_ring_key, read_key, save_key
from apps.connections.models import Connection, Service
from apps.encryption import rotation

OLD, NEW = {"old": os.urandom(32)}, {"new": os.urandom(32)}


def people_with_keys(count: int) -> list[Connection]:
    service, _ = Service.objects.get_or_create(name="Acme", base_url="https://api.example.com")
    people = [User.objects.create_user(f"person{number}@example.com") for number in range(count)]
    return [save_key(person, service, "api-key", Secret(f"key of {person.email}")) for person in people]


def keys_by_owner() -> dict[str, str]:
    rows = Connection.objects.exclude(ring_key_id="").select_related("service", "owner")
    return {row.owner.email: read_key(row).reveal() for row in rows}


def rotate() -> str:
    output = io.StringIO()
    call_command("rotate_keys", stdout=output)
    return output.getvalue()


@pytest.mark.django_db
def test_all_keys_move_and_the_old_ring_key_can_go(settings, monkeypatch):
    monkeypatch.setattr(rotation, "ROWS_AT_ONCE", 3)
    settings.API_KEY_RING = OLD
    people_with_keys(8)
    before = keys_by_owner()
    settings.API_KEY_RING = NEW | OLD
    # The key of the change log, which tells of the keys, is one of them.
    assert "Moved to new: 9. Saved anew meanwhile: 0. Unreadable: 0. Left: 0." in rotate()
    assert "Moved to new: 0." in rotate()
    settings.API_KEY_RING = NEW
    assert keys_by_owner() == before


@pytest.mark.django_db
def test_a_run_that_was_killed_is_taken_up_by_the_next(settings):
    settings.API_KEY_RING = OLD
    people_with_keys(6)
    before = keys_by_owner()
    settings.API_KEY_RING = NEW | OLD
    moved: list[Connection] = []

    def killed_after_two(connection):
        if len(moved) == 2:
            raise KeyboardInterrupt
        moved.append(connection)
        return move_to_first_ring_key(connection)

    [keys] = [kind for kind in rotation.registered_kinds() if kind.name == "API keys"]
    rotation.register(replace(keys, move=killed_after_two))
    try:
        with pytest.raises(KeyboardInterrupt):
            rotation.rotate()
    finally:
        rotation.register(keys)
    assert keys_by_owner() == before
    assert "Moved to new: 4." in rotate()
    settings.API_KEY_RING = NEW
    assert keys_by_owner() == before


@pytest.mark.django_db
def test_the_key_of_the_change_log_moves_along(settings):
    settings.API_KEY_RING = OLD
    key = usable_key()
    before = unwrapped(key.ring_key_id, key.wrapped)
    settings.API_KEY_RING = NEW | OLD
    assert "Moved to new: 1." in rotate()
    settings.API_KEY_RING = NEW
    key.refresh_from_db()
    assert unwrapped(key.ring_key_id, key.wrapped) == before


@pytest.mark.django_db
def test_versions_stay_so_that_nothing_cached_is_lost(settings):
    settings.API_KEY_RING = OLD
    row = people_with_keys(1)[0]
    settings.API_KEY_RING = NEW | OLD
    rotate()
    assert Connection.objects.get().version == row.version


@pytest.mark.django_db
def test_a_key_saved_between_reading_and_writing_is_kept(settings):
    settings.API_KEY_RING = OLD
    stale = people_with_keys(1)[0]
    settings.API_KEY_RING = NEW | OLD
    save_key(stale.owner, stale.service, "api-key", Secret("typed just now"))
    assert move_to_first_ring_key(stale) is False
    assert keys_by_owner() == {stale.owner.email: "typed just now"}


@pytest.mark.django_db
def test_what_no_ring_key_reads_is_counted_and_left_alone(settings):
    settings.API_KEY_RING = {"lost": os.urandom(32)}
    lost = people_with_keys(2)
    settings.API_KEY_RING = NEW | OLD
    with pytest.raises(CommandError, match="let their owners type them again"):
        rotate()
    assert set(Connection.objects.values_list("ring_key_id", flat=True)) == {"lost"}
    assert bytes(Connection.objects.get(pk=lost[0].pk).encrypted_key) == bytes(lost[0].encrypted_key)
