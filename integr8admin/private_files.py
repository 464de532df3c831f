"""Makes database files readable by their owner only."""

import os
from contextlib import suppress
from pathlib import Path

#: What SQLite keeps beside a database: made later, with the database's own mode.
_BESIDE = ("", "-wal", "-shm", "-journal")


def make_private_database(name: str) -> None:
    """Make the file of an SQLite database, and those beside it, readable by their owner alone; new ones are made so.

    A name of no file (`:memory:`, a `file:` address) is left alone, and so are files of another user.
    """
    if not name or ":" in name:
        return
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(OSError):
        # Before SQLite makes it, readable by everybody.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    for ending in _BESIDE:
        with suppress(OSError):
            Path(f"{path}{ending}").chmod(0o600)
