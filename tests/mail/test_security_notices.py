"""Owners are told what happened to their account, whatever mails they want, and what to do if it was not them."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.audit.events import EventKind, record
from apps.mail.models import Message
from apps.mail.security_notices import NOTICES
from apps.notifications.models import MailPreferences
from tests.support.people import PASSWORD

pytestmark = pytest.mark.django_db


def subjects() -> list[str]:
    return list(Message.objects.order_by("created_at", "pk").values_list("subject", flat=True))


def sign_in(client: Client, person) -> None:
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})


def test_a_browser_that_nobody_knows_is_told_of_and_one_that_is_known_is_not(admin):
    first = Client()
    sign_in(first, admin)
    assert subjects() == []
    first.post(reverse("account_logout"))
    sign_in(first, admin)
    assert subjects() == []
    sign_in(Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Firefox/130.0"}), admin)
    assert subjects() == ["Your account was used in a new browser"]
    message = Message.objects.get()
    assert message.recipient == admin
    assert "Firefox on Linux" in message.text
    assert "127.0.0.1" in message.text
    assert "If it was not you: set a new password now" in message.text
    assert reverse("account_reset_password") in message.html


@pytest.mark.parametrize("kind", [kind for kind in NOTICES if kind != EventKind.SIGNED_IN])
def test_each_kind_goes_to_the_owner_and_no_preference_switches_it_off(admin, manager, kind):
    MailPreferences.objects.create(pk=manager.pk, unwanted=["export_ready", "security_notice", str(kind)])
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.5")
    record(kind, admin, request, subject=manager, title="<b>Main</b>")
    [message] = Message.objects.all()
    assert message.recipient == manager
    assert message.subject == NOTICES[kind].title
    assert admin.email in message.text
    assert "203.0.113.5" in message.text
    assert "<b>Main</b>" not in message.html
    assert "cannot be switched off" in message.text


def test_other_kinds_and_closed_accounts_get_none(admin, manager):
    record(EventKind.SIGNED_OUT, admin)
    record(EventKind.KEY_REMOVED, admin, subject=manager)
    manager.is_active = False
    record(EventKind.KEY_STORED, admin, subject=manager)
    assert subjects() == []
