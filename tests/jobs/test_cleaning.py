"""One task removes what was kept long enough, of every app, and leaves the rest."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone

from apps.accounts.models import KnownNetwork, SignInTry
from apps.bulk.models import BulkRun
from apps.jobs import cleaning
from apps.mail.models import Message
from apps.people.models import Invitation
from apps.schedules.models import Run
from tests.schedules.conftest import new_schedule

pytestmark = pytest.mark.django_db


def ago(days: float):
    return timezone.now() - timedelta(days=days)


def test_mails_that_ended_long_ago_go_and_those_that_wait_stay(admin, settings):
    for name, state, days in (("old", "sent", 91), ("young", "sent", 89), ("waits", "queued", 400)):
        made = Message.objects.create(key=name, recipient=admin, subject="a", text="b", html="c", state=state)
        Message.objects.filter(pk=made.pk).update(created_at=ago(days))
    assert cleaning.clean()["mails"] == 1
    assert set(Message.objects.values_list("key", flat=True)) == {"young", "waits"}


def test_addresses_of_people_go(admin):
    for days in (0.5, 1.5):
        SignInTry.objects.create(account="a", place="b", network="192.0.2.1", is_known=False, at=ago(days))
    for days in (100, 200):
        KnownNetwork.objects.create(user=admin, network=f"192.0.2.{days}", seen_at=ago(days))
    assert cleaning.clean()["tries to sign in and known networks"] == 2
    assert SignInTry.objects.count() == KnownNetwork.objects.count() == 1


def test_sessions_in_the_list_go_with_what_they_name(admin, client):
    client.force_login(admin)
    live = client.session.session_key
    for key in (live, "gone"):
        UserSession.objects.get_or_create(
            session_key=key, defaults={"user": admin, "ip": "192.0.2.1", "user_agent": "x"}
        )
    cleaning.clean()
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [live]


def test_runs_and_invitations_go(admin, admin_connection, settings):
    schedule = new_schedule(admin, admin_connection.service)
    for days in (settings.RUN_DAYS - 1, settings.RUN_DAYS + 1):
        Run.objects.create(schedule=schedule, planned_at=ago(days), ended_at=ago(days), nonce=uuid.uuid4())
        Invitation.objects.create(
            email=f"{days}@example.com", role="viewer", invited_at=ago(days + settings.INVITATION_DAYS - 60)
        )
    counts = cleaning.clean()
    assert (counts["runs of schedules"], counts["invitations"]) == (1, 1)
    assert Run.objects.count() == Invitation.objects.count() == 1
    assert BulkRun.objects.count() == 0


def test_what_cannot_be_removed_now_holds_up_nothing_else(monkeypatch, caplog):
    def fails() -> int:
        raise DatabaseError("away")

    done: list[str] = []

    def works() -> int:
        done.append("x")
        return 1

    monkeypatch.setattr(cleaning, "_registered", {"first": fails, "second": works})
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("clean", stdout=out)
    assert done == ["x"]
    assert out.getvalue().splitlines() == ["first: could not be removed", "second: 1 removed"]
    assert "old first could not be removed" in caplog.text


def test_every_app_that_keeps_rows_with_an_end_has_said_so():
    assert set(cleaning.names()) >= {
        "sessions",
        "tasks of the queue",
        "tries to sign in and known networks",
        "links of the change log",
        "notifications",
        "mails",
        "runs",
        "runs of schedules",
        "openings of links",
        "invitations",
    }
