"""What the tests of this folder share."""

import pytest


@pytest.fixture(autouse=True)
def _quick_tests(settings):
    """Passwords cost nothing to hash, and a service that fails is given up on after a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PAGE_DEADLINE_SECONDS = 1
