"""Passkeys: added, shown alone or after a password, renamed, removed; and what is none of this account's."""

import json

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from tests.accounts.second_factor.conftest import enter_password, is_signed_in
from tests.support.passkeys import HOST, Device, give_passkey
from tests.support.second_factors import give_app

pytestmark = pytest.mark.django_db

NOT_KNOWN = "does not belong to this account, or was removed"


@pytest.fixture
def client():
    """Requests to the host that passkeys are for."""
    return Client(SERVER_NAME=HOST)


def asked(client):
    """What the sign-in page asks the browser for."""
    answer = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"})
    return answer.json()["request_options"]


def show(client, credential, **fields):
    """Sign in by a passkey alone."""
    return client.post(reverse("mfa_login_webauthn"), {"credential": credential, **fields})


def options_in(answer, name):
    """What a page asks the browser for."""
    return answer.context["js_data"][name]


def add(client, device, name="Telephone"):
    """Add a passkey of that device on the page for it."""
    options = options_in(client.get(reverse("mfa_add_webauthn")), "creation_options")
    return client.post(
        reverse("mfa_add_webauthn"), {"name": name, "credential": device.created(_plain(options))}
    )


def _plain(options):
    return json.loads(json.dumps(options))


def test_a_passkey_is_added_under_its_name_and_recovery_codes_follow(client, person):
    client.force_login(person)
    assert add(client, Device())["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(reverse("mfa_index")).content.decode()
    assert "Telephone" in page and "not used yet" in page
    person.refresh_from_db()
    assert person.has_second_factor


def test_a_passkey_alone_signs_in(client, person):
    device, row = give_passkey(person)
    answer = show(client, device.shown(asked(client), person.pk), next="/preferences/")
    assert answer["Location"] == "/preferences/"
    assert is_signed_in(client)
    row.refresh_from_db()
    assert row.last_used_at is not None


def test_a_passkey_stands_in_for_the_code(client, person):
    device, _ = give_passkey(person)
    assert enter_password(client)["Location"] == reverse("mfa_authenticate")
    options = options_in(client.get(reverse("mfa_authenticate")), "request_options")
    client.post(reverse("mfa_authenticate"), {"credential": device.shown(_plain(options), person.pk)})
    assert is_signed_in(client)


def test_an_answer_opens_once(client, person):
    device, _ = give_passkey(person)
    credential = device.shown(asked(client), person.pk)
    show(client, credential)
    again = Client(SERVER_NAME=HOST)
    asked(again)
    show(again, credential)
    assert not is_signed_in(again)


def test_a_passkey_of_another_account_is_refused(client, person, other):
    device, _ = give_passkey(other)
    give_passkey(person)
    answer = client.get(show(client, device.shown(asked(client), person.pk))["Location"])
    assert NOT_KNOWN in answer.content.decode()
    assert not is_signed_in(client)


def test_a_passkey_of_another_account_is_no_second_step(client, person, other):
    device, _ = give_passkey(other)
    give_app(person)
    enter_password(client)
    options = options_in(client.get(reverse("mfa_authenticate")), "request_options")
    credential = device.shown(_plain(options), person.pk)
    answer = client.post(reverse("mfa_authenticate"), {"credential": credential})
    assert answer.status_code == 422
    assert not is_signed_in(client)


def test_a_removed_passkey_is_refused(client, person):
    device, row = give_passkey(person)
    row.delete()
    answer = client.get(show(client, device.shown(asked(client), person.pk))["Location"])
    assert NOT_KNOWN in answer.content.decode()
    person.refresh_from_db()
    assert not person.has_second_factor


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HOST, "https://evil.example"),
        ("evil.example", f"http://{HOST}"),
        ("evil.example", "https://evil.example"),
    ],
)
def test_a_passkey_shown_to_another_site_is_refused(client, person, host, origin):
    device, _ = give_passkey(person)
    device.host, device.origin = host, origin
    show(client, device.shown(asked(client), person.pk))
    assert not is_signed_in(client)


def test_a_passkey_that_did_not_ask_for_its_owner_is_refused(client, person):
    device, _ = give_passkey(person)
    show(client, device.shown(asked(client), person.pk, is_verified=False))
    assert not is_signed_in(client)


