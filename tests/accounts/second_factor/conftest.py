"""What the tests of this folder share."""

import pytest
from django.urls import reverse

from apps.accounts.models import Role, User

PASSWORD = "a long enough password"


@pytest.fixture
def person(db):
    """Somebody without a second factor."""
    return User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)


@pytest.fixture
def other(db):
    """Somebody else."""
    return User.objects.create_user("noah@example.com", PASSWORD, role=Role.MANAGER)


def enter_password(client, email="mia@example.com", **fields):
    """The first step of signing in."""
    return client.post(reverse("account_login"), {"login": email, "password": PASSWORD, **fields})


def enter_code(client, code):
    """The second one."""
    return client.post(reverse("mfa_authenticate"), {"code": code})


def is_signed_in(client):
    """Whether the client's session is somebody's."""
    return "_auth_user_id" in client.session
