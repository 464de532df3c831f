"""Where the files of long lists are: DATA_DIRECTORY/list_files/<id>/, readable by this system's user alone."""

import shutil
from pathlib import Path

from django.conf import settings

from apps.list_files.models import ListFile


def home_of(file: ListFile) -> Path:
    """The directory of one list's files; made where it is not there."""
    directory = Path(settings.DATA_DIRECTORY) / "list_files" / str(file.pk)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def collected_rows(file: ListFile) -> Path:
    """The rows read so far: a JSON list a line, the record's id first."""
    return home_of(file) / "rows.jsonl"


def finished_file(file: ListFile) -> Path:
    """The file for the person."""
    return home_of(file) / f"list.{file.format}"


def remove_files(file: ListFile) -> None:
    """Remove all of it; a download that is under way goes on to its end."""
    shutil.rmtree(home_of(file), ignore_errors=True)
