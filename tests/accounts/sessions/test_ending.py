"""Ending sessions: all of a person, all others, one."""

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from apps.accounts.models import User
from apps.accounts.sessions.ending import end_other_sessions, end_session, end_sessions
from tests.accounts.sessions.conftest import is_signed_in, sign_in
from tests.support.people import signed_in


@pytest.fixture
def colleague(db):
    """Somebody whose sessions nobody ends."""
    return User.objects.create_user("noa@example.com", "a long enough password")


def test_all_sessions_of_a_person_end_at_the_next_request_and_nobody_elses(person, colleague):
    here, there, other = sign_in(person), sign_in(person), sign_in(colleague)
    end_sessions(person)
    assert [is_signed_in(one) for one in (here, there, other)] == [False, False, True]
    assert not UserSession.objects.filter(user=person).exists()


def test_a_session_that_stands_in_no_list_ends_too(person):
    unlisted = signed_in(person)
    assert not UserSession.objects.exists()
    end_sessions(person)
    assert not is_signed_in(unlisted)


def test_after_all_sessions_were_ended_a_person_signs_in_as_before(person):
    end_sessions(person)
    assert is_signed_in(sign_in(person))


def test_whoever_ends_all_others_stays_signed_in_under_a_new_key(person):
    here, there, unlisted = sign_in(person), sign_in(person), signed_in(person)
    request = RequestFactory().post("/")
    request.user, request.session = person, here.session
    former = here.session.session_key
    end_other_sessions(request, person)
    request.session.save()
    assert request.session.session_key != former
    here.cookies["session"] = request.session.session_key
    assert [is_signed_in(one) for one in (here, there, unlisted)] == [True, False, False]
    assert UserSession.objects.get(user=person).session_key == request.session.session_key
    assert not Session.objects.filter(pk=former).exists()


def test_one_session_ends_alone_and_only_its_owner_can_name_it(person, colleague):
    here, there = sign_in(person), sign_in(person)
    listed = UserSession.objects.get(session_key=there.session.session_key)
    assert not end_session(colleague, listed.pk)
    assert end_session(person, listed.pk)
    assert [is_signed_in(one) for one in (here, there)] == [True, False]


def test_sessions_from_before_the_number_existed_go_on(person):
    client = sign_in(person)
    session = client.session
    assert session[SESSION_KEY] == str(person.pk)
    assert session["_auth_user_hash"] == super(User, person).get_session_auth_hash()
