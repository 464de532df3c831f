"""Signing in with a code: which open, which do not, and how many may be tried."""

import time
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.test import Client
from django.urls import reverse

from apps.accounts.models import SignInTry
from tests.accounts.second_factor.conftest import enter_code, enter_password, is_signed_in
from tests.support.second_factors import code_of, give_app, give_recovery_codes, row_of, wrong_code_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still_clock(monkeypatch):
    """No code gets old while a test runs."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)


def test_the_password_alone_opens_nothing(client, person):
    give_app(person)
    assert enter_password(client)["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    assert client.get("/preferences/")["Location"].startswith(reverse("account_login"))


def test_the_code_leads_on_to_the_page_asked_for(client, person):
    secret = give_app(person)
    enter_password(client, next="/connections/?x=1")
    assert enter_code(client, code_of(secret))["Location"] == "/connections/?x=1"
    assert is_signed_in(client)


def test_the_page_of_the_second_step_asks_for_a_code(client, person):
    give_app(person)
    enter_password(client)
    text = client.get(reverse("mfa_authenticate")).content.decode()
    assert 'autocomplete="one-time-code"' in text
    assert person.email not in text


def test_nobody_sees_the_second_step_without_the_first(client):
    assert client.get(reverse("mfa_authenticate"))["Location"] == reverse("account_login")


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_half_a_minute_off_is_taken(client, person, steps):
    secret = give_app(person)
    enter_password(client)
    assert enter_code(client, code_of(secret, steps)).status_code == 302


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_an_older_or_later_code_is_refused(client, person, steps):
    secret = give_app(person)
    enter_password(client)
    answer = enter_code(client, code_of(secret, steps))
    assert answer.status_code == 422
    assert "This code is not right." in answer.content.decode()
    assert f'value="{code_of(secret, steps)}"' not in answer.content.decode(), "it is typed anew"
    assert not is_signed_in(client)


def test_a_code_opens_once(client, person):
    secret = give_app(person)
    enter_password(client)
    enter_code(client, code_of(secret))
    again = Client()
    enter_password(again)
    answer = enter_code(again, code_of(secret))
    assert answer.status_code == 422
    assert "This code was used already." in answer.content.decode()
    assert not is_signed_in(again)


def test_no_code_older_than_a_used_one_opens(client, person):
    secret = give_app(person)
    enter_password(client)
    enter_code(client, code_of(secret, 1))
    again = Client()
    enter_password(again)
    assert enter_code(again, code_of(secret)).status_code == 422
    assert enter_code(again, code_of(secret, -1)).status_code == 422


def test_the_code_that_set_the_app_up_does_not_sign_in(client, person):
    client.force_login(person)
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    again = Client()
    enter_password(again)
    assert enter_code(again, code_of(secret)).status_code == 422


def test_a_recovery_code_opens_once(client, person):
    give_app(person)
    first, second = give_recovery_codes(person)[:2]
    enter_password(client)
    assert enter_code(client, first).status_code == 302
    again = Client()
    enter_password(again)
    answer = enter_code(again, first)
    assert answer.status_code == 422
    assert "take another recovery code" in answer.content.decode()
    assert enter_code(again, second).status_code == 302


def test_a_code_of_another_account_is_refused(client, person, other):
    give_app(person)
    secret = give_app(other)
    enter_password(client)
    assert enter_code(client, code_of(secret)).status_code == 422
    assert enter_code(client, give_recovery_codes(other)[0]).status_code == 422


@pytest.mark.parametrize(
    "code", ["", " ", "12345", "1234567", "abcdef", "１２３４５６", "\x00", "0" * 5000, "'--"]
)
def test_what_is_no_code_is_refused_in_words(client, person, code):
    give_app(person)
    enter_password(client)
    assert enter_code(client, code).status_code == 422
    assert not is_signed_in(client)


def test_after_five_wrong_codes_the_right_one_waits(client, person):
    secret = give_app(person)
    enter_password(client)
    for _ in range(5):
        enter_code(client, wrong_code_of(secret))
    answer = enter_code(client, code_of(secret))
    assert "Too many failed sign-ins. Try again in" in answer.content.decode()
    SignInTry.objects.update(at=F("at") - timedelta(minutes=16))
    assert enter_code(client, code_of(secret)).status_code == 302


def test_a_new_sign_in_or_a_right_password_gives_no_further_tries(person):
    secret = give_app(person)
    for _ in range(5):
        client = Client()
        enter_password(client)
        enter_code(client, wrong_code_of(secret))
    client = Client()
    enter_password(client)
    assert "Too many failed sign-ins" in enter_code(client, code_of(secret)).content.decode()


def test_all_places_together_have_twenty_tries_a_day(person):
    secret = give_app(person)
    answers = []
    for number in range(30):
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        enter_password(client)
        answers.append(enter_code(client, wrong_code_of(secret)).content.decode())
    assert sum("This code is not right." in answer for answer in answers) == 20
    assert sum("Too many failed sign-ins" in answer for answer in answers) == 10


def test_wrong_codes_lock_no_password_and_wrong_passwords_no_code(client, person):
    secret = give_app(person)
    enter_password(client)
    for _ in range(5):
        enter_code(client, wrong_code_of(secret))
    assert enter_password(Client())["Location"] == reverse("mfa_authenticate")


def test_a_code_of_a_ring_key_that_is_gone_is_refused_in_words(client, person, settings):
    secret = give_app(person)
    enter_password(client)
    settings.API_KEY_RING = {"other": bytes(range(32))}
    assert enter_code(client, code_of(secret)).status_code == 422


def test_a_code_is_used_up_with_the_row_that_holds_its_secret(client, person):
    secret = give_app(person)
    enter_password(client)
    enter_code(client, code_of(secret))
    assert row_of(person).data["last_step"] == int(time.time()) // 30
    assert Authenticator.objects.get(user=person).last_used_at is not None
