"""Answers of a provider that are wrong, late or forged: nobody is signed in, and the page says why."""

import json
import time

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.openid.refusals import Reason
from tests.accounts.openid.conftest import begin, come_back, configuration, sign_in
from tests.accounts.sessions.conftest import is_signed_in
from tests.support.openid_provider import OTHER_KEY, signed, signed_with_the_public_key

pytestmark = pytest.mark.django_db
WELL_KNOWN = "/.well-known/openid-configuration"


def assert_refused(client, answer, reason):
    words = answer.content.decode()
    assert reason.value.format(name="Acme").replace("'", "&#x27;") in words
    assert "Nobody was signed in, and nothing was changed." in words
    assert answer.status_code == (503 if reason is Reason.UNREACHABLE else 401)
    assert not is_signed_in(client)
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, Reason.WRONG_NONCE),
        ({"nonce": None}, Reason.WRONG_NONCE),
        ({"nonce": 5}, Reason.WRONG_NONCE),
        ({"iss": "https://evil.example"}, Reason.WRONG_ISSUER),
        ({"iss": None}, Reason.UNREADABLE),
        ({"aud": "another-client"}, Reason.WRONG_AUDIENCE),
        ({"aud": ["desk", "another-client"]}, Reason.WRONG_AUDIENCE),
        ({"azp": "another-client"}, Reason.WRONG_AUDIENCE),
        ({"exp": int(time.time()) - 3600}, Reason.EXPIRED),
        ({"exp": None}, Reason.UNREADABLE),
        ({"iat": int(time.time()) + 36_000}, Reason.EXPIRED),
        ({"sub": None}, Reason.UNREADABLE),
        ({"email": None}, Reason.NO_EMAIL),
        ({"email": ["mia@example.com"]}, Reason.NO_EMAIL),
        ({"email_verified": False}, Reason.EMAIL_NOT_VERIFIED),
        ({"email_verified": None}, Reason.EMAIL_NOT_VERIFIED),
        ({"email_verified": "false"}, Reason.EMAIL_NOT_VERIFIED),
        ({"groups": ["others"]}, Reason.NO_ROLE),
        ({"groups": None}, Reason.NO_ROLE),
        ({"groups": 7}, Reason.NO_ROLE),
        ({"groups": [["desk"]]}, Reason.NO_ROLE),
    ],
)
def test_a_token_that_is_not_for_this_sign_in_opens_nothing(client, provider, claims, reason):
    provider.wrong_claims = claims
    assert_refused(client, sign_in(client), reason)


FORGERIES = {
    "another key": lambda claims: signed(claims, OTHER_KEY),
    "an unknown key": lambda claims: signed(claims, OTHER_KEY, key_id="key-2"),
    "no signature": lambda claims: signed(claims, None, "none"),
    "the public key as a secret": signed_with_the_public_key,
    "the client's secret": lambda claims: signed(claims, "a secret: of/the client?" * 2, "HS256"),
    "another signature": lambda claims: signed(claims)[:-8] + "AAAAAAAA",
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_provider_did_not_sign_opens_nothing(client, provider, forgery):
    provider.sign = FORGERIES[forgery]
    assert_refused(client, sign_in(client), Reason.WRONG_SIGNATURE)


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", None, 5, {"a": 1}])
def test_what_is_no_token_opens_nothing(client, provider, token):
    provider.sign = lambda claims: token
    assert_refused(client, sign_in(client), Reason.UNREADABLE)


def test_user_info_of_somebody_else_opens_nothing(client, provider):
    provider.user_info = {"sub": "noa-1", "groups": ["desk-admins"]}
    assert_refused(client, sign_in(client), Reason.WRONG_PERSON)


def test_what_is_signed_counts_before_the_user_info(client, provider):
    provider.user_info = {"sub": "mia-1", "groups": ["desk-admins"], "email": "noa@example.com"}
    sign_in(client)
    assert (User.objects.get().email, User.objects.get().role) == ("mia@example.com", Role.MANAGER)


@pytest.mark.parametrize(
    ("path", "status", "body", "reason"),
    [
        (WELL_KNOWN, 500, b"", Reason.UNREACHABLE),
        (WELL_KNOWN, 404, b"", Reason.UNREADABLE),
        (WELL_KNOWN, 302, b"", Reason.UNREADABLE),
        (WELL_KNOWN, 200, b"<html>", Reason.UNREADABLE),
        (WELL_KNOWN, 200, b"[]", Reason.UNREADABLE),
        (WELL_KNOWN, 200, b"{}", Reason.WRONG_ISSUER),
        (WELL_KNOWN, 200, b"[" * 100_000, Reason.UNREADABLE),
        (WELL_KNOWN, 200, b" " * 600_000, Reason.UNREACHABLE),
    ],
)
def test_a_provider_that_does_not_work_is_told_of_before_anybody_is_sent_there(
    client, provider, path, status, body, reason
):
    provider.answers[path] = (status, body)
    assert_refused(client, client.post(reverse("openid_start")), reason)


@pytest.mark.parametrize(
    ("path", "status", "body", "reason"),
    [
        ("/token", 400, b'{"error": "invalid_grant"}', Reason.CODE_REFUSED),
        ("/token", 503, b"", Reason.UNREACHABLE),
        ("/token", 200, b"not json", Reason.UNREADABLE),
        ("/token", 200, b'{"access_token": "x"}', Reason.UNREADABLE),
        ("/keys", 500, b"", Reason.UNREACHABLE),
        ("/keys", 200, b"{}", Reason.UNREADABLE),
        ("/keys", 200, b'{"keys": [5]}', Reason.UNREADABLE),
        ("/keys", 200, b'{"keys": [{"kty": "RSA"}]}', Reason.UNREADABLE),
    ],
)
def test_a_provider_that_breaks_down_on_the_way_back_opens_nothing(
    client, provider, path, status, body, reason
):
    provider.answers[path] = (status, body)
    assert_refused(client, sign_in(client), reason)


def test_a_provider_that_is_gone_leaves_the_other_way_open(client, settings):
    settings.OPENID_PROVIDER = configuration("http://127.0.0.1:9")
    assert_refused(client, client.post(reverse("openid_start")), Reason.UNREACHABLE)
    User.objects.create_user("mia@example.com", "a long enough password")
    page = client.get(reverse("account_login")).content.decode()
    assert "Sign in with Acme" in page
    client.post(reverse("account_login"), {"login": "mia@example.com", "password": "a long enough password"})
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "facts",
    [
        {"token_endpoint": "http://evil.example/token"},
        {"token_endpoint": "https://user:pass@evil.example/token"},
        {"token_endpoint": "file:///etc/passwd"},
        {"token_endpoint": 5},
        {"jwks_uri": "http://169.254.169.254/keys"},
    ],
)
def test_addresses_less_safe_than_the_issuers_are_not_asked(client, provider, facts):
    provider.wrong_facts = facts
    assert_refused(client, sign_in(client), Reason.UNREADABLE)


