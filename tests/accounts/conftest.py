"""What the tests of this folder share."""

import pytest


@pytest.fixture(autouse=True)
def _quick_tests(settings):
    """Passwords cost nothing to hash."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
