"""A fresh proof by the provider: only a sign-in that the provider says was made just now, by the same person."""

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.audit.events import EventKind
from apps.audit.models import Event
from tests.accounts.openid.conftest import come_back, configuration, sign_in
from tests.accounts.sessions.conftest import is_signed_in
from tests.support.people import forget_proof

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"
AGAIN = reverse("account_sign_in_again")


@pytest.fixture
def mia(client, provider, service):
    """Mia, who came by the provider an hour ago and is still signed in there."""
    sign_in(client)
    an_hour_ago = int(time.time()) - 3600
    provider.signed_in_at = an_hour_ago
    forget_proof(client, 3600)
    return User.objects.get()


def asked_for_proof(client, page="/connections/new/"):
    """The page that asks for a proof, once a page was opened that takes one."""
    answer = client.get(page)
    assert answer.status_code == 302, answer
    assert answer["Location"] == f"{AGAIN}?{urlencode({'next': page})}"
    return client.get(answer["Location"])


def way_there(client, page="/connections/new/"):
    answer = client.post(reverse("openid_confirm"), {"next": page})
    return answer["Refresh"].partition(";url=")[2]


def is_proved(client):
    return client.get("/connections/new/").status_code == 200


def test_who_came_by_the_provider_confirms_there_and_goes_on(client, provider, mia):
    page = asked_for_proof(client).content.decode()
    assert "Sign in with Acme" in page and f'action="{reverse("openid_confirm")}"' in page
    key = client.session.session_key
    address = way_there(client)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["prompt"], asked["max_age"]) == (["login"], ["0"])
    assert come_back(client, address)["Location"] == "/connections/new/"
    assert is_proved(client)
    assert client.session.session_key != key
    assert Event.objects.filter(kind=EventKind.STEP_UP, person=mia).exists()


def test_who_takes_the_asking_for_a_sign_in_out_of_the_address_proves_nothing(client, provider, mia):
    there = urlsplit(way_there(client))
    asked = parse_qs(there.query)
    del asked["prompt"], asked["max_age"]
    refused = come_back(client, there._replace(query=urlencode(asked, doseq=True)).geturl())
    assert refused.status_code == 401
    assert "Acme did not ask you to sign in anew" in refused.content.decode()
    assert "Nothing was confirmed, and nothing was changed." in refused.content.decode()
    assert is_signed_in(client) and not is_proved(client)
    assert Event.objects.filter(kind=EventKind.STEP_UP_FAILED).exists()


def test_signing_in_once_more_while_the_provider_still_knows_one_is_no_proof(client, provider, mia):
    client.post(reverse("account_logout"))
    sign_in(client)
    assert is_signed_in(client) and not is_proved(client)


def test_a_sign_in_that_was_made_there_just_now_is_a_proof(client, provider, service):
    sign_in(client)
    assert is_proved(client)
    forget_proof(client, 601)
    assert not is_proved(client)


@pytest.mark.parametrize("said", [None, "now", True, [], {}, 0, -1], ids=repr)
def test_what_is_no_moment_of_today_proves_nothing(client, provider, mia, said):
    provider.wrong_claims["auth_time"] = said
    assert come_back(client, way_there(client)).status_code == 401
    assert not is_proved(client)
    sign_in(client)
    assert is_signed_in(client) and not is_proved(client)


def test_a_moment_that_is_to_come_lasts_no_longer(client, provider, mia):
    provider.wrong_claims["auth_time"] = int(time.time()) + 10**6
    assert come_back(client, way_there(client)).status_code == 302
    assert is_proved(client)
    forget_proof(client, 601)
    assert not is_proved(client)


def test_a_provider_that_names_no_moment_is_told_of_and_a_setting_takes_its_word(
    client, provider, mia, settings
):
    provider.wrong_claims["auth_time"] = None
    refused = come_back(client, way_there(client)).content.decode()
    assert "Acme does not tell when you signed in there" in refused
    settings.OPENID_PROVIDER = configuration(provider.issuer, needs_auth_time=False)
    assert come_back(client, way_there(client)).status_code == 302
    assert is_proved(client)


def test_another_persons_answer_proves_nothing_and_makes_no_account(client, provider, mia):
    provider.person |= {"sub": "eve-1", "email": "eve@example.com"}
    refused = come_back(client, way_there(client))
    assert "You signed in at Acme as somebody else" in refused.content.decode()
    assert not is_proved(client)
    assert User.objects.count() == 1


def test_a_proof_belongs_to_the_browser_that_asked_for_it(client, provider, mia):
    refused = come_back(Client(), way_there(client))
    assert refused.status_code == 401
    assert not is_proved(client)


def test_a_form_that_waits_is_shown_again(client, provider, mia):
    User.objects.update(role=Role.ADMIN)
    provider.person["groups"] = ["desk-admins"]
    address = reverse("connections:service_create")
    form = {
        "name": "Typed",
        "kind": "integr8",
        "base_url": "https://api.app.integr8.co/v2",
        "integrations-TOTAL_FORMS": "0",
        "integrations-INITIAL_FORMS": "0",
    }
    asks = client.post(address, form)["Location"]
    assert "What you typed is kept" in client.get(asks).content.decode()
    page = parse_qs(urlsplit(asks).query)["next"][0]
    assert come_back(client, way_there(client, page))["Location"] == address
    assert 'value="Typed"' in client.get(address).content.decode()


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_proof_leads_to_no_other_site(client, provider, mia, page):
    assert come_back(client, way_there(client, page))["Location"] == "/"


def test_a_password_stays_a_way_beside_the_provider(client, provider, service):
    person = User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)
    sign_in(client)
    forget_proof(client)
    page = asked_for_proof(client).content.decode()
    assert "Use your password" in page
    beside = client.get(f"{reverse('account_reauthenticate')}?next=/connections/new/").content.decode()
    assert "Sign in with Acme" in beside
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/connections/new/"})
    assert is_proved(client)
    assert person.has_usable_password()


def test_where_passwords_are_off_none_is_asked_for(client, provider, service, settings):
    User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)
    settings.PASSWORD_SIGN_IN = False
    sign_in(client)
    forget_proof(client)
    assert "Use your password" not in asked_for_proof(client).content.decode()
    assert come_back(client, way_there(client)).status_code == 302
    assert is_proved(client)


def test_without_a_provider_nothing_is_begun(manager_client):
    assert manager_client.post(reverse("openid_confirm")).status_code == 404
