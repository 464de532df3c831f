"""Worker health: each finished task records its time in the worker's row (the heartbeat)."""

import os
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.db.models.functions import Now

from apps.jobs.models import Worker

#: Names the worker to the processes of its cluster.
WORKER_VARIABLE = "JOBS_WORKER_ID"


def beat() -> None:
    """A task with nothing to do: that it was taken, done and acknowledged is the news."""


def task_finished(**_signal: Any) -> None:
    """Note that the cluster finished a task. Called in its monitor process, after the acknowledgement."""
    worker_id = os.environ.get(WORKER_VARIABLE)
    if worker_id:
        Worker.objects.filter(pk=worker_id).update(seen_at=Now())


def worker_seen_at() -> datetime | None:
    """When any worker last finished a task, or None when none ever did."""
    seen: datetime | None = Worker.objects.aggregate(last=Max("seen_at"))["last"]
    return seen
