"""The job steps of a table: starts the process that prepares it, and removes it when it was kept long enough.

A file of a gigabyte takes longer than a step may, and would hold a place of the queue for as long. So the step only
starts a process and leaves its lease to it: the process renews the lease while it works (prepare/preparing.py).
Killed, it falls silent, the lease runs out, and the next claim starts another one.
"""

import os
import subprocess
import sys
from datetime import timedelta

from django.conf import settings
from django.db.models.functions import Now

from apps.jobs.locks import LockIsHeld, sender_lock
from apps.look_inside.models import LEASE, PreparedTable, State, kept_for
from apps.look_inside.table_directories import make_room, remove_files

#: So many tables are prepared at the same time, by all workers together.
MAXIMUM_AT_ONCE = 2
_FULL_WAIT = timedelta(seconds=2)

#: Processes this one started, so that none of them stays behind as a dead entry of the system's table.
_started: list[subprocess.Popen[bytes]] = []


def step(table: PreparedTable) -> None:
    """Start the process that prepares the table, or remove a table that was kept long enough."""
    if table.is_busy:
        _begin(table)
    else:
        _remove_when_old(table)


def gave_up(table: PreparedTable, reason: str) -> None:
    """Leave it to the person to try again."""
    table.advance(State.FAILED, after=kept_for(), phase="", message=f"{reason} The file was not prepared.")


def _begin(table: PreparedTable) -> None:
    if not _takes_place(table):
        table.postpone(_FULL_WAIT)
        return
    make_room()
    _started[:] = [process for process in _started if process.poll() is None]
    _started.append(start_process(table))


def _takes_place(table: PreparedTable) -> bool:
    """Take one of the few places; False when none is free. One at a time counts: two would take the same place."""
    others = PreparedTable.objects.filter(state=State.PREPARING, lease_until__gt=Now()).exclude(pk=table.pk)
    try:
        with sender_lock("look-inside-begin"):
            if others.count() >= MAXIMUM_AT_ONCE:
                return False
            table.keep(LEASE, state=State.PREPARING, phase="", rows_read=0)
            return True
    except LockIsHeld:
        return False


def start_process(table: PreparedTable) -> subprocess.Popen[bytes]:
    """The process that prepares the table; in the worker's group, so that it ends with the worker."""
    return subprocess.Popen(
        [sys.executable, "-m", "apps.look_inside.prepare.process", str(table.pk), str(table.fence)],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "integr8admin.settings"},
        stdin=subprocess.DEVNULL,
    )


def _remove_when_old(table: PreparedTable) -> None:
    """Remove row and files, unless somebody opened the table meanwhile."""
    recently = PreparedTable.objects.filter(pk=table.pk, opened_at__gt=Now() - kept_for())
    if table.is_ready and recently.exists():
        table.postpone(kept_for() / 4)
    elif PreparedTable.objects.filter(pk=table.pk, fence=table.fence).delete()[0]:
        remove_files(table)
