"""Tests that run side by side share no files."""

from pathlib import Path

from django.conf import settings
from django.core.cache import cache


def test_the_cache_of_a_test_process_is_its_own():
    assert Path(settings.DATA_DIRECTORY).name.startswith("integr8-tests-")
    cache.set("here", 1)
    assert list((settings.DATA_DIRECTORY / "cache").glob("*.entry"))