def test_a_closed_account_does_not_sign_in(client, person):
    device, _ = give_passkey(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    show(client, device.shown(asked(client), person.pk))
    assert not is_signed_in(client)


GOOD = {"id": "AA", "rawId": "AA", "type": "public-key", "clientExtensionResults": {}}
HOSTILE = [
    "",
    "null",
    "[]",
    "1",
    "0",
    "0.0",
    "false",
    '"text"',
    "{}",
    "{",
    "\x00",
    json.dumps(GOOD),
    json.dumps({**GOOD, "response": "text"}),
    json.dumps({**GOOD, "response": []}),
    json.dumps({**GOOD, "response": {"clientDataJSON": "%", "authenticatorData": "%", "signature": 1}}),
    json.dumps(
        {**GOOD, "response": {"clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": "AAAA"}}
    ),
    json.dumps({**GOOD, "response": {"clientDataJSON": "AAAA", "attestationObject": "AAAA"}}),
    json.dumps({**GOOD, "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}),
    json.dumps({**GOOD, "id": None, "rawId": 5, "response": {"userHandle": "AA"}}),
    json.dumps({"response": {"userHandle": "' OR 1=1 --"}}),
    "[" * 5000,
]


@pytest.mark.parametrize("credential", HOSTILE)
def test_what_is_no_answer_of_a_browser_is_refused_in_words(client, person, credential):
    give_passkey(person)
    asked(client)
    assert show(client, credential).status_code == 302
    enter_password(client)
    client.get(reverse("mfa_authenticate"))
    assert client.post(reverse("mfa_authenticate"), {"credential": credential}).status_code == 422
    assert not is_signed_in(client)
    client.force_login(person)
    for name in ("mfa_add_webauthn", "mfa_reauthenticate_webauthn"):
        client.get(reverse(name))
        assert client.post(reverse(name), {"credential": credential, "name": "x"}).status_code == 422
    assert Authenticator.objects.filter(user=person).count() == 1


@pytest.mark.parametrize("handle", ["", "x", "0" * 200, "00000000-0000-0000-0000-000000000000"])
def test_a_passkey_of_nobody_is_refused(client, person, handle):
    device, _ = give_passkey(person)
    answer = show(client, device.shown(asked(client), handle))
    assert NOT_KNOWN in client.get(answer["Location"]).content.decode()


def test_a_passkey_is_renamed_and_removed(client, person):
    _, row = give_passkey(person)
    client.force_login(person)
    assert client.post(reverse("mfa_edit_webauthn", args=[row.pk]), {"name": "Desk"}).status_code == 302
    assert "Desk" in client.get(reverse("mfa_index")).content.decode()
    client.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert not Authenticator.objects.filter(user=person).exists()


def test_another_persons_passkey_is_not_there(client, person, other):
    _, row = give_passkey(other)
    client.force_login(person)
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[row.pk])).status_code == 404
        assert client.post(reverse(name, args=[row.pk]), {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(user=other).count() == 1


def test_the_last_factor_of_an_admin_stays(client, person, settings):
    settings.SECOND_FACTOR_REQUIRED_FOR = "admins"
    User.objects.filter(pk=person.pk).update(role=Role.ADMIN)
    person.refresh_from_db()
    _, row = give_passkey(person)
    client.force_login(person)
    answer = client.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert "Add another one before you remove this one." in answer.content.decode()
    assert Authenticator.objects.filter(user=person).count() == 1
    give_app(person)
    client.post(reverse("mfa_remove_webauthn", args=[row.pk]))
    assert not Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN).exists()


def test_under_an_ip_address_passkeys_are_not_offered(person):
    client = Client(SERVER_NAME="127.0.0.1")
    assert "data-passkey" not in client.get(reverse("account_login")).content.decode()
    client.force_login(person)
    page = client.get(reverse("mfa_index")).content.decode()
    assert reverse("mfa_add_webauthn") not in page
    assert f"open this site at {HOST}" in page


def test_passkeys_are_for_the_host_of_the_site_whatever_a_request_names(client, person, settings):
    settings.SITE_URL = "https://desk.example.com"
    client.force_login(person)
    options = options_in(client.get(reverse("mfa_add_webauthn")), "creation_options")
    assert options["publicKey"]["rp"]["id"] == "desk.example.com"
