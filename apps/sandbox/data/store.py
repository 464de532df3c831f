"""The sandbox's records: held in memory, every change appended to a file before it is answered.

A change is one line of JSON written with one system call, so a killed process loses no answered write, and a
line cut short (its request was never answered) is dropped at the next start.
"""

import fcntl
import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Json = dict[str, Any]
# organisation, kind of record ("offers"), parent path ("int-eu/1001", or "" for none)
Place = tuple[str, str, str]
Seed = Mapping[Place, Mapping[str, Json]]
NUMBER_AT_END = re.compile(r"\d+$")


class DataInUse(Exception):
    """Another sandbox has this directory open."""


class Store:
    """Records by place and id. Records are never changed in place, so a reader needs no lock.

    `seed` gives the records of a fresh store from its `origin`, the moment it was made (seconds since 1970).
    """

    def __init__(self, directory: Path, seed: Callable[[float], Seed], *, reset: bool = False) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._seed = seed
        self._file = os.open(directory / "changes.jsonl", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._file)
            raise DataInUse(str(directory)) from error
        if reset:
            os.ftruncate(self._file, 0)
        self._replay()

    def _start_from_seed(self, origin: float) -> None:
        self.origin = origin
        self._seeded = self._seed(origin)
        self._records: dict[Place, dict[str, Json]] = {
            place: dict(found) for place, found in self._seeded.items()
        }
        self._highest: dict[tuple[str, str], int] = {}
        # The seed's numbers are counted when one is asked for: a start is cheaper than a count of them all.
        self._counted: set[tuple[str, str]] = set()

    def _note_number(self, place: Place, identity: str) -> None:
        match = NUMBER_AT_END.search(identity)
        if match:
            key = (place[0], place[1])
            self._highest[key] = max(self._highest.get(key, 0), int(match[0]))

    def _replay(self) -> None:
        content = os.pread(self._file, os.fstat(self._file).st_size, 0)
        whole = content.rfind(b"\n") + 1
        os.ftruncate(self._file, whole)
        lines = content[:whole].splitlines()
        if not lines:
            self._begin()
            return
        self._start_from_seed(json.loads(lines[0])["origin"])
        for line in lines[1:]:
            self._apply(json.loads(line)["changes"])

    def _begin(self) -> None:
        self._start_from_seed(time.time())
        self._append({"origin": self.origin})

    def _append(self, line: Json) -> None:
        content = json.dumps(line, separators=(",", ":")).encode() + b"\n"
        while content:
            content = content[os.write(self._file, content) :]

    def _apply(self, changes: list[list[Any]]) -> None:
        for place_parts, identity, record in changes:
            place: Place = (place_parts[0], place_parts[1], place_parts[2])
            if record is None:
                self._records.get(place, {}).pop(identity, None)
                continue
            self._records.setdefault(place, {})[identity] = record
            self._note_number(place, identity)

    def reset(self) -> None:
        """Back to the seed."""
        with self.lock:
            os.ftruncate(self._file, 0)
            self._begin()

    def close(self) -> None:
        """Lets another process have the directory."""
        with self.lock:
            os.close(self._file)

    def records(self, place: Place) -> list[Json]:
        """All records of a place, in the order they were made."""
        with self.lock:
            return list(self._records.get(place, {}).values())

    def get(self, place: Place, identity: str) -> Json | None:
        """One record, or None."""
        with self.lock:
            return self._records.get(place, {}).get(identity)

    def next_number(self, organisation: str, kind: str) -> int:
        """The next free number of a kind; numbers are never given twice. Call with `lock` held."""
        key = (organisation, kind)
        if key not in self._counted:
            self._counted.add(key)
            for place, found in self._seeded.items():
                if place[:2] == key:
                    for identity in found:
                        self._note_number(place, identity)
        return self._highest.get(key, 0) + 1

    def write(self, changes: list[tuple[Place, str, Json | None]]) -> None:
        """Keeps all of the changes or none; None as the record archives it. Call with `lock` held."""
        if changes:
            plain = [[list(place), identity, record] for place, identity, record in changes]
            self._append({"changes": plain})
            self._apply(plain)
