"""Invitations, and the mails with their links."""

import re

import pytest
from django.conf import settings
from django.core import mail
from django.db.models.functions import Now

from apps.accounts.models import Role
from apps.jobs.runner import take_turn
from apps.people.invitations import invite
from apps.people.models import Invitation
from tests.support.people import PASSWORD

NEW = "nina@example.com"
JOINING = {"name": "Nina New", "password1": PASSWORD, "password2": PASSWORD, "time_zone": "Europe/Berlin"}


def mail_what_is_due() -> None:
    """What the worker does."""
    for row in Invitation.objects.filter(due_at__lte=Now()):
        take_turn("people.Invitation", str(row.pk), most_steps=1)


def mailed_path() -> str:
    """The path of the link in the newest mail."""
    found = re.search(r"^http\S+(/invitations/\S+/)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    assert found[0].startswith(settings.SITE_URL)
    return found[1]


@pytest.fixture
def invitation(admin) -> Invitation:
    """Somebody whom the admin invited as a viewer, and who has the mail."""
    made = invite(NEW, Role.VIEWER, by=admin)
    mail_what_is_due()
    made.refresh_from_db()
    return made


@pytest.fixture
def path(invitation) -> str:
    """The path of the link in the mail."""
    return mailed_path()
