"""When somebody was here last, without a write on every request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.sessions.life import USED_AT
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db


def seen_after(client, **headers):
    """What is noted after a page, by a session that was used last ten minutes ago."""
    User.objects.update(last_login=timezone.now() - timedelta(hours=1))
    session = client.session
    session[USED_AT] -= 600
    session.save()
    client.get("/preferences/", headers=headers)
    return User.objects.get().last_seen_at


def test_signing_in_counts_and_the_pages_right_after_write_nothing(admin):
    client = signed_in(admin)
    client.get("/preferences/")
    person = User.objects.get()
    assert (person.last_seen_at, person.seen_at) == (None, person.last_login)
    assert person.seen_at is not None


def test_a_page_some_minutes_later_is_noted(admin):
    seen_at = seen_after(signed_in(admin))
    assert User.objects.get().seen_at == seen_at
    assert timezone.now() - seen_at < timedelta(minutes=5)


def test_what_a_page_asks_for_by_itself_is_no_sign_of_anybody(admin):
    assert seen_after(signed_in(admin), **{"X-Background": "1"}) is None


def test_somebody_who_never_was_here_has_no_time():
    assert User(email="new@example.com").seen_at is None
