"""People who are signed in somewhere."""

import time

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User

PASSWORD = "a long enough password"


@pytest.fixture
def person(db):
    """Somebody with a password."""
    return User.objects.create_user("mia@example.com", PASSWORD, role=Role.MANAGER)


def sign_in(person, **environment):
    """A browser in which the person has signed in by the form."""
    client = Client(**environment)
    response = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert response.status_code == 302
    return client


def is_signed_in(client):
    """Whether the browser opens a page that takes signing in."""
    return client.get(reverse("accounts:preferences")).status_code == 200


def turn_back(client, **seconds):
    """Let so many seconds pass for the times in the browser's session."""
    session = client.session
    for name, ago in seconds.items():
        session[name] = int(time.time()) - ago
    session.save()
