"""Run by `manage.py shell` on a database of its own: many threads at once, each with its own connection."""

import json
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.db.models.functions import Now

from apps.connections.models import Connection, Integration
from apps.exports.daily_limit import DailyLimitReached, reserve_attempt
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.spec import ExportSpec
from apps.jobs.locks import LockIsHeld, sender_lock

THREADS = 8
ROUNDS = 10


def together(work: Callable[[int], Any]) -> list[Any]:
    """What each of several threads gets that start at the same moment."""
    barrier = threading.Barrier(THREADS)
    results: list[Any] = [None] * THREADS

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = work(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def claims() -> list[int]:
    """How many threads got the row, in each round."""
    counts = []
    for _ in range(ROUNDS):
        ExportRequest.objects.update(due_at=Now(), lease_until=None)
        counts.append(sum(together(lambda _number: ExportRequest.objects.get().claim())))
    return counts


def locks() -> int:
    """How many threads hold the lock while all have tried to get it."""
    tried = threading.Barrier(THREADS)

    def hold(_number: int) -> int:
        try:
            with sender_lock("race"):
                tried.wait(10)
                return 1
        except LockIsHeld:
            tried.wait(10)
            return 0

    return sum(together(hold))


def places() -> int:
    """How many of as many exports as there are threads get one of the two places the daily limit leaves."""
    settings.EXPORTS_PER_DAY = 2
    first = ExportRequest.objects.get(report="conversions")
    connection = Connection.objects.get()

    def take(number: int) -> int:
        export = ExportRequest.objects.get(pk=first.pk)
        export.pk = uuid.uuid4()
        export.nonce = uuid.uuid4()
        export.fingerprint = str(number)
        export.save(force_insert=True)
        try:
            reserve_attempt(export, connection, {})
        except DailyLimitReached:
            return 0
        return 1

    taken = sum(together(take))
    return taken if ExportAttempt.objects.count() == taken else -1


def spec_of_day(day: str) -> ExportSpec:
    """The clicks of one day."""
    return ExportSpec.from_json(
        {
            "report": "clicks",
            "integration_id": Integration.objects.get().integration_id,
            "start_time": f"{day} 00:00:00",
            "end_time": f"{day} 23:59:59",
            "time_zone": "UTC",
            "columns": ["offer"],
            "extra_parameters": "",
            "delimiter": ",",
        }
    )


def forms() -> int:
    """How many rows come of one form that is sent by all threads at once, each with another nonce."""
    from apps.accounts.models import User

    owner, connection = User.objects.get(), Connection.objects.select_related("service").get()
    spec = spec_of_day("2026-11-01")
    rows = together(lambda _number: request_export(owner, connection, spec, uuid.uuid4())[0].pk)
    return len(set(rows))


def untold() -> list[int]:
    """How many join an export while its mails are written and are told by none, in each round."""
    from apps.accounts.models import User
    from apps.exports import mails
    from apps.exports.request.creation import RequestDetails
    from apps.exports.states import IN_FLIGHT, State
    from apps.mail.models import Message

    owner, connection = User.objects.get(), Connection.objects.select_related("service").get()
    about_to_lock = threading.Semaphore(0)

    def noted(execute: Callable[..., Any], sql: str, *others: Any) -> Any:
        if sql.startswith("BEGIN") or "FOR UPDATE" in sql:
            about_to_lock.release()
        return execute(sql, *others)

    def join(number: int, spec: ExportSpec) -> None:
        with connections["default"].execute_wrapper(noted):
            details = RequestDetails(recipients=(address_of(number),))
            request_export(owner, connection, spec, uuid.uuid4(), details)

    def finish(spec: ExportSpec) -> None:
        export = ExportRequest.objects.get(start_time=spec.start_time)
        with transaction.atomic():
            ExportRequest.objects.filter(pk=export.pk).update(state=State.READY)
            export.refresh_from_db()
            mails.ready(export)
            for _ in range(THREADS - 1):
                about_to_lock.acquire(timeout=60)

    def address_of(number: int) -> str:
        return f"{number}@example.com"

    counts = []
    for day in range(1, ROUNDS + 1):
        spec = spec_of_day(f"2026-10-{day:02}")
        request_export(owner, connection, spec, uuid.uuid4())
        together(lambda number, one=spec: join(number, one) if number else finish(one))  # type: ignore[misc]
        told = set(Message.objects.values_list("address", flat=True))
        for export in ExportRequest.objects.filter(state__in=IN_FLIGHT):
            told.update(export.recipients)
        counts.append(len({address_of(number) for number in range(1, THREADS)} - told))
        Message.objects.all().delete()
        ExportRequest.objects.filter(start_time=spec.start_time).delete()
    return counts


def tables() -> list[int]:
    """How many tables are begun of as many as there are threads, in each round; at most two may be."""
    from apps.connections.models import Service
    from apps.look_inside import steps
    from apps.look_inside.models import PreparedTable, State

    steps.start_process = lambda _table: subprocess.Popen(["true"])  # type: ignore[assignment]
    service = Service.objects.get()

    def begin(number: int) -> None:
        table = PreparedTable.objects.get(remote_id=str(number))
        assert table.claim()
        table.step()

    counts = []
    for _ in range(ROUNDS):
        PreparedTable.objects.all().delete()
        for number in range(THREADS):
            PreparedTable.objects.create(service=service, remote_id=str(number), artifact_name="file")
        together(begin)
        counts.append(PreparedTable.objects.filter(state=State.PREPARING).count())
    return counts


json.dump(
    {
        "claims": claims(),
        "locks": locks(),
        "forms": forms(),
        "untold": untold(),
        "places": places(),
        "tables": tables(),
    },
    sys.stdout,
)
