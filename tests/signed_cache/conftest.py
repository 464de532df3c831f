"""The caches a site may have, and a way to put bytes into each behind its back."""

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import redis
from django.core.cache.backends.base import BaseCache

from integr8admin.signed_cache.files import SignedFileCache
from integr8admin.signed_cache.redis import SignedRedisCache

REDIS = "redis://127.0.0.1:6379/0"


class Place(NamedTuple):
    """A cache, and what somebody does who can write to where it keeps its entries."""

    cache: BaseCache
    read: Callable[[str], Any]
    plant: Callable[[str, bytes], Any]


def files_at(directory: Path) -> Place:
    cache = SignedFileCache(str(directory), {"OPTIONS": {"MAX_ENTRIES": 60}})

    def file_of(key: str) -> Path:
        """Where the cache looks for a key: the file that appears with it."""
        before = set(directory.glob("*.entry"))
        kept = {path: path.read_bytes() for path in before}
        cache.delete(key)
        gone = before - set(directory.glob("*.entry"))
        [path] = gone
        path.write_bytes(kept[path])
        return path

    return Place(
        cache, lambda key: file_of(key).read_bytes(), lambda key, data: file_of(key).write_bytes(data)
    )


def redis_of_this_machine() -> Iterator[Place]:
    server = redis.Redis.from_url(REDIS)
    try:
        server.ping()
    except redis.ConnectionError:
        if os.environ.get("REQUIRE_SERVICES") == "1":
            pytest.fail("Redis does not answer")
        pytest.skip("Redis does not answer")
    prefix = uuid.uuid4().hex
    cache = SignedRedisCache(REDIS, {"KEY_PREFIX": prefix})
    yield Place(
        cache,
        lambda key: server.get(cache.make_key(key)),
        lambda key, data: server.set(cache.make_key(key), data),
    )
    for key in server.scan_iter(f"{prefix}:*"):
        server.delete(key)


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.services)])
def place(request, tmp_path) -> Iterator[Place]:
    """Each kind of cache in turn."""
    if request.param == "files":
        yield files_at(tmp_path)
    else:
        yield from redis_of_this_machine()
