"""The session engine finds the sessions that last, and nobody brings a name of their own for a new one."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.accounts.sessions.store import SessionStore


@pytest.fixture
def stored(db):
    session = SessionStore()
    session["seen"] = "offers"
    session.save()
    return session.session_key


def test_what_was_written_is_read_by_the_next_request(stored):
    assert SessionStore(stored)["seen"] == "offers"


def test_a_session_that_ended_is_not_there_and_its_name_is_not_used_again(stored):
    Session.objects.filter(pk=stored).update(expire_date=timezone.now() - timedelta(seconds=1))
    session = SessionStore(stored)
    assert session.get("seen") is None
    assert session.session_key is None


def test_one_that_was_ended_elsewhere_is_over_with_the_next_request(stored):
    assert SessionStore(stored)["seen"]
    Session.objects.filter(pk=stored).delete()
    assert SessionStore(stored).get("seen") is None


def test_a_name_that_nobody_gave_out_is_not_taken(db):
    session = SessionStore("a-name-of-my-own")
    assert session.get("seen") is None
    session["seen"] = "offers"
    session.save()
    assert session.session_key not in (None, "a-name-of-my-own")
