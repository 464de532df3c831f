"""Reads an unpacked file in chunks."""

from collections.abc import Iterator
from pathlib import Path

from apps.look_inside.prepare.compression import opened

CHUNK_BYTES = 1 << 20


class TooLarge(Exception):
    """The file is larger than may be looked into."""


def chunks_of(path: Path, limit: int) -> Iterator[bytes]:
    """The unpacked content piece by piece. Raises `NotATable` when it cannot be unpacked, `TooLarge`."""
    count = 0
    with opened(path) as file:
        while chunk := file.read(CHUNK_BYTES):
            count += len(chunk)
            if count > limit:
                raise TooLarge
            yield chunk
