"""A finished export of the sandbox, and links to it."""

import re

import pytest
from django.urls import reverse

from apps.shares.models import Share


@pytest.fixture
def finished(admin_client, admin_connection, sandbox):
    """The id of an export whose file is ready."""
    records = sandbox.application.store.records(("org-main", "exports", ""))
    return next(record["id"] for record in records if record["_ending"] == "COMPLETED")


@pytest.fixture
def manage_url(service, finished):
    """The page of the links to it."""
    return reverse("shares:manage", args=[service.pk, finished])


def make_link(client, manage_url, **values):
    """Create a link on the page; its path, and the share."""
    page = client.post(manage_url, {"days": "7", "note": "", **values})
    assert page.status_code == 200, page.content.decode()[-3000:]
    found = re.search(r'data-copy="[^"]*?(/shared/[^"]+)"', page.content.decode())
    assert found
    return found[1], Share.objects.latest("created_at")
