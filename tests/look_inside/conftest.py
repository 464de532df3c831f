"""A finished export whose file is what a test says, and its table, prepared in this process."""

import shutil

import pytest
from django.conf import settings as project_settings
from django.db.models.functions import Now
from django.urls import reverse

from apps.look_inside.models import PreparedTable
from apps.look_inside.prepare.pipeline import prepare
from tests.look_inside.csv_files import FileHost

#: A conversions export that a fresh sandbox has.
EXPORT = "exp-000002"


@pytest.fixture(autouse=True)
def _empty_directory():
    yield
    shutil.rmtree(project_settings.LOOK_INSIDE_DIRECTORY, ignore_errors=True)


@pytest.fixture
def host(sandbox):
    """The host that every signed address leads to."""
    running = FileHost()
    point_to(sandbox, running)
    yield running
    running.stop()


def point_to(sandbox, host, *more):
    """Have the API give out addresses of that host."""
    rule = {"kind": "status", "operation": "getExportUrl", "status": 200, "times": None}
    sandbox.faults(*more, {**rule, "body": {"url": host.url}})


@pytest.fixture
def page_url(service):
    """The page of the export."""
    return reverse("look_inside:open", args=[service.pk, EXPORT])


def step(table=None):
    """Claim the table as a worker does and prepare it here; the row after it."""
    table = table or PreparedTable.objects.get()
    PreparedTable.objects.filter(pk=table.pk).update(due_at=Now(), lease_until=None)
    table.refresh_from_db()
    assert table.claim()
    prepare(table)
    table.refresh_from_db()
    return table


@pytest.fixture
def look(host, page_url, admin_client):
    """Serve a content, prepare its table; gives a function that opens the page in a state of its address."""

    def prepared(content):
        host.content = content.encode() if isinstance(content, str) else content
        assert admin_client.get(page_url).status_code == 200
        table = step()
        assert table.is_ready, table.message

        def opened(query=""):
            return admin_client.get(page_url + query)

        return opened

    return prepared
