"""Signing in and out: where a person lands, what is refused, and what is never told."""

import time

import pytest
from allauth.core.internal import ratelimit
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User

PASSWORD = "a long enough password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)


@pytest.fixture
def client_elsewhere():
    return Client()


def sign_in(client, email="mia@example.com", password=PASSWORD, page=""):
    return client.post(reverse("account_login"), {"login": email, "password": password, "next": page})


def test_after_signing_in_a_person_lands_on_the_page_asked_for(client, person):
    asked = client.get("/connections/?x=1")
    assert asked.status_code == 302
    form = client.get(asked["Location"])
    assert 'value="/connections/?x=1"' in form.content.decode()
    assert sign_in(client, page="/connections/?x=1")["Location"] == "/connections/?x=1"


def test_the_address_may_be_typed_in_any_case(client, person):
    assert sign_in(client, email="MIA@Example.COM").status_code == 302


@pytest.mark.parametrize(
    "page",
    [
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https://evil.example",
        "http:///evil.example",
        "https:///evil.example/%2e%2e",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://evil.example",
        "//evil.example%2f@testserver",
        "https://testserver@evil.example",
        "https://testserver.evil.example/",
        "http://testserver:80@evil.example",
        "\x01//evil.example",
        " //evil.example",
        "\t//evil.example",
        "//\tevil.example",
        "/%09/evil.example\r\nLocation: //evil.example",
        "%0d%0a//evil.example",
        "//evil.example:443/x",
        "//[::1]/x",
        "http:evil.example",
        "/\x08/evil.example",
        "http://testserver/absolute",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in_or_out(client, person, page):
    for response in (sign_in(client, page=page), client.post(reverse("account_logout"), {"next": page})):
        location = response["Location"]
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\", "/\t"))
        assert "\r" not in location


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client, person):
    wrong = sign_in(client, password="not the password").content.decode()
    unknown = sign_in(client, email="nobody@example.com").content.decode()
    assert "The email address or the password is not right." in wrong
    assert without_tokens(wrong, "mia@example.com") == without_tokens(unknown, "nobody@example.com")


def without_tokens(page: str, email: str) -> str:
    lines = page.replace(email, "EMAIL").splitlines()
    return "\n".join(line for line in lines if "csrf" not in line)


def test_five_wrong_passwords_lock_the_account_and_the_page_says_for_how_long(client, person, monkeypatch):
    for _ in range(5):
        assert "is not right" in sign_in(client, password="wrong").content.decode()
    locked = sign_in(client)
    assert "Too many failed sign-ins. Try again in 15 minutes." in locked.content.decode()
    assert "_auth_user_id" not in client.session

    now = time.time()
    monkeypatch.setattr(ratelimit.time, "time", lambda: now + 14 * 60 + 30)
    assert "Try again in 1 minute." in sign_in(client).content.decode()
    monkeypatch.setattr(ratelimit.time, "time", lambda: now + 15 * 60 + 5)
    assert sign_in(client).status_code == 302


def test_the_lock_counts_an_account_once_whatever_host_is_named(client, person, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for number in range(6):
        host = "one.example" if number % 2 else "two.example"
        page = client.post(
            reverse("account_login"), {"login": person.email, "password": "wrong"}, HTTP_HOST=host
        )
    assert "Too many failed sign-ins" in page.content.decode()


def test_right_passwords_do_not_use_up_the_tries(client, person):
    for _ in range(8):
        assert sign_in(client).status_code == 302
        client.post(reverse("account_logout"))


def test_too_many_tries_from_one_network_get_a_page_of_ours(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/h/ip"}
    sign_in(client)
    refused = sign_in(client)
    assert refused.status_code == 429
    assert "Too many tries" in refused.content.decode()
    assert "css/base.css" in refused.content.decode()


def test_sign_up_is_closed(client):
    page = client.get(reverse("account_signup"))
    assert "Sign-up is closed" in page.content.decode()
    client.post(
        reverse("account_signup"), {"email": "new@example.com", "password1": PASSWORD, "password2": PASSWORD}
    )
    assert not User.objects.exists()


def test_a_deactivated_person_cannot_sign_in(client, person):
    User.objects.update(is_active=False)
    answer = sign_in(client)
    assert answer["Location"] == reverse("account_inactive")
    assert "Account not active" in client.get(answer["Location"]).content.decode()


def test_deactivation_ends_a_session_at_the_next_request(client, person):
    client.force_login(person)
    assert client.get(reverse("accounts:preferences")).status_code == 200
    User.objects.update(is_active=False)
    answer = client.get(reverse("accounts:preferences"))
    assert answer["Location"].startswith(reverse("account_login"))
    assert "_auth_user_id" not in client.session
    User.objects.update(is_active=True)
    assert client.get(reverse("accounts:preferences")).status_code == 302


def test_signing_out_needs_a_post_and_ends_the_session(client, person):
    client.force_login(person)
    assert "Sign out of this browser?" in client.get(reverse("account_logout")).content.decode()
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert client.get(reverse("accounts:preferences")).status_code == 302


def test_changing_the_password_signs_out_everywhere(client, client_elsewhere, person):
    client.force_login(person)
    client_elsewhere.force_login(person)
    new = "another long password"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    for browser in (client, client_elsewhere):
        assert browser.get(reverse("accounts:preferences")).status_code == 302
    assert sign_in(client, password=new).status_code == 302
