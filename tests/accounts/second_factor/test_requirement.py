"""Who must have a second factor is led to set one up, and reaches nothing else until then."""

import subprocess
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role
from apps.accounts.policy import Capability, may
from apps.accounts.second_factor.requirement import reset_second_factor
from tests.accounts.second_factor.conftest import enter_password, is_signed_in
from tests.architecture.access.test_roles import address_of
from tests.architecture.routes import routes
from tests.support.second_factors import code_of, give_app, give_recovery_codes

pytestmark = pytest.mark.django_db

SETUP = "/account/security/"


@pytest.fixture
def newcomer(person, settings):
    """An admin without a second factor, where admins must have one."""
    settings.SECOND_FACTOR_REQUIRED_FOR = "admins"
    person.role = Role.ADMIN
    person.save()
    return person


def test_admins_must_have_one_by_default(tmp_path):
    code = "import django; django.setup(); from django.conf import settings; print(settings.SECOND_FACTOR_REQUIRED_FOR)"
    printed = subprocess.run(
        [sys.executable, "-c", code],
        env={
            "PATH": "/usr/bin:/bin",
            "DJANGO_SETTINGS_MODULE": "integr8admin.settings",
            "DATA_DIRECTORY": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert printed.stdout.strip() == "admins"


def test_right_after_signing_in_an_admin_is_led_to_the_set_up(client, newcomer):
    there = client.get(enter_password(client, next="/connections/")["Location"])
    assert there["Location"] == SETUP
    page = client.get(SETUP)
    assert page.status_code == 200
    assert "Set up a second factor" in page.content.decode()


def test_nothing_else_answers_until_then(newcomer):
    client = Client()
    client.force_login(newcomer)
    seen = 0
    for route in routes():
        for method in ("GET", "POST"):
            capability = route.access.capability_for(method)
            if capability in (None, Capability.ANYBODY, Capability.OWN_SECOND_FACTOR):
                continue
            if not may(newcomer, capability):
                continue
            for headers in ({}, {"HX-Request": "true"}):
                answer = client.generic(method, address_of(route), headers=headers)
                to = answer.get("HX-Redirect") if headers else answer.get("Location")
                assert to == SETUP, (route.name, method, headers)
                seen += 1
    assert seen > 400


def test_the_pages_of_the_set_up_lead_nowhere_in_a_circle(newcomer):
    client = Client()
    client.force_login(newcomer)
    for name in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_reauthenticate"):
        assert client.get(reverse(name)).status_code == 200, name
    assert client.post(reverse("account_logout"))["Location"] == reverse("account_login")
    assert not is_signed_in(client)


def test_the_page_of_the_set_up_shows_nothing_of_the_product(newcomer):
    client = Client()
    client.force_login(newcomer)
    page = client.get(SETUP).content.decode()
    assert "<nav" not in page
    assert 'class="shell"' not in page


def test_after_the_set_up_the_person_goes_on_to_the_page_asked_for(client, newcomer):
    enter_password(client)
    client.get("/connections/?x=1")
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(answer["Location"]).content.decode()
    assert 'href="/connections/?x=1"' in page
    assert client.get("/connections/").status_code == 200


@pytest.mark.parametrize(
    ("required", "role", "held"),
    [
        ("nobody", Role.ADMIN, False),
        ("admins", Role.MANAGER, False),
        ("admins", Role.ADMIN, True),
        ("everybody", Role.VIEWER, True),
    ],
)
def test_who_must_have_one_is_a_setting(person, settings, required, role, held):
    settings.SECOND_FACTOR_REQUIRED_FOR = required
    person.role = role
    person.save()
    client = Client()
    client.force_login(person)
    assert (client.get("/preferences/").status_code == 302) is held


def test_what_is_for_anybody_stays_open(newcomer):
    client = Client()
    client.force_login(newcomer)
    assert client.get(reverse("notifications:unread")).status_code == 204


def test_a_reset_takes_everything_away_and_the_set_up_begins_anew(newcomer):
    give_app(newcomer)
    give_recovery_codes(newcomer)
    client = Client()
    client.force_login(newcomer)
    assert client.get("/preferences/").status_code == 200
    assert reset_second_factor(newcomer) == 2
    assert not Authenticator.objects.filter(user=newcomer).exists()
    assert client.get("/preferences/")["Location"] == SETUP


def test_recovery_codes_are_shown_once(person, client):
    client.force_login(person)
    client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": code_of(client.session["mfa.totp.secret"])})
    codes = Authenticator.objects.get(user=person, type="recovery_codes").wrap().get_unused_codes()
    assert len(codes) == 10
    first = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert all(code in first for code in codes)
    second = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(code in second for code in codes)
    client.post(reverse("mfa_generate_recovery_codes"))
    new = client.get(reverse("mfa_view_recovery_codes")).content.decode()
    assert not any(code in new for code in codes)
    assert "shown this once" in new
