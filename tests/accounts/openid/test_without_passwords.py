"""Where passwords are switched off, no page and no mail asks for one: whoever is invited comes by the provider."""

import re

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.product_events import EventKind, tell
from apps.jobs.runner import take_turn
from apps.mail.models import Message
from apps.people.invitations import invite
from tests.accounts.openid.conftest import come_back, configuration, sign_in
from tests.accounts.sessions.conftest import is_signed_in
from tests.people.conftest import mail_what_is_due, mailed_path
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db
EMAIL = "mia@example.com"
JOINING = {"name": "Mia", "time_zone": "Europe/Berlin"}


@pytest.fixture
def path(admin, provider, settings):
    """The link of an invitation, where passwords are off and the provider maps no roles."""
    settings.PASSWORD_SIGN_IN = False
    settings.OPENID_PROVIDER = configuration(provider.issuer, roles=[])
    invite(EMAIL, Role.VIEWER, by=admin)
    mail_what_is_due()
    return mailed_path().removeprefix(settings.SITE_URL)


def words(page):
    return " ".join(page.content.decode().split())


def test_whoever_is_invited_is_asked_for_no_password_and_sent_to_the_provider(client, path, service):
    page = words(client.get(path))
    assert "password" not in page.lower()
    assert "signing in with Acme as mia@example.com" in page
    there = client.post(path, JOINING)["Refresh"].partition(";url=")[2]
    person = User.objects.get(email=EMAIL)
    assert (person.name, person.role, person.has_usable_password()) == ("Mia", "viewer", False)
    assert not is_signed_in(client)
    answer = come_back(client, there)
    assert answer["Location"].startswith(reverse("connections:create"))
    assert is_signed_in(client)
    assert User.objects.get(email=EMAIL).role == Role.VIEWER


def test_a_password_that_is_sent_all_the_same_is_not_read(client, path):
    sent = "correct horse battery staple"
    client.post(path, {**JOINING, "password1": sent, "password2": sent})
    assert not User.objects.get(email=EMAIL).has_usable_password()


def test_whoever_comes_back_as_somebody_else_does_not_get_the_account(client, path, provider):
    there = client.post(path, JOINING)["Refresh"].partition(";url=")[2]
    provider.person |= {"sub": "eve-1", "email": "eve@example.com"}
    assert "There is no account here for your email address" in words(come_back(client, there))
    assert not is_signed_in(client)
    # It waits for its owner.
    provider.person |= {"sub": "mia-1", "email": EMAIL}
    sign_in(client)
    assert is_signed_in(client)


def test_a_provider_that_is_down_leaves_an_account_to_sign_in_to_later(client, path, provider):
    provider.answers["/.well-known/openid-configuration"] = (503, b"")
    answer = client.post(path, JOINING)
    assert answer.status_code == 503
    assert "Acme cannot be reached now" in words(answer)
    provider.answers.clear()
    again = words(Client().get(path))
    assert "There is an account for it already. Sign in with Acme." in again
    assert "password" not in again.lower()
    sign_in(client)
    assert is_signed_in(client)


def test_no_page_offers_to_set_or_reset_one(admin, path, service):
    client = signed_in(admin)
    for name in ("mfa_index", "accounts:preferences", "accounts:sessions", "people:invite", "people:list"):
        answer = client.get(reverse(name))
        page = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.content.decode())
        assert answer.status_code == 200
        assert "password" not in page.lower(), name
    gone = User.objects.create_user("gone@example.com", "a password of before", is_active=False)
    answer = client.post(reverse("people:reactivate", args=[gone.pk]), follow=True)
    assert "can sign in again." in words(answer)


def test_the_mail_about_a_new_browser_says_what_to_do_instead(admin, path, settings):
    mail.outbox.clear()
    tell(EventKind.FACTOR_ADDED, admin, None)
    [row] = Message.objects.filter(key__startswith="security:factor_added")
    take_turn("mail.Message", str(row.pk), most_steps=1)
    [sent] = mail.outbox
    assert isinstance(sent, EmailMultiAlternatives)
    for body in (str(sent.body), str(sent.alternatives[0][0])):
        assert "change now what you sign in to Acme with" in " ".join(body.split())
        assert "password" not in body.lower()
