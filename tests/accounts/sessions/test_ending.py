"""Ending sessions: all of a person, all others, one."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.test import RequestFactory
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.second_factor.requirement import reset_second_factor
from apps.accounts.sessions.ending import end_other_sessions, end_session, end_sessions
from tests.accounts.sessions.conftest import is_signed_in, sign_in
from tests.support.passkeys import give_passkey
from tests.support.people import signed_in
from tests.support.second_factors import code_of, give_app


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


@pytest.mark.django_db(transaction=True)
def test_a_second_factor_that_is_added_or_removed_ends_all_other_sessions(person, service):
    here, there, unlisted = sign_in(person), sign_in(person), signed_in(person)
    page = here.get(reverse("mfa_index")).content.decode()
    assert "Adding or removing a passkey or a code app signs you out in all other browsers." in page
    here.get(reverse("mfa_activate_totp"))
    secret = here.session["mfa.totp.secret"]
    here.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    page = here.get(reverse("accounts:preferences")).content.decode()
    assert "The code app is set up. You are signed out in all other browsers." in page
    assert [is_signed_in(one) for one in (here, there, unlisted)] == [True, False, False]
    later = signed_in(User.objects.get(pk=person.pk))
    answer = here.post(reverse("mfa_deactivate_totp"), follow=True)
    assert "The code app is removed. You are signed out in all other browsers." in answer.content.decode()
    assert [is_signed_in(one) for one in (here, later)] == [True, False]


def test_a_passkey_does_so_too_and_new_recovery_codes_do_not(person):
    here = sign_in(person)
    there = signed_in(person)
    give_app(person)
    here.post(reverse("mfa_generate_recovery_codes"))
    assert is_signed_in(there)
    give_passkey(person)
    request = RequestFactory().post("/")
    request.user, request.session = person, here.session
    row = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    authenticator_added.send(sender=Authenticator, request=request, user=person, authenticator=row)
    assert not is_signed_in(there)


def test_what_an_admin_takes_away_ends_no_session_of_the_admin(person, colleague):
    here = signed_in(colleague)
    give_app(person)
    request = RequestFactory().post("/")
    request.user, request.session = colleague, here.session
    reset_second_factor(person, request)
    assert is_signed_in(here)
