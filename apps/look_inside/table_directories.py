"""Directories of prepared tables on the disk, and the removal of the oldest when they take too much space.

LOOK_INSIDE_DIRECTORY/<id of the row>/ holds the original while it is read, a directory of work for each attempt, and
in the end `ready-<fence>/`, which came to its name in one step: a directory of that name is a whole table.
"""

import logging
import shutil
import time
import uuid
from pathlib import Path

from django.conf import settings
from django.db.models import Sum

from apps.look_inside.models import PreparedTable, State

logger = logging.getLogger(__name__)

#: A directory that no row knows is removed once it is so old: its row may be about to be written. So is what lies in
#: the spill directory: a file for a browser takes a quarter of that to write, and a killed writer leaves it behind.
_ORPHAN_SECONDS = 3600


def root() -> Path:
    """The directory of all tables, readable by this system's user alone."""
    directory = Path(settings.LOOK_INSIDE_DIRECTORY)
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    return directory


def home_of(table: PreparedTable) -> Path:
    """The directory of one table's files."""
    return root() / str(table.pk)


def directory_of(table: PreparedTable) -> Path:
    """The directory of the finished table."""
    return home_of(table) / table.directory_name


def spill_directory() -> Path:
    """Where a query puts what its memory does not hold."""
    directory = root() / "spill"
    directory.mkdir(exist_ok=True, mode=0o700)
    return directory


def remove_files(table: PreparedTable) -> None:
    """Remove all files of a table; files that are read at this moment stay readable to the end."""
    shutil.rmtree(home_of(table), ignore_errors=True)


def make_room() -> None:
    """Remove what no row knows, and the tables opened longest ago while all take more than LOOK_INSIDE_DISK_BYTES."""
    _remove_orphans()
    kept = PreparedTable.objects.filter(state=State.READY)
    total = kept.aggregate(total=Sum("stored_bytes"))["total"] or 0
    for table in kept.order_by("opened_at"):
        if total <= settings.LOOK_INSIDE_DISK_BYTES:
            return
        # Only as it was read: whoever asks for it at this moment has made it new.
        if PreparedTable.objects.filter(pk=table.pk, state=State.READY, fence=table.fence).delete()[0]:
            logger.info("Table %s was removed to make room", table.pk)
            remove_files(table)
            total -= table.stored_bytes or 0


def _remove_orphans() -> None:
    known = {str(pk) for pk in PreparedTable.objects.values_list("pk", flat=True)}
    for entry in root().iterdir():
        try:
            uuid.UUID(entry.name)
        except ValueError:
            continue
        if entry.name not in known and _is_old(entry):
            shutil.rmtree(entry, ignore_errors=True)
    for entry in spill_directory().iterdir():
        if not _is_old(entry):
            continue
        if entry.is_dir():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            entry.unlink(missing_ok=True)


def _is_old(entry: Path) -> bool:
    try:
        return entry.stat().st_mtime < time.time() - _ORPHAN_SECONDS
    except OSError:
        return False
