"""Whatever is locked after too many tries says when it opens again: in the words of each page."""

import time
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import F
from django.test import Client
from django.urls import reverse

from apps.accounts.models import SignInTry
from apps.people.views.joining import RATE
from tests.support.people import PASSWORD, signed_in
from tests.support.second_factors import give_app, wrong_code_of

pytestmark = pytest.mark.django_db


def ask_for_reset(client, email, **headers):
    return client.post(reverse("account_reset_password"), {"email": email}, **headers)


def words(answer):
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize("email", ["manager@example.com", "nobody@example.com"])
def test_a_reset_for_one_address_says_when_the_next_may_be_asked_for(manager, client, email):
    for _ in range(2):
        assert ask_for_reset(client, email).status_code == 302
    refused = ask_for_reset(client, email.upper())
    assert refused.status_code == 429
    assert "Try again in 1 minute." in words(refused)
    assert "sent to you before still works" in words(refused)
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_the_limit_of_a_day_says_hours(manager, client, monkeypatch):
    began = time.time()
    for number in range(3):
        monkeypatch.setattr(time, "time", lambda number=number: began + number * 120)
        for _ in range(2):
            assert ask_for_reset(client, manager.email).status_code == 302
    monkeypatch.setattr(time, "time", lambda: began + 3600)
    refused = ask_for_reset(client, manager.email)
    assert "Try again in 23 hours." in words(refused)
    assert int(refused["Retry-After"]) == 23 * 3600


def test_a_network_that_asks_for_many_resets_is_told_when(client):
    for number in range(10):
        assert ask_for_reset(client, f"{number}@example.com").status_code == 302
    refused = ask_for_reset(client, "10@example.com")
    assert (refused.status_code, "Try again in 1 minute." in words(refused)) == (429, True)


def test_sign_ins_and_changes_of_a_password_say_it_too(manager, client):
    for _ in range(31):
        refused = client.post(reverse("account_login"), {"login": ""})
    assert (refused.status_code, "Try again in 1 minute." in words(refused)) == (429, True)
    assert "sent to you before" not in words(refused)
    person = signed_in(manager)
    for _ in range(6):
        refused = person.post(reverse("account_change_password"), {"oldpassword": "wrong"})
    assert (refused.status_code, "Try again in 1 minute." in words(refused)) == (429, True)


@pytest.mark.parametrize(
    ("way", "field"), [("account_reauthenticate", "password"), ("mfa_reauthenticate", "code")]
)
def test_a_fresh_proof_says_when_it_opens(manager, way, field):
    wrong = {"password": "wrong", "code": wrong_code_of(give_app(manager))}[field]
    client = signed_in(manager)
    for _ in range(5):
        assert "Too many" not in words(client.post(reverse(way), {field: wrong}))
    SignInTry.objects.update(at=F("at") - timedelta(minutes=5))
    assert "Too many failed sign-ins. Try again in 10 minutes." in words(
        client.post(reverse(way), {field: wrong})
    )


def test_the_second_step_of_signing_in_says_when_it_opens(manager, client):
    wrong = wrong_code_of(give_app(manager))
    client.post(reverse("account_login"), {"login": manager.email, "password": PASSWORD})
    for _ in range(6):
        page = words(client.post(reverse("mfa_authenticate"), {"code": wrong}))
    assert "Too many failed sign-ins. Try again in 15 minutes." in page


def test_links_of_invitations_say_when_they_can_be_opened():
    client = Client(REMOTE_ADDR="192.0.2.1")
    for number in range(RATE.amount):
        cache.add(f"rate:invitation:192.0.2.1:{number}", True, RATE.seconds)
    refused = client.get(reverse("people:join", args=["made-up"]))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert "Wait a minute, then open the link again." in words(refused)
