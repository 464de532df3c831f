"""Two things at the same moment: one has not committed when the other begins."""

import threading
from collections.abc import Callable

from django.db import connection, connections, transaction
from django.http import Http404

from apps.jobs.models import LeaseLost


def before_commit(work: Callable[[], object], meanwhile: Callable[[], object]) -> list[str]:
    """Do `work` in a transaction, and `meanwhile` in another thread before it commits; what went wrong in either."""
    faults: list[str] = []

    def carefully(name: str, action: Callable[[], object]) -> None:
        try:
            action()
        except (LeaseLost, Http404):
            pass
        except Exception as error:
            faults.append(f"{name}: {error!r}")

    def beside() -> None:
        try:
            carefully("meanwhile", meanwhile)
        finally:
            connections.close_all()

    thread = threading.Thread(target=beside)

    def both() -> None:
        with transaction.atomic():
            work()
            thread.start()
            while thread.is_alive() and not somebody_waits():
                thread.join(0.05)

    carefully("work", both)
    thread.join()
    return faults


def somebody_waits() -> bool:
    """Whether the other thread waits for a lock; with SQLite it waits for the whole file."""
    if connection.vendor == "sqlite":
        return True
    with connection.cursor() as cursor:
        # Among the statistics it would be seen as it was at the beginning of this transaction.
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])
