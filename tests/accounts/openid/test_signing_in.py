"""Signing in at an OpenID provider: who gets in, as what, and what is kept."""

from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from tests.accounts.openid.conftest import begin, configuration, sign_in
from tests.accounts.sessions.conftest import is_signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


def test_somebody_whose_group_has_a_role_gets_an_account_and_is_signed_in(client, provider):
    answer = sign_in(client, next="/connections/?x=1")
    assert answer["Location"] == "/connections/?x=1"
    person = User.objects.get()
    assert (person.email, person.name, person.role) == ("mia@example.com", "Mia Miller", Role.MANAGER)
    assert not person.has_usable_password()
    assert is_signed_in(client)


def test_the_same_person_signs_in_again_to_the_same_account(client, provider):
    sign_in(client)
    provider.person |= {"email": "mia.miller@example.com", "name": "Mia M."}
    sign_in(Client())
    assert User.objects.get().email == "mia@example.com"
    assert SocialAccount.objects.count() == 1


def test_an_account_with_the_verified_address_is_joined_and_keeps_its_password(client, provider):
    person = User.objects.create_user("Mia@example.com", PASSWORD, role=Role.MANAGER)
    sign_in(client)
    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == person
    assert User.objects.get().check_password(PASSWORD)


def test_the_way_there_carries_state_nonce_and_pkce_and_no_secret(client, provider, settings):
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/account/openid/callback/"]
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}
    assert all(len(asked[name][0]) >= 16 for name in ("state", "nonce", "code_challenge"))
    assert settings.OPENID_PROVIDER.client_secret not in str(asked)
    assert parse_qs(urlsplit(begin(client)).query)["nonce"] != asked["nonce"]


def test_the_address_names_no_parameter_that_reaches_the_provider(client, provider):
    page = client.post(
        f"{reverse('openid_start')}?auth_params=nonce%3Dx%26redirect_uri%3Dhttps://evil&scope=all"
    )
    asked = parse_qs(urlsplit(page["Refresh"].partition("url=")[2]).query)
    assert asked["nonce"] != ["x"]
    assert "evil" not in str(asked)
    assert "all" not in asked["scope"][0].split()


def test_no_token_is_kept_anywhere(client, provider):
    sign_in(client)
    assert not SocialToken.objects.exists()
    kept = f"{SocialAccount.objects.get().extra_data} {dict(client.session)}"
    assert "access-token" not in kept
    assert "eyJ" not in kept
    assert set(SocialAccount.objects.get().extra_data) == {"sub", "email", "email_verified", "name", "role"}


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["guests"], "viewer"),
        (["guests", "desk-admins"], "admin"),
        ("desk", "manager"),
        ({"guests": {}}, "viewer"),
    ],
)
def test_the_role_follows_the_groups_at_each_sign_in(client, provider, groups, role):
    User.objects.create_user("admin@example.com", PASSWORD, role=Role.ADMIN)
    sign_in(client)
    provider.person["groups"] = groups
    sign_in(Client())
    assert User.objects.get(email="mia@example.com").role == role


def test_a_claim_may_lie_deeper_and_come_with_the_user_info(client, provider, settings):
    settings.OPENID_PROVIDER = configuration(provider.issuer, role_claim="realm_access.roles")
    provider.user_info = {"sub": "mia-1", "realm_access": {"roles": ["guests"]}}
    sign_in(client)
    assert User.objects.get().role == Role.VIEWER


def test_the_only_admin_stays_admin_and_is_told(client, provider):
    person = User.objects.create_user("mia@example.com", PASSWORD, role=Role.ADMIN)
    sign_in(client)
    person.refresh_from_db()
    assert person.role == Role.ADMIN
    assert "you are the only admin" in client.get(reverse("accounts:preferences")).content.decode()


def test_without_roles_in_the_settings_only_people_with_an_account_come_in(client, provider, settings):
    settings.OPENID_PROVIDER = configuration(provider.issuer, roles=[])
    refused = sign_in(client)
    assert "There is no account here for your email address" in refused.content.decode()
    assert not User.objects.exists()
    User.objects.create_user("mia@example.com", None, role=Role.VIEWER)
    sign_in(client)
    assert is_signed_in(client)
    assert User.objects.get().role == Role.VIEWER


def test_a_deactivated_person_is_neither_let_in_nor_joined(client, provider):
    User.objects.create_user("mia@example.com", PASSWORD, is_active=False, role=Role.VIEWER)
    assert sign_in(client)["Location"] == reverse("account_inactive")
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.get().role == Role.VIEWER


def test_an_address_that_somebody_else_has_now_does_not_open_the_account(client, provider):
    sign_in(client)
    provider.person["sub"] = "mia-2"
    stranger = Client()
    assert "belongs to another account at Acme" in sign_in(stranger).content.decode()
    assert not is_signed_in(stranger)
    assert SocialAccount.objects.get().uid == "mia-1"


def test_people_of_another_issuer_are_other_people(client, provider, settings):
    sign_in(client)
    assert configuration("https://other.example").key != settings.OPENID_PROVIDER.key


def test_a_form_that_waits_is_shown_again_after_signing_in(client, provider):
    typed = {"theme": "dark", "density": "compact", "time_zone": "Europe/Berlin"}
    page = client.post(reverse("accounts:preferences"), typed)
    sealed = page.context["unsent"].sealed()
    answer = sign_in(client, unsent_form=sealed)
    assert answer["Location"] == reverse("accounts:preferences")
    assert "What you typed is in the form again" in client.get(answer["Location"]).content.decode()


def test_signing_out_leads_to_the_providers_own_sign_out(client, provider):
    sign_in(client)
    page = client.post(reverse("account_logout"))
    address = page.context["address"]
    assert address.startswith(
        f"{provider.issuer}/leave?client_id=desk&post_logout_redirect_uri=http%3A%2F%2Ftestserver"
    )
    assert not is_signed_in(client)


def test_signing_out_works_while_the_provider_is_down(client, provider):
    sign_in(client)
    provider.answers["/.well-known/openid-configuration"] = (503, b"")
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert not is_signed_in(client)
