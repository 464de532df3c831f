"""A prepared table to share rows of, and the steps that make the file."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as project_settings
from django.db.models.functions import Now
from django.urls import reverse

from apps.shares.models import Slice
from tests.look_inside.conftest import EXPORT, _empty_directory, host, look, page_url

__all__ = ["_empty_directory", "host", "look", "page_url"]

CSV = (
    "date_time,publisher,status,payout,revenue,currency\n"
    "2026-11-01 09:00:00,Alpha,Approved,1.50,2.50,EUR\n"
    "2026-11-02 10:00:00,Beta,Approved,2.50,4.00,EUR\n"
    "2026-11-03 11:00:00,Alpha,Pending,3.00,5.00,EUR\n"
    "2026-11-03 12:00:00,Alpha,=1+1,3.00,5.00,EUR\n"
)
ALPHA = "?filter[publisher]=Alpha&column=date_time&column=status&column=payout"


@pytest.fixture(autouse=True)
def _no_files():
    yield
    shutil.rmtree(Path(project_settings.DATA_DIRECTORY) / "shared_slices", ignore_errors=True)


@pytest.fixture
def rows_url(service):
    """The page *Share these rows*."""
    return reverse("shares:rows", args=[service.pk, EXPORT])


@pytest.fixture
def table(look):
    """The table is prepared."""
    return look(CSV)


def make_rows_link(client, address, **values):
    """Create the link; its path, and the slice."""
    answer = client.post(address, {"days": "7", "note": "", **values})
    assert answer.status_code == 200, answer.content.decode()[-3000:]
    found = re.search(r'data-copy="[^"]*?(/shared/[^"]+)"', unescape(answer.content.decode()))
    assert found
    return found[1], Slice.objects.latest("created_at")


def advance(part):
    """Claim the row as a worker does and do its step; the row after it."""
    Slice.objects.filter(pk=part.pk).update(due_at=Now(), lease_until=None)
    part = Slice.objects.get(pk=part.pk)
    assert part.claim()
    part.step()
    return Slice.objects.get(pk=part.pk)
