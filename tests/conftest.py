"""What every test shares: a private place for files, the sandbox API, and people."""

import os
import tempfile
from pathlib import Path

import pytest
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from django.conf import settings as project_settings
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from apps.ui.files import download_limits

# A busy machine makes no test fail: time is not what they test.
hypothesis_settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("busy")

pytest_plugins = [
    "tests.support.distribution",
    "tests.support.logs",
    "tests.support.people",
    "tests.support.prepared.database",
    "tests.support.sandbox",
    "tests.support.two_organisations",
]

# Each process has a directory of its own: a cache that another process empties would lose counts in the middle
# of a test. The settings were read before this file, so they are told; child processes read the variable.
_directory = Path(tempfile.mkdtemp(prefix="integr8-tests-"))
os.environ["DATA_DIRECTORY"] = str(_directory)
project_settings.DATA_DIRECTORY = _directory
# People of the tests sign in by password alone; tests/accounts/second_factor has it required.
os.environ["SECOND_FACTOR_REQUIRED_FOR"] = project_settings.SECOND_FACTOR_REQUIRED_FOR = "nobody"
# A busy machine's slow page would have the pages after it go another way: tests of that say so.
os.environ["SLOW_PAGE_MILLISECONDS"] = "120000"
project_settings.SLOW_PAGE_MILLISECONDS = 120_000
project_settings.LOOK_INSIDE_DIRECTORY = _directory / "look_inside"
project_settings.MAILBOX_DIRECTORY = _directory / "mailbox"
project_settings.CACHES["default"]["LOCATION"] = str(_directory / "cache")


@pytest.fixture(autouse=True)
def _empty_cache():
    """No cached answer of one test is seen by another."""
    cache.clear()


@pytest.fixture(autouse=True)
def _no_downloads_under_way(monkeypatch):
    """A file that a test did not read to its end is no download of the next test's guest."""
    monkeypatch.setattr(download_limits, "download_slots", download_limits.DownloadSlots())


@pytest.fixture(autouse=True, scope="session")
def _fresh_proof():
    """Who is signed in without a sign-in page has shown a password as just now, like everybody else."""

    def receive(sender, request, user, **details):
        if not get_authentication_records(request, user):
            record_authentication(request, user, method="password")

    user_logged_in.connect(receive, weak=False)


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """People of the tests are made in milliseconds: a real hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
