"""Django's Redis cache with signed entries."""

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.redis import RedisCache

from integr8admin.signed_cache.entries import NoEntry, pack, unpack

_MISSING = object()


class BytesAsTheyAre:
    """A serializer of `RedisCache` that neither makes nor reads anything."""

    @staticmethod
    def dumps(entry: bytes) -> bytes:
        """The bytes of an entry."""
        return entry

    @staticmethod
    def loads(entry: bytes) -> bytes:
        """The bytes of an entry."""
        return entry


class SignedRedisCache(RedisCache):
    """Entries that were not signed by this site under their name are as if they were not there."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {**params.get("OPTIONS", {}), "serializer": BytesAsTheyAre}
        super().__init__(server, {**params, "OPTIONS": options})

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value of a key, or the default."""
        entry = super().get(key, _MISSING, version)
        return default if entry is _MISSING else self._value(key, entry, default, version)

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        """The values of those keys that have one."""
        entries = super().get_many(list(keys), version)
        found = {key: self._value(key, entry, _MISSING, version) for key, entry in entries.items()}
        return {key: value for key, value in found.items() if value is not _MISSING}

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether a key has a value."""
        return self.get(key, _MISSING, version) is not _MISSING

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value."""
        super().set(key, self._entry(key, value, timeout, version), timeout, version)

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value where there is none; whether it was kept."""
        return super().add(key, self._entry(key, value, timeout, version), timeout, version)

    def set_many(
        self,
        data: Mapping[str, Any],
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> list[Any]:
        """Keep several values."""
        entries = {key: self._entry(key, value, timeout, version) for key, value in data.items()}
        return super().set_many(entries, timeout, version)

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for another time; whether there is one."""
        value = self.get(key, _MISSING, version)
        if value is not _MISSING:
            self.set(key, value, timeout, version)
        return value is not _MISSING

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Add to a number. Raises ValueError where there is none."""
        return BaseCache.incr(self, key, delta, version)

    def _entry(self, key: str, value: Any, timeout: float | None, version: int | None) -> bytes:
        seconds = self.get_backend_timeout(timeout)
        end = None if seconds is None else time.time() + seconds
        return pack(self.make_key(key, version), value, end)

    def _value(self, key: str, entry: bytes, default: Any, version: int | None) -> Any:
        try:
            return unpack(self.make_key(key, version), entry)
        except NoEntry:
            return default
