"""What every test shares: a private place for files, the sandbox API, people, and a closed network."""

import os
import tempfile

# Each process has its own: a cache that another process empties would lose counts in the middle of a test.
os.environ["DATA_DIRECTORY"] = tempfile.mkdtemp(prefix="integr8-tests-")
os.environ.setdefault("SITE_URL", "http://127.0.0.1:8000")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,testserver")
os.environ.setdefault("API_ALLOWED_HOSTS", "api.app.integr8.co,127.0.0.1")

import pytest
from django.core.cache import cache

pytest_plugins = ["tests.support.sandbox", "tests.support.people"]


@pytest.fixture(autouse=True)
def _empty_cache():
    """No cached answer of one test is seen by another."""
    cache.clear()


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """A hash that is quick to make: no test is about how slow the real one is."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """People of the tests are made in milliseconds: a real hash is slow on purpose."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
