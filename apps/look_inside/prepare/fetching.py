"""Downloads the file of an export to the disk; continues a broken download where it ended."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from apps.api.client import Client
from apps.api.http.downloads import Download, DownloadFailed
from apps.exports.remote.reading import open_file
from apps.look_inside.prepare.decoding import TooLarge

ORIGINAL = "original"
_LONGEST_LENGTH = 18


class FileRefused(Exception):
    """The file's host answered without the file; `may_pass` when asking again may help."""

    def __init__(self, status: int) -> None:
        super().__init__(f"The file's host answered with the status {status}.")
        self.may_pass = status in (403, 408, 416, 425, 429) or status >= 500


@dataclass
class _DownloadState:
    """What is known of the file on the disk: which version it is, and whether it is whole."""

    validator: str = ""
    total: int | None = None
    is_whole: bool = False


Progress = Callable[[int, int | None], None]


def fetch(client: Client, artifact_name: str, home: Path, fence: int, limit: int, progress: Progress) -> Path:
    """The whole file on the disk. Raises what `open_file` raises, `FileRefused`, `DownloadFailed`, `TooLarge`."""
    with _own_file(home, fence) as path:
        note = _read_state(path)
        size = path.stat().st_size
        if not (note.is_whole and note.total == size):
            with open_file(
                client, artifact_name, from_byte=size if note.validator else 0, validator=note.validator
            ) as download:
                _receive(download, path, size, limit, progress)
        else:
            progress(size, size)
    return path


@contextmanager
def _own_file(home: Path, fence: int) -> Iterator[Path]:
    """The file to write into: what an attempt before left, unless that one still holds it (it may only be frozen)."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in (home / ORIGINAL, home / f"{ORIGINAL}-{fence}"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            yield path
        finally:
            os.close(descriptor)
        return
    raise DownloadFailed("Another process is reading the file.")


def _receive(download: Download, path: Path, size: int, limit: int, progress: Progress) -> None:
    if download.status not in (200, 206):
        raise FileRefused(download.status)
    headers = download.headers
    starts_at = size if download.status == 206 else 0
    if download.status == 206 and not headers.get("content-range", "").startswith(f"bytes {size}-"):
        path.write_bytes(b"")
        _write_state(path, _DownloadState())
        raise DownloadFailed("The file's host sent another part than was requested.")
    length = headers.get("content-length", "")
    # A length that no disk holds is none: what comes is counted in any case.
    is_length = length.isascii() and length.isdigit() and len(length) <= _LONGEST_LENGTH
    total = starts_at + int(length) if is_length else None
    progress(starts_at, total)
    if total is not None and total > limit:
        raise TooLarge
    note = _DownloadState(_validator(headers.get("etag", ""), headers.get("last-modified", "")), total)
    _write_state(path, note)
    count = starts_at
    with path.open("r+b") as file:
        file.truncate(starts_at)
        file.seek(starts_at)
        for chunk in download.chunks:
            count += len(chunk)
            if count > limit:
                raise TooLarge
            file.write(chunk)
            progress(count, total)
    note.is_whole = True
    note.total = count
    _write_state(path, note)


def _validator(etag: str, last_modified: str) -> str:
    """What names this version of the file for `If-Range`; a weak ETag cannot."""
    return etag if etag.startswith('"') else last_modified


def _state_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")


def _read_state(path: Path) -> _DownloadState:
    try:
        return _DownloadState(**json.loads(_state_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return _DownloadState()


def _write_state(path: Path, note: _DownloadState) -> None:
    """In one step, so that a killed process leaves the old note or the new one."""
    draft = path.with_name(f"{path.name}.json.new")
    draft.write_text(json.dumps(asdict(note)), encoding="utf-8")
    draft.replace(_state_path(path))
