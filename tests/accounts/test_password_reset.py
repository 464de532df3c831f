"""Resetting a password by mail."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from apps.accounts.models import User

OLD, NEW = "a long enough password", "another long password"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("mia@example.com", OLD)


def ask(client, email="mia@example.com", **headers):
    return client.post(reverse("account_reset_password"), {"email": email}, **headers)


def mailed_link() -> str:
    found = re.search(r"^http\S+/password/reset/key/\S+$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found[0]


@pytest.mark.parametrize("header", ["HTTP_HOST", "HTTP_X_FORWARDED_HOST"])
def test_the_link_is_on_the_sites_own_address_whatever_host_is_named(client, person, settings, header):
    settings.ALLOWED_HOSTS = ["*"]
    settings.SITE_URL = "https://desk.example.com"
    ask(client, **{header: "evil.example"})
    assert mailed_link().startswith("https://desk.example.com/account/password/reset/key/")
    message = mail.outbox[-1]
    assert "evil.example" not in f"{message.subject} {message.body} {message.from_email}"


def test_a_new_password_is_set_once_with_the_mailed_link(client, person, settings):
    ask(client)
    path = mailed_link().removeprefix(settings.SITE_URL)
    form = client.get(path, follow=True)
    address = form.redirect_chain[-1][0]
    assert path not in form.content.decode()
    done = client.post(address, {"password1": NEW, "password2": NEW}, follow=True)
    assert "Your new password is saved" in done.content.decode()
    person.refresh_from_db()
    assert person.check_password(NEW)
    client.session.flush()
    assert "This link cannot be used" in client.get(path, follow=True).content.decode()


def test_a_weak_password_is_refused_with_the_reason(client, person, settings):
    ask(client)
    address = client.get(mailed_link().removeprefix(settings.SITE_URL), follow=True).redirect_chain[-1][0]
    page = client.post(address, {"password1": "short", "password2": "short"}).content.decode()
    assert "at least 12 characters" in page
    person.refresh_from_db()
    assert person.check_password(OLD)


def test_a_reset_lifts_the_lock_of_wrong_passwords(client, person, settings):
    for _ in range(5):
        client.post(reverse("account_login"), {"login": person.email, "password": "wrong"})
    ask(client)
    address = client.get(mailed_link().removeprefix(settings.SITE_URL), follow=True).redirect_chain[-1][0]
    client.post(address, {"password1": NEW, "password2": NEW})
    signed_in = client.post(reverse("account_login"), {"login": person.email, "password": NEW})
    assert signed_in.status_code == 302


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, person):
    known = client.get(ask(client)["Location"])
    unknown = client.get(ask(client, "nobody@example.com")["Location"])
    assert len(mail.outbox) == 1
    assert known.status_code == unknown.status_code == 200
    assert len(known.content) == len(unknown.content)


def test_a_deactivated_person_gets_no_mail(client, person):
    User.objects.update(is_active=False)
    ask(client)
    assert mail.outbox == []


def test_a_failing_mail_server_does_not_tell_which_addresses_have_an_account(
    client, person, settings, caplog
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert ask(client).status_code == ask(client, "nobody@example.com").status_code == 302
    assert "could not be sent" in caplog.text
    assert "/password/reset/key/" not in caplog.text
