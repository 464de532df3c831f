"""Run by `manage.py shell` on a database of its own: what people decide about a bulk run at the same moment."""

import json
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connections

from apps.accounts.models import User
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.plan.starting import Selection, start_run
from apps.bulk.run import decisions
from apps.bulk.states import State
from apps.connections.models import Connection, Integration
from apps.resources import registry

THREADS = 8
#: Long enough for whoever is not held up.
PATIENCE_SECONDS = 2


def started(nonce: uuid.UUID) -> BulkRun:
    """A run over two offers."""
    path = {"integrationID": Integration.objects.get().integration_id}
    selection = Selection(registry.named("offers"), path, ["1001", "1002"])
    connection = Connection.objects.select_related("service").get()
    return start_run(nonce, User.objects.get(), connection, selection, Instruction(Kind.ACTION, "deactivate"))


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """A thread that does the work with a connection of its own."""

    def closed() -> None:
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=closed)
    thread.start()
    return thread


def confirmed_while_dropped() -> dict[str, Any]:
    """What both are told where a plan is confirmed right after the one who drops it has found it, and what is left."""
    run = started(uuid.uuid4())
    BulkRun.objects.filter(pk=run.pk).update(state=State.PLANNED, due_at=None)
    told: dict[str, Any] = {}
    threads: list[threading.Thread] = []

    def confirm() -> None:
        told["confirmed"] = decisions.confirm(BulkRun(pk=run.pk))

    def found(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        result = execute(sql, *others)
        if sql.startswith("SELECT") and "bulk_bulkrun" in sql and not threads:
            threads.append(in_thread(confirm))
            threads[0].join(PATIENCE_SECONDS)
        return result

    with connections["default"].execute_wrapper(found):
        told["dropped"] = decisions.drop(BulkRun(pk=run.pk))
    threads[0].join()
    return {**told, "left": BulkRun.objects.filter(pk=run.pk).count()}


def forms() -> int:
    """How many runs come of one form that is sent by all threads at once."""
    nonce, found = uuid.uuid4(), []
    barrier = threading.Barrier(THREADS)

    def send() -> None:
        barrier.wait()
        found.append(started(nonce).pk)

    for thread in [in_thread(send) for _ in range(THREADS)]:
        thread.join()
    assert len(found) == THREADS
    return BulkRun.objects.count()


json.dump({"confirmed_while_dropped": confirmed_while_dropped(), "forms": forms()}, sys.stdout)
