"""A fresh proof is asked for before what matters most, and what was typed is there again afterwards."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import SignInTry, User
from apps.connections.models import Connection, Integration, Service
from tests.architecture.access.test_roles import address_of
from tests.architecture.routes import routes
from tests.support.passkeys import HOST, give_passkey
from tests.support.people import PASSWORD, forget_proof, signed_in
from tests.support.second_factors import code_of, give_app, give_recovery_codes, wrong_code_of

pytestmark = pytest.mark.django_db

PROOF = "/account/confirm/"
SERVICE = {
    "name": "Acme",
    "kind": "integr8",
    "base_url": "https://api.app.integr8.co/v2",
    "integrations-TOTAL_FORMS": "1",
    "integrations-INITIAL_FORMS": "0",
    "integrations-0-integration_id": "int-eu",
    "integrations-0-label": "EU",
}


@pytest.fixture
def stale(admin):
    """A browser-less client of an admin whose proof lies ten minutes back."""
    client = signed_in(admin)
    forget_proof(client)
    return client


def prove(client, address, password=PASSWORD):
    """Enter the password on the page of that address."""
    page = parse_qs(urlsplit(address).query)["next"][0]
    return client.post(address.partition("?")[0], {"password": password, "next": page})


def test_a_sign_in_of_the_last_minutes_is_a_proof(client, admin, service):
    client.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    assert client.get(reverse("connections:create")).status_code == 200
    forget_proof(client, 590)
    assert client.get(reverse("connections:create")).status_code == 200
    forget_proof(client, 601)
    assert client.get(reverse("connections:create"))["Location"].startswith(PROOF)


def test_a_proof_of_somebody_else_in_this_browser_counts_for_nobody(client, admin, manager, service):
    client.force_login(manager)
    session = client.session
    session["account_authentication_methods_user"] = admin.pk.hex
    session.save()
    assert client.get(reverse("connections:create"))["Location"].startswith(PROOF)


def test_every_address_that_takes_a_proof_asks_for_it_by_every_method(stale, service):
    fresh = [route for route in routes() if route.access.fresh]
    assert {"connections:create", "connections:edit", "mfa_activate_totp"} <= {route.name for route in fresh}
    for route in fresh:
        for method in route.access.methods:
            answer = stale.generic(method, address_of(route))
            assert answer.status_code == 302 and answer["Location"].startswith(PROOF), (route.name, method)


def test_the_form_for_a_key_is_not_shown_before_the_proof_and_afterwards_it_is(stale, service):
    address = stale.get(f"{reverse('connections:create')}?service={service.pk}")["Location"]
    assert "Confirm that it is you" in stale.get(address).content.decode()
    after = prove(stale, address)
    assert after["Location"] == f"{reverse('connections:create')}?service={service.pk}"
    assert stale.get(after["Location"]).status_code == 200


def test_a_key_that_is_sent_without_a_proof_is_neither_stored_nor_kept(stale, admin, service):
    values = {"service": service.pk, "authentication": "api-key", "key": "canary-of-a-key"}
    answer = stale.post(reverse("connections:create"), values)
    assert answer["Location"].startswith(PROOF)
    assert not Connection.objects.filter(owner=admin).exists()
    assert "canary-of-a-key" not in str(dict(stale.session))
    after = prove(stale, answer["Location"])
    assert after["Location"] == reverse("connections:create")
    page = stale.get(after["Location"])
    assert "Passwords and keys are not kept: enter them again." in page.content.decode()


def test_a_service_that_was_typed_is_shown_again_after_the_proof_and_saved_then(stale):
    address = reverse("connections:service_create")
    answer = stale.post(address, SERVICE)
    assert answer["Location"].startswith(PROOF)
    assert not Service.objects.exists()
    proof = stale.get(answer["Location"]).content.decode()
    assert "What you typed is kept, and shown again after this." in proof
    after = prove(stale, answer["Location"])
    assert after["Location"] == address
    page = stale.get(address).content.decode()
    assert 'value="Acme"' in page and 'value="int-eu"' in page
    assert "Nothing was saved." in page
    assert stale.post(address, SERVICE)["Location"] == reverse("connections:services")
    assert Service.objects.get().name == "Acme"


def test_only_another_host_takes_a_proof(stale, settings):
    settings.API_ALLOWED_HOSTS = ["api.app.integr8.co", "api.example.com"]
    service = Service.objects.create(name="Acme", base_url="https://api.app.integr8.co/v2")
    Integration.objects.create(service=service, integration_id="int-eu", label="EU")
    row = service.integrations.get()
    address = reverse("connections:service_edit", args=[service.pk])
    values = {**SERVICE, "integrations-INITIAL_FORMS": "1", "integrations-0-id": row.pk}
    assert stale.post(address, {**values, "name": "Other"})["Location"] == reverse("connections:services")
    answer = stale.post(address, {**values, "base_url": "https://api.example.com/v2"})
    assert answer["Location"].startswith(PROOF)
    service.refresh_from_db()
    assert (service.name, service.base_url) == ("Other", "https://api.app.integr8.co/v2")


@pytest.mark.parametrize("method", ["get", "post"])
def test_htmx_is_led_by_its_own_header_and_back_to_its_page(stale, service, method):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/connections/?x=1"}
    answer = getattr(stale, method)(reverse("connections:create"), headers=headers)
    assert answer["HX-Redirect"] == f"{PROOF}?next=%2Fconnections%2F%3Fx%3D1"


def test_a_wrong_password_proves_nothing_and_counts(stale, service):
    address = stale.get(reverse("connections:create"))["Location"]
    for _ in range(5):
        assert prove(stale, address, "not it").status_code == 422
    answer = prove(stale, address)
    assert "Too many failed sign-ins. Try again in" in answer.content.decode()
    assert SignInTry.objects.count() == 5
    assert stale.get(reverse("connections:create")).status_code == 302


def test_a_code_proves_once(stale, admin, service):
    secret = give_app(admin)
    address = reverse("mfa_reauthenticate")
    assert stale.post(address, {"code": wrong_code_of(secret)}).status_code == 422
    assert (
        stale.post(address, {"code": code_of(secret), "next": "/connections/"})["Location"] == "/connections/"
    )
    assert stale.get(reverse("connections:create")).status_code == 200
    forget_proof(stale)
    assert stale.post(address, {"code": code_of(secret)}).status_code == 422
    assert stale.post(address, {"code": give_recovery_codes(admin)[0]}).status_code == 302


def test_a_passkey_proves_and_another_accounts_does_not(admin, manager, service):
    device, _ = give_passkey(admin)
    others, _ = give_passkey(manager)
    client = Client(SERVER_NAME=HOST)
    client.force_login(admin)
    forget_proof(client)
    address = reverse("mfa_reauthenticate_webauthn")

    def shown_by(shown):
        options = client.get(address).context["js_data"]["request_options"]
        return client.post(
            address, {"credential": shown.shown(dict(options), admin.pk), "next": "/connections/"}
        )

    refused = shown_by(others)
    assert refused.status_code == 422
    assert "does not belong to this account" in refused.content.decode()
    assert client.get(reverse("connections:create")).status_code == 302
    assert shown_by(device)["Location"] == "/connections/"
    assert client.get(reverse("connections:create")).status_code == 200


def test_somebody_without_a_password_or_a_factor_signs_in_again(admin, service):
    User.objects.filter(pk=admin.pk).update(password="!")
    client = signed_in(User.objects.get(pk=admin.pk))
    forget_proof(client)
    address = client.get(reverse("connections:create"))["Location"]
    assert address == f"{reverse('account_sign_in_again')}?next=%2Fconnections%2Fnew%2F"
    page = client.get(address).content.decode()
    assert "Sign in again" in page
    assert 'value="/account/login/?again=1&amp;next=%2Fconnections%2Fnew%2F"' in page
    answer = client.post(
        reverse("account_logout"), {"next": "/account/login/?again=1&next=%2Fconnections%2Fnew%2F"}
    )
    assert answer["Location"] == "/account/login/?again=1&next=%2Fconnections%2Fnew%2F"


@pytest.mark.parametrize("page", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_proof_leads_to_no_other_site(stale, page):
    answer = stale.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": page})
    assert answer["Location"] == "/"


def test_a_form_that_waits_is_not_shown_after_another_proof(stale):
    stale.post(reverse("connections:service_create"), SERVICE)
    stale.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": "/connections/"})
    assert 'value="Acme"' not in stale.get(reverse("connections:service_create")).content.decode()
