"""`manage.py people`: the same without a browser."""

import pytest
from django.core import mail
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.people.models import Invitation
from tests.people.conftest import NEW, mail_what_is_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(capsys):
    """Runs the command; what it says."""

    def run(*arguments: str) -> str:
        call_command("people", *arguments)
        return capsys.readouterr().out

    return run


def test_it_lists_who_has_access_and_never_a_key(people, admin, manager, manager_connection, invitation):
    said = people("list")
    assert "manager@example.com\tAccount manager\tActive\tlast seen never" in said
    assert f"{NEW}\tViewer\tInvited" in said
    assert people("list", "--state", "deactivated") == "Nobody.\n"


def test_somebody_is_invited_again_and_no_more(people, service):
    assert "is mailed a link" in people("invite", NEW.upper(), "manager", "--service", "Sandbox")
    mail_what_is_due()
    assert mail.outbox[0].to == [NEW]
    with pytest.raises(CommandError, match="was invited on"):
        people("invite", NEW, "viewer")
    assert "The earlier one works no more" in people("invite-again", NEW)
    assert "is withdrawn" in people("withdraw", NEW)
    with pytest.raises(CommandError, match="no open invitation"):
        people("withdraw", NEW)
    assert Invitation.objects.get().service == service


def test_a_second_factor_is_required_and_no_more(people, manager):
    assert "must have a second factor" in people("require-factor", manager.email)
    assert "may be without a second factor" in people("require-factor", manager.email, "--no")
    people("invite", NEW, "viewer", "--second-factor")
    assert Invitation.objects.get().is_second_factor_required


@pytest.mark.parametrize(
    "arguments",
    [
        ("invite", "nobody", "viewer"),
        ("invite", NEW, "viewer", "--service", "Nowhere"),
        ("invite", NEW, "owner"),
        ("role", "nobody@example.com", "viewer"),
        ("deactivate", "nobody@example.com"),
        ("hand-over", "nobody@example.com", "nobody@example.com"),
    ],
)
def test_what_is_not_there_is_said_and_nothing_is_done(people, arguments):
    with pytest.raises(CommandError):
        people(*arguments)
    assert not Invitation.objects.exists()


def test_roles_accounts_and_sessions_are_decided_about(people, admin, manager, service):
    people("role", manager.email, "viewer")
    people("role", manager.email, "admin", "--service", "Sandbox")
    people("end-sessions", manager.email)
    assert "no access any more" in people("deactivate", manager.email)
    assert "already" in people("deactivate", manager.email)
    manager.refresh_from_db()
    assert (manager.role, manager.service_roles) == ("viewer", {str(service.pk): "admin"})
    assert (manager.is_active, manager.session_generation) == (False, 2)
    assert "can sign in again" in people("activate", manager.email)
    people("role", manager.email, "none", "--service", "Sandbox")
    assert User.objects.get(pk=manager.pk).service_roles == {}


@pytest.mark.parametrize("arguments", [("deactivate",), ("role", "viewer"), ("role", "none")])
def test_the_last_admin_stays(people, admin, arguments):
    part, *role = arguments
    with pytest.raises(CommandError, match="only admin"):
        people(part, admin.email, *role)
    admin.refresh_from_db()
    assert (admin.is_active, admin.role) == (True, "admin")


def test_what_is_an_active_persons_is_not_handed_over(people, admin, manager):
    with pytest.raises(CommandError, match="is active"):
        people("hand-over", manager.email, admin.email)
