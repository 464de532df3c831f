"""Signing in at a provider that somebody else wrote (oidc-provider-mock), as a browser does it."""

import logging
from urllib.parse import urlsplit

import pytest
import requests
from django.urls import reverse
from oidc_provider_mock import User as Known
from oidc_provider_mock import run_server_in_thread

from apps.accounts.models import Role, User
from tests.accounts.openid.conftest import begin, configuration
from tests.accounts.sessions.conftest import is_signed_in

pytestmark = pytest.mark.django_db
PEOPLE = [
    Known(
        sub="mia",
        claims={"email": "mia@example.com", "email_verified": True, "name": "Mia", "groups": ["desk"]},
    ),
    Known(sub="noa", claims={"email": "noa@example.com", "email_verified": False, "groups": ["desk"]}),
]


@pytest.fixture
def issuer(monkeypatch, settings):
    """The address of the running provider, which asks for a nonce and for registered clients."""
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    settings.SITE_URL = "http://testserver"
    with run_server_in_thread(
        require_client_registration=True, require_nonce=True, user_claims=PEOPLE
    ) as server:
        address = f"http://localhost:{server.server_port}"
        callback = f"http://testserver{reverse('openid_callback')}"
        client = requests.post(
            f"{address}/oauth2/clients", json={"redirect_uris": [callback]}, timeout=10
        ).json()
        settings.OPENID_PROVIDER = configuration(
            address, client_id=client["client_id"], client_secret=client["client_secret"]
        )
        yield address


def sign_in(client, **form):
    """To the provider, through its form, and back."""
    answer = requests.post(begin(client), data=form, allow_redirects=False, timeout=10)
    back = urlsplit(answer.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def test_somebody_signs_in_with_the_role_of_their_group(client, issuer):
    assert sign_in(client, sub="mia")["Location"] == "/"
    assert is_signed_in(client)
    assert User.objects.get().role == Role.MANAGER
    address = client.post(reverse("account_logout")).context["address"]
    assert requests.get(address, timeout=10).status_code == 200


def test_an_address_that_is_not_verified_opens_nothing(client, issuer):
    assert "not verified at Acme" in sign_in(client, sub="noa").content.decode()
    assert not User.objects.exists()


def test_whoever_stops_there_is_told_so(client, issuer):
    assert "You stopped signing in at Acme." in sign_in(client, action="deny").content.decode()
    assert not User.objects.exists()


def test_a_wrong_secret_is_told_and_opens_nothing(client, issuer, settings):
    known = settings.OPENID_PROVIDER
    settings.OPENID_PROVIDER = configuration(issuer, client_id=known.client_id, client_secret="wrong")
    assert "did not accept what it was asked with" in sign_in(client, sub="mia").content.decode()
    assert not User.objects.exists()
