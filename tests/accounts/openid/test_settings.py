"""The provider's settings: what they become, and what stops the start. And passwords switched off."""

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.openid.configuration import ROLES, openid_provider
from tests.accounts.openid.conftest import configuration
from tests.accounts.sessions.conftest import is_signed_in

PASSWORD = "a long enough password"
VALUES: dict[str, Any] = {
    "issuer": "https://sso.example.com/realms/main",
    "client_id": "desk",
    "client_secret": "secret-of-the-client",
    "name": "Acme",
    "role_claim": "groups",
    "roles": ["desk-admins=admin", "cn=desk,ou=groups=manager"],
    "scopes": [],
    "ca_bundle": "",
}


def test_the_roles_are_those_there_are():
    assert set(ROLES) == set(Role.values)


def test_a_group_may_have_any_name():
    provider = openid_provider(**{**VALUES, "roles": ["cn=desk=manager"]})
    assert provider
    assert provider.role_of({"groups": ["cn=desk"]}) == "manager"


def test_without_an_issuer_there_is_none():
    assert openid_provider(**{**VALUES, "issuer": ""}) is None


def test_the_secret_is_shown_nowhere():
    assert "secret-of-the-client" not in repr(openid_provider(**{**VALUES, "roles": []}))


@pytest.mark.parametrize(
    ("name", "value", "variable"),
    [
        ("issuer", "http://sso.example.com", "OPENID_ISSUER"),
        ("issuer", "https://user@sso.example.com", "OPENID_ISSUER"),
        ("issuer", "https://sso.example.com?x=1", "OPENID_ISSUER"),
        ("client_id", "", "OPENID_CLIENT_ID"),
        ("client_secret", "", "OPENID_CLIENT_SECRET"),
        ("roles", ["desk"], "OPENID_ROLES"),
        ("roles", ["=admin"], "OPENID_ROLES"),
        ("roles", ["desk=owner"], "OPENID_ROLES"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(name, value, variable):
    with pytest.raises(ImproperlyConfigured, match=f"^{variable}: "):
        openid_provider(**{**VALUES, "roles": [], name: value})


@pytest.fixture
def _without_passwords(settings):
    settings.OPENID_PROVIDER = configuration("https://sso.example.com")
    settings.PASSWORD_SIGN_IN = False


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_passwords")
def test_with_passwords_switched_off_the_page_has_the_provider_alone(client):
    page = client.get(f"{reverse('account_login')}?next=/connections/").content.decode()
    assert "Sign in with Acme" in page
    assert 'type="password"' not in page
    assert 'name="next" value="/connections/"' in page


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_passwords")
def test_with_passwords_switched_off_a_right_one_opens_nothing(client):
    User.objects.create_user("mia@example.com", PASSWORD)
    answer = client.post(reverse("account_login"), {"login": "mia@example.com", "password": PASSWORD})
    assert "Nobody signs in with a password here." in answer.content.decode()
    assert not is_signed_in(client)


@pytest.mark.django_db
@pytest.mark.usefixtures("_without_passwords")
@pytest.mark.parametrize(
    "name", ["account_reset_password", "account_change_password", "account_set_password"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_with_passwords_switched_off_pages_about_them_say_so(client, name, method):
    client.force_login(User.objects.create_user("mia@example.com", PASSWORD))
    answer = getattr(client, method)(reverse(name), {"email": "mia@example.com"})
    assert answer.status_code == 403
    assert "Nobody signs in with a password here" in answer.content.decode()
