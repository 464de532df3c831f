"""A provider that people sign in at, and the way there and back as a browser goes it."""

from urllib.parse import urlsplit

import pytest
import requests
from django.urls import reverse

from apps.accounts.openid.configuration import OpenIDProvider
from tests.support.openid_provider import CLIENT_ID, CLIENT_SECRET, running_provider

ROLES = [("desk-admins", "admin"), ("desk", "manager"), ("guests", "viewer")]
MIA = {
    "sub": "mia-1",
    "email": "mia@example.com",
    "email_verified": True,
    "name": "Mia Miller",
    "groups": ["desk"],
}


@pytest.fixture(scope="module")
def _server():
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(_server, settings):
    """The provider, which answers rightly and knows Mia."""
    _server.person, _server.wrong_claims, _server.sign = dict(MIA), {}, None
    _server.answers, _server.user_info, _server.wrong_facts = {}, None, {}
    _server.asked.clear()
    _server.signed_in_at = None
    settings.SITE_URL = "http://testserver"
    settings.OPENID_PROVIDER = configuration(_server.issuer)
    return _server


def configuration(issuer, **changes):
    """The settings for a provider."""
    values = {
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "name": "Acme",
        "role_claim": "groups",
        "roles": ROLES,
    }
    return OpenIDProvider(**{**values, **changes})


def begin(client, **fields):
    """The address that the browser is sent to."""
    page = client.post(reverse("openid_start"), fields)
    assert page.status_code == 200
    kind, _, address = page["Refresh"].partition(";url=")
    assert kind == "0"
    return address


def sign_in(client, **fields):
    """The answer to coming back from the provider."""
    return come_back(client, begin(client, **fields))


def come_back(client, address):
    """The browser at the provider, and back."""
    back = urlsplit(requests.get(address, allow_redirects=False, timeout=10).headers["Location"])
    assert (back.netloc, back.path) == ("testserver", reverse("openid_callback"))
    return client.get(f"{back.path}?{back.query}")
