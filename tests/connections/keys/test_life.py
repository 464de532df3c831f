"""How old a key is, when it was used last and what came of it stand on the page of keys, at no write a call."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.api.contract.contract import builtin_contract
from apps.api.errors import RequestRefused
from apps.connections.keys import observed_state
from apps.connections.keys.observed_state import KeyStateObserver, with_observed_state
from apps.connections.keys.storage import remove_key
from apps.connections.models import Connection

pytestmark = pytest.mark.django_db
LIST = builtin_contract().operation("listOffers")


@pytest.fixture(autouse=True)
def nothing_noted(monkeypatch):
    monkeypatch.setattr(observed_state, "_noted_use", {})
    monkeypatch.setattr(observed_state, "_seen_working", {})


def test_age_and_last_use_are_shown(admin_client, admin_connection):
    Connection.objects.filter(pk=admin_connection.pk).update(
        stored_at=timezone.now() - timedelta(days=12, hours=1)
    )
    page = admin_client.get("/connections/").content.decode()
    assert "12 days ago" in page
    KeyStateObserver().call_finished(
        admin_connection.key_name, LIST, {}, RequestRefused("x", "No.", status=422)
    )
    row = with_observed_state(Connection.objects.get(pk=admin_connection.pk))
    assert row.last_used_at is not None
    assert abs((timezone.now() - row.last_used_at).total_seconds()) < 60
    assert Connection.objects.get(pk=admin_connection.pk).last_used_at == row.last_used_at
    assert "never" not in admin_client.get("/connections/").content.decode()


def test_a_busy_key_is_noted_once_in_some_minutes(admin_connection, monkeypatch, django_assert_num_queries):
    notes = []
    usual = cache.set

    def noted(key, *rest):
        notes.append(key)
        usual(key, *rest)

    monkeypatch.setattr(cache, "set", noted)
    now = time.time()
    with django_assert_num_queries(0):
        for second in range(0, 400, 4):
            monkeypatch.setattr(time, "time", lambda at=now + second: at)
            KeyStateObserver().call_finished(admin_connection.key_name, LIST, {}, None)
    assert len([key for key in notes if key.startswith("key-use:")]) == 3


def test_a_removed_key_has_no_age(admin_connection):
    remove_key(admin_connection)
    row = Connection.objects.get(pk=admin_connection.pk)
    assert (row.age_days, row.last_used_at, row.is_due_for_renewal) == (None, None, False)
