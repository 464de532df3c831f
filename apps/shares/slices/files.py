"""The files of slices: DATA_DIRECTORY/shared_slices/<id>/, readable by this system's user alone."""

import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from apps.look_inside.files.downloads import FileRequest
from apps.shares.models import Slice

#: Less than the lease of a step.
_LONGEST_SECONDS = 30


class NotWritten(Exception):
    """The file could not be written: words for the person."""


def home_of(part: Slice) -> Path:
    """The directory of one slice's files."""
    return Path(settings.DATA_DIRECTORY) / "shared_slices" / str(part.pk)


def file_of(part: Slice) -> Path:
    """The file there is."""
    return home_of(part) / part.file_name


def write(part: Slice, wanted: FileRequest) -> Path:
    """Write the rows into a new file, by a process of its own. Raises `NotWritten`."""
    home = home_of(part)
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = home / f"rows-{part.fence}.csv"
    made.touch(mode=0o600)
    with made.open("wb") as out:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "apps.look_inside.files.writer_process"],
                cwd=settings.BASE_DIR,
                input=wanted.as_json().encode(),
                stdout=out,
                timeout=_LONGEST_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise NotWritten("It took too long to write the rows. Share fewer of them.") from error
    if done.returncode:
        raise NotWritten("The rows could not be written to their end. It was logged.")
    return made


def keep_only(part: Slice, path: Path) -> None:
    """Remove the files before this one; one that is being downloaded goes on to its end."""
    for entry in home_of(part).glob("rows-*.csv"):
        if entry != path:
            entry.unlink(missing_ok=True)


def remove_orphans() -> None:
    """Remove what no row knows: its link was removed with the account it belonged to."""
    root = Path(settings.DATA_DIRECTORY) / "shared_slices"
    if not root.is_dir():
        return
    known = {str(pk) for pk in Slice.objects.values_list("pk", flat=True)}
    for entry in root.iterdir():
        if entry.name not in known:
            shutil.rmtree(entry, ignore_errors=True)


def remove_files(part: Slice) -> None:
    """Remove all of them."""
    shutil.rmtree(home_of(part), ignore_errors=True)
