"""Signing in and out: where a person lands, what is refused, and what is never told."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import Role, SignInTry, User
from apps.accounts.passwords import hashing

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
        "//",
        "///",
        "//?x=1",
        "//#x",
        "/\\",
        "/\\/evil.example",
        "/x\\..\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "/\r\n//evil.example",
        "/offers/\x00",
        "/\x7f/evil.example",
        "/\x85/evil.example",
        "/\u2028/evil.example",
        "\u00a0//evil.example",
        "\ufeff//evil.example",
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


def test_five_wrong_passwords_lock_the_account_there_and_the_page_says_for_how_long(client, person):
    for _ in range(5):
        assert "is not right" in sign_in(client, password="wrong").content.decode()
    locked = sign_in(client)
    assert "Too many failed sign-ins. Try again in 15 minutes." in locked.content.decode()
    assert "_auth_user_id" not in client.session
    later(minutes=14, seconds=30)
    assert "Try again in 1 minute." in sign_in(client).content.decode()
    later(minutes=1)
    assert sign_in(client).status_code == 302


def later(**time):
    SignInTry.objects.update(at=F("at") - timedelta(**time))


def guess(number, email="mia@example.com", password="wrong"):
    client = Client(REMOTE_ADDR=f"192.0.2.{number}")
    return sign_in(client, email=email, password=password).content.decode()


@pytest.mark.parametrize("email", ["mia@example.com", "nobody@example.com"])
def test_guesses_from_many_addresses_share_twenty_tries_a_day(person, email):
    answers = [guess(number, email) for number in range(1, 31)]
    assert ["is not right" in answer for answer in answers] == [True] * 20 + [False] * 10
    assert "Too many failed sign-ins. Try again in 24 hours." in answers[-1]


def test_strangers_lock_the_owner_out_neither_of_a_known_browser_nor_of_a_known_network(person):
    browser, office = Client(REMOTE_ADDR="198.51.100.1"), Client(REMOTE_ADDR="198.51.100.2")
    for known in (browser, office):
        assert sign_in(known).status_code == 302
        known.post(reverse("account_logout"))
    for number in range(1, 31):
        guess(number)
    assert "Too many failed" in guess(99, password=PASSWORD)
    browser.defaults["REMOTE_ADDR"] = "203.0.113.9"
    assert sign_in(browser).status_code == 302
    assert sign_in(Client(REMOTE_ADDR="198.51.100.2")).status_code == 302


def test_a_lock_where_a_stranger_is_leaves_the_owner_elsewhere_alone(person):
    for _ in range(7):
        guess(1)
    assert sign_in(Client(REMOTE_ADDR="198.51.100.1")).status_code == 302


def test_a_known_browser_guesses_no_more_than_others_whatever_its_address(person):
    browser = Client()
    sign_in(browser)
    browser.post(reverse("account_logout"))
    for number in range(1, 8):
        browser.defaults["REMOTE_ADDR"] = f"192.0.2.{number}"
        page = sign_in(browser, password="wrong").content.decode()
    assert "Too many failed sign-ins" in page


@pytest.mark.parametrize("cookie", ["", "nonsense", "W10:1:x", "a" * 5000])
def test_a_made_up_cookie_makes_no_browser_known(person, cookie):
    for number in range(1, 21):
        guess(number)
    client = Client(REMOTE_ADDR="192.0.2.99")
    client.cookies["known"] = cookie
    assert "Too many failed" in sign_in(client).content.decode()


def test_a_browser_that_is_known_for_one_account_is_a_stranger_to_others(person):
    User.objects.create_user("eve@example.com", PASSWORD)
    eve = Client(REMOTE_ADDR="203.0.113.1")
    assert sign_in(eve, email="eve@example.com").status_code == 302
    eve.post(reverse("account_logout"))
    for number in range(1, 21):
        guess(number)
    assert "Too many failed" in sign_in(eve).content.decode()


def test_addresses_of_one_ipv6_network_count_as_one(person):
    for number in range(1, 7):
        page = sign_in(Client(REMOTE_ADDR=f"2001:db8::{number}"), password="wrong").content.decode()
    assert "Too many failed" in page
    for number in range(1, 7):
        page = sign_in(Client(REMOTE_ADDR=f"::ffff:192.0.2.{number}"), password="wrong").content.decode()
        assert "is not right" in page


def test_ten_wrong_passwords_a_minute_lock_a_network_for_all_accounts(person):
    for number in range(10):
        guess(1, email=f"somebody-{number}@example.com")
    assert "Try again in 1 minute." in guess(1)
    later(minutes=1, seconds=1)
    assert "is not right" in guess(1)


def test_an_account_counts_once_however_its_address_is_written(person):
    for email in [
        "mia@example.com",
        "MIA@example.com",
        " Mia@Example.com ",
        "mia@EXAMPLE.com",
        "mIa@example.com",
    ]:
        guess(1, email=email)
    assert "Too many failed" in guess(1, password=PASSWORD)


def test_a_sign_in_asks_the_database_as_much_for_an_account_as_for_none(person):
    # The first event of all begins the log's chain.
    guess(3, email="somebody@example.com")
    with CaptureQueriesContext(connection) as known:
        guess(1)
    with CaptureQueriesContext(connection) as unknown:
        guess(2, email="nobody@example.com")
    assert len(known) == len(unknown)


def test_passwords_that_cannot_be_checked_now_are_refused_in_words_and_not_counted(client, person, settings):
    settings.PASSWORD_HASHERS = ["apps.accounts.passwords.hashing.BoundedPasswordHasher"]
    client.force_login(person)
    with ExitStack() as busy:
        for _ in range(hashing.slots.places):
            busy.enter_context(hashing.slots.queued())
        changed = client.post(
            reverse("account_change_password"),
            {"oldpassword": PASSWORD, "password1": "another long one", "password2": "another long one"},
        )
        for answer in (sign_in(Client(), email="nobody@example.com"), changed):
            assert (answer.status_code, answer["Retry-After"]) == (503, "5")
            assert "neither checked nor changed" in answer.content.decode()
    assert not SignInTry.objects.exists()


def test_so_many_passwords_are_checked_at_once_and_so_many_more_wait():
    slots = hashing.HashingSlots(at_once=1, waiting=1, seconds=0.05)
    with slots.slot():
        with pytest.raises(hashing.HashingBusy), slots.slot():
            pass
        with slots.queued(), pytest.raises(hashing.HashingBusy), slots.slot():
            pass
    with slots.slot():
        pass


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


def test_one_password_is_hashed_whoever_is_meant(person, monkeypatch, settings):
    settings.PASSWORD_HASHERS = ["apps.accounts.passwords.hashing.BoundedPasswordHasher"]
    monkeypatch.setattr(hashing.BoundedPasswordHasher, "iterations", 10)
    User.objects.create_user("hashed@example.com", PASSWORD)
    User.objects.create_user("provider@example.com", None)
    User.objects.create_user("gone@example.com", PASSWORD, is_active=False)
    hashed = []
    encode = hashing.BoundedPasswordHasher.encode

    def counted(hasher, password, *others, **named):
        hashed.append(others or named)
        return encode(hasher, password, *others, **named)

    monkeypatch.setattr(hashing.BoundedPasswordHasher, "encode", counted)
    counts = {}
    for number, who in enumerate(["hashed", "provider", "gone", "nobody"]):
        hashed.clear()
        assert "is not right" in guess(number, email=f"{who}@example.com")
        counts[who] = len(hashed)
    assert counts == {"hashed": 1, "provider": 1, "gone": 1, "nobody": 1}