@pytest.mark.parametrize("address", [None, "http://evil.example/", "javascript:alert(1)", 5])
def test_nobody_is_sent_to_an_address_less_safe_than_the_issuers(client, provider, address):
    provider.wrong_facts = {"authorization_endpoint": address}
    assert_refused(client, client.post(reverse("openid_start")), Reason.UNREADABLE)


def test_a_facts_page_of_another_issuer_is_refused(client, provider):
    provider.wrong_facts = {"issuer": "https://evil.example"}
    assert_refused(client, client.post(reverse("openid_start")), Reason.WRONG_ISSUER)


# --- The way back itself ---


def test_an_answer_in_another_browser_opens_nothing(client, provider):
    address = begin(client)
    stranger = Client()
    assert_refused(stranger, come_back(stranger, address), Reason.NOT_BEGUN_HERE)


def test_an_answer_counts_once(client, provider):
    callback = reverse("openid_callback")
    begin(client)
    state = next(iter(client.session["socialaccount_states"]))
    first = client.get(callback, {"code": "made-up", "state": state})
    assert_refused(client, first, Reason.CODE_REFUSED)
    assert_refused(client, client.get(callback, {"code": "made-up", "state": state}), Reason.NOT_BEGUN_HERE)


def test_an_answer_that_comes_too_late_opens_nothing(client, provider):
    address = begin(client)
    session = client.session
    states = session["socialaccount_states"]
    session["socialaccount_states"] = {key: [one[0], one[1] - 3600, one[2]] for key, one in states.items()}
    session.save()
    assert_refused(client, come_back(client, address), Reason.NOT_BEGUN_HERE)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({}, Reason.NOT_BEGUN_HERE),
        ({"code": "x"}, Reason.NOT_BEGUN_HERE),
        ({"error": "access_denied"}, Reason.CANCELLED),
        ({"error": "server_error"}, Reason.NOT_BEGUN_HERE),
        ({"state": "made-up", "code": "x"}, Reason.NOT_BEGUN_HERE),
    ],
)
def test_an_answer_without_its_state_says_nothing(client, provider, query, reason):
    assert_refused(client, client.get(reverse("openid_callback"), query), reason)


@pytest.mark.parametrize(
    ("error", "reason"),
    [("access_denied", Reason.CANCELLED), ("server_error", Reason.REFUSED_THERE), ("", Reason.REFUSED_THERE)],
)
def test_a_refusal_of_the_provider_is_told_in_our_words(client, provider, error, reason):
    begin(client)
    state = next(iter(client.session["socialaccount_states"]))
    query = {"state": state, "error": error, "error_description": "<script>alert(1)</script>"}
    answer = client.get(reverse("openid_callback"), query)
    assert_refused(client, answer, reason)
    assert "alert(1)" not in answer.content.decode()


def test_nothing_of_an_answer_stands_in_the_log(client, provider, caplog):
    provider.wrong_claims = {"nonce": "another"}
    sign_in(client)
    provider.answers["/token"] = (400, json.dumps({"access_token": "secret-token-1"}).encode())
    sign_in(client)
    assert "WRONG_NONCE" in caplog.text
    for secret in ("the-access-token", "secret-token-1", "a secret: of", "code-", "eyJ"):
        assert secret not in caplog.text


# --- Where it is not offered ---


@pytest.mark.parametrize(("method", "name"), [("post", "openid_start"), ("get", "openid_callback")])
def test_without_a_provider_its_addresses_are_not_there(client, method, name):
    assert getattr(client, method)(reverse(name)).status_code == 404
    assert "Sign in with" not in client.get(reverse("account_login")).content.decode()


def test_the_way_to_the_provider_takes_a_form_of_this_site(provider):
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("openid_start")).status_code == 403
    assert client.get(reverse("openid_start")).status_code == 405
    assert provider.asked == []


def test_the_way_to_the_provider_is_limited(client, provider, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "login": "2/m/ip"}
    statuses = [client.post(reverse("openid_start")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
