"""When somebody was here last, without a write on every request."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.last_seen import NOTED_EVERY
from apps.accounts.models import User
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db


def writes(client) -> int:
    """How many statements of a page change anything."""
    with CaptureQueriesContext(connection) as queries:
        client.get("/preferences/")
    return sum(query["sql"].startswith(("UPDATE", "INSERT", "DELETE")) for query in queries)


def test_signing_in_counts_and_the_pages_right_after_write_nothing(admin):
    client = signed_in(admin)
    assert [writes(client) for _ in range(3)] == [0, 0, 0]
    assert User.objects.get().seen_at is not None


def test_a_page_some_minutes_later_is_noted_once(admin):
    client = signed_in(admin)
    long_ago = timezone.now() - NOTED_EVERY - timedelta(seconds=1)
    User.objects.update(last_login=long_ago)
    assert [writes(client) for _ in range(3)] == [1, 0, 0]
    seen_at = User.objects.get().seen_at
    assert seen_at is not None
    assert seen_at > long_ago


def test_somebody_who_never_was_here_has_no_time():
    assert User(email="new@example.com").seen_at is None
