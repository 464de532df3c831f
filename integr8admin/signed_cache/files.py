"""A cache of signed files that all processes of one machine share.

Django's own unpickles what lies in its directory, reads the whole directory at each write, and its `add` lets two
processes both add.
"""

import fcntl
import hashlib
import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from integr8admin.signed_cache.entries import NoEntry, check, pack, unpack

SUFFIX = ".entry"
#: One write in so many looks whether there are too many entries.
WRITES_A_LOOK = 50


class SignedFileCache(BaseCache):
    """A file an entry, named by a digest of its key; readable by the system's user alone."""

    def __init__(self, directory: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._directory = Path(directory)
        self._most_entries = int(params.get("OPTIONS", {}).get("MAX_ENTRIES", 300))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value of a key, or the default."""
        name = self.make_and_validate_key(key, version)
        try:
            return unpack(name, self._read(name))
        except (OSError, NoEntry):
            return default

    def has_key(self, key: str, version: int | None = None) -> bool:
        """Whether a key has a value."""
        name = self.make_and_validate_key(key, version)
        try:
            check(name, self._read(name))
        except (OSError, NoEntry):
            return False
        return True

    def set(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> None:
        """Keep a value. Raises OSError where the directory cannot be written."""
        name = self.make_and_validate_key(key, version)
        self._write(self._path(name), pack(name, value, self.get_backend_timeout(timeout)))
        if random.randrange(WRITES_A_LOOK) == 0:  # noqa: S311  # nosec B311: which write looks is no secret
            self._remove_the_oldest()

    def add(
        self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None
    ) -> bool:
        """Keep a value where there is none; whether it was kept: of several processes one is told so."""
        with self._alone():
            if self.has_key(key, version):
                return False
            self.set(key, value, timeout, version)
            return True

    def touch(self, key: str, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep a value for another time; whether there is one."""
        missing = object()
        value = self.get(key, missing, version)
        if value is not missing:
            self.set(key, value, timeout, version)
        return value is not missing

    def delete(self, key: str, version: int | None = None) -> bool:
        """Forget a value; whether there was one: of several processes one is told so."""
        try:
            self._path(self.make_and_validate_key(key, version)).unlink()
        except FileNotFoundError:
            return False
        return True

    def clear(self) -> None:
        """Forget all values."""
        for entry in self._files():
            with suppress(FileNotFoundError):
                entry.unlink()

    def validate_key(self, key: str) -> None:
        """Any key will do: the name of its file is a digest of it."""

    def _path(self, name: str) -> Path:
        return Path(self._file(name))

    def _file(self, name: str) -> str:
        return f"{self._directory}/{hashlib.sha256(name.encode()).hexdigest()}{SUFFIX}"

    def _read(self, name: str) -> bytes:
        """The bytes of an entry, without a `Path`: every page asks for several, and it would be half the time."""
        with FileIO(self._file(name)) as file:
            return file.readall()

    def _files(self) -> Iterator[Path]:
        """Those of Django's own cache too, which an older version left."""
        with suppress(FileNotFoundError):
            yield from (path for path in self._directory.iterdir() if path.suffix in (SUFFIX, ".djcache"))

    def _write(self, path: Path, entry: bytes) -> None:
        """Put the file in its place whole: nobody reads a part of it."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=self._directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(entry)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While no other process or thread adds something."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._directory / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _remove_the_oldest(self) -> None:
        """Where there are too many files, remove a part of them, those written longest ago."""
        written = []
        for path in self._files():
            with suppress(FileNotFoundError):
                written.append((path.stat().st_mtime, path))
        if len(written) >= self._most_entries:
            for _, path in sorted(written)[: len(written) // 3]:
                path.unlink(missing_ok=True)
