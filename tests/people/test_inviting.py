"""Inviting somebody: who may be, the mail, another one, and taking it back."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.people.invitations import CannotInvite, invite, send_again, withdraw
from apps.people.models import Invitation
from tests.people.conftest import NEW, mail_what_is_due, mailed_path
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db


def send(client, **values):
    """The form, sent."""
    return client.post(reverse("people:invite"), {"email": NEW, "role": "manager", "service": "", **values})


def test_an_invitation_is_mailed_with_a_link_that_no_row_holds(admin):
    answer = send(signed_in(admin))
    assert answer["Location"] == reverse("people:list")
    [invitation] = Invitation.objects.all()
    before = {name: str(value) for name, value in Invitation.objects.values().get().items()}
    mail_what_is_due()
    key = mailed_path().split("/")[2]
    assert mail.outbox[0].to == [NEW]
    assert "Ada Admin invited you as account manager" in mail.outbox[0].body
    after = {name: str(value) for name, value in Invitation.objects.values().get().items()}
    signature = key.rpartition(".")[2]
    assert not [name for row in (before, after) for name, value in row.items() if signature in value]
    invitation.refresh_from_db()
    assert (invitation.state, invitation.is_open) == ("sent", True)


def test_the_mail_names_the_one_service_that_the_role_is_for(admin, service):
    send(signed_in(admin), service=str(service.pk))
    mail_what_is_due()
    assert f"invited you as account manager for {service.name} to" in mail.outbox[0].body


def test_whoever_is_here_already_is_not_invited_and_their_page_is_offered(admin, manager):
    answer = send(signed_in(admin), email=manager.email.upper())
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "has an account already" in page
    assert reverse("people:person", args=[manager.pk]) in page
    assert not Invitation.objects.exists()


def test_whoever_was_deactivated_is_activated_again_instead_of_invited(admin, manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)
    answer = send(signed_in(admin), email=manager.email)
    assert "Activate it again instead of inviting" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_a_second_invitation_of_the_same_address_is_refused_with_what_to_do(admin, invitation):
    answer = send(signed_in(admin))
    assert "Send that invitation again, or withdraw it first" in answer.content.decode()
    assert Invitation.objects.count() == 1


def test_an_invitation_that_expired_makes_room_for_another(admin, invitation):
    Invitation.objects.update(invited_at=timezone.now() - timedelta(days=3))
    invite(NEW, Role.MANAGER, by=admin)
    assert [row.role for row in Invitation.objects.filter(withdrawn_at=None)] == ["manager"]


def test_sent_again_it_has_a_mail_and_a_link_of_its_own(admin, invitation, path, client):
    assert signed_in(admin).post(reverse("people:mail_again", args=[invitation.pk])).status_code == 302
    mail_what_is_due()
    assert len(mail.outbox) == 2
    first, second = (str(message.extra_headers["Message-ID"]) for message in mail.outbox)
    assert first != second
    assert mailed_path() != path
    assert client.get(mailed_path()).status_code == 200
    assert "a newer one" in client.get(path).content.decode()


def test_a_mail_that_is_under_way_while_another_is_asked_for_leaves_that_one_to_be_sent(invitation):
    stale = Invitation.objects.get(pk=invitation.pk)
    assert send_again(invitation)
    stale.mark_sent()
    assert Invitation.objects.get().state == "queued"


def test_a_withdrawn_invitation_opens_nothing_and_its_mail_does_not_leave(admin, client):
    invitation = invite(NEW, Role.VIEWER, by=admin)
    assert withdraw(invitation, by=admin)
    assert not withdraw(invitation, by=admin)
    assert not send_again(invitation)
    mail_what_is_due()
    assert mail.outbox == []
    assert NEW not in signed_in(admin).get(reverse("people:list")).content.decode()


def test_what_an_admin_invited_who_is_none_any_more_is_not_mailed(admin):
    invitation = invite(NEW, Role.ADMIN, by=admin)
    User.objects.filter(pk=admin.pk).update(role=Role.VIEWER)
    mail_what_is_due()
    assert mail.outbox == []
    invitation.refresh_from_db()
    assert (invitation.state, invitation.due_at) == ("canceled", None)


def test_a_mail_server_that_refuses_the_address_shows_in_the_list(admin, invitation):
    Invitation.objects.update(state="failed", error="No such mailbox")
    page = signed_in(admin).get(reverse("people:list")).content.decode()
    assert "The mail was not delivered: No such mailbox" in page


def test_an_auditor_reads_the_log_of_the_inviters_organisations(admin, admin_connection, service):
    assert invite(NEW, Role.AUDITOR, by=admin).organisations == [
        (str(service.pk), admin_connection.organisation)
    ]


@pytest.mark.parametrize("email", ["", "nobody", "a@b\r\nBcc: c@example.com", f"{'x' * 300}@example.com"])
def test_what_is_no_address_is_refused_and_nothing_is_made(admin, email):
    assert send(signed_in(admin), email=email).status_code == 422
    assert not Invitation.objects.exists()


def test_a_command_may_invite_in_nobodys_name():
    invitation = invite(NEW, Role.ADMIN, by=None)
    mail_what_is_due()
    assert "you are invited as admin" in mail.outbox[0].body
    with pytest.raises(CannotInvite):
        invite(NEW, Role.ADMIN, by=None)
    assert invitation.is_open
