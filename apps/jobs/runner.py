"""Runs jobs: `pump` queues a message for each lane with due rows, `take_turn` does a step of each due row of a lane."""

import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta

from django.apps import apps
from django.db.models import Max, Min, Q
from django.db.models.functions import Now

from apps.jobs.failpoints import fp
from apps.jobs.locks import LockIsHeld, LockWasLost, sender_lock
from apps.jobs.models import MAXIMUM_STARTS, Job, LeaseLost, Turn, is_due

logger = logging.getLogger(__name__)

#: As many lanes one pump round takes of each kind.
PUMP_BATCH = 200
#: After so long a turn ends, so that other lanes get theirs; the last step may take its own time.
TURN_SECONDS = 5.0
#: Wait after a step that raised, doubled each time.
FIRST_RETRY = timedelta(seconds=5)
#: Wait of a row whose turn was cut off because the lock was lost.
LOCK_WAIT = timedelta(seconds=5)


def job_models() -> Iterator[type[Job]]:
    """Every model that is a job."""
    return (model for model in apps.get_models() if issubclass(model, Job))


def take_turn(model_label: str, job_id: str, most_steps: int | None = None) -> None:
    """The queue's task: do what is due in the row's lane. A message that comes twice or late does nothing.

    Raises TypeError when the label is not that of a job model.
    """
    model = apps.get_model(model_label)
    if not issubclass(model, Job):
        raise TypeError(f"{model_label} is not a job")
    job = model._default_manager.filter(is_due(), pk=job_id).first()
    if job is None:
        return
    try:
        with sender_lock(job.lane_name) as check:
            _do_steps(job, Turn(check), most_steps)
    except LockIsHeld:
        # Whoever has the turn takes this row along, or the pump's next round sends another message.
        model._default_manager.filter(pk=job_id).update(message_until=None)


def do_steps(job: Job, most_steps: int) -> None:
    """Do the next steps of this row alone, as long as they are due: for a page that shows what comes of them.

    Where another process has the turn nothing is done. The row is as the last step left it in memory; what the
    database set, as times, is to be read again.
    """
    with suppress(LockIsHeld), sender_lock(job.lane_name) as check:
        turn = Turn(check)
        for _ in range(most_steps):
            if not job.claim():
                return
            job.turn = turn
            if not _step(job) or job.due_at is None:
                return


def _do_steps(first: Job, turn: Turn, most_steps: int | None) -> None:
    """Steps of the lane's due rows, longest due first, until none is left or the turn is over."""
    ends = time.monotonic() + TURN_SECONDS
    lane = type(first)._default_manager.filter(is_due(), **first.lane).order_by("due_at")
    job: Job | None = first
    count = 0
    while job is not None:
        if job.claim():
            job.turn = turn
            if not _step(job):
                return
        count += 1
        if most_steps is not None and count >= most_steps:
            return
        job = lane.first()
        if job is not None and time.monotonic() > ends:
            job.enqueue()
            return


def _step(job: Job) -> bool:
    """One step of a claimed row; False when the turn must end, because somebody else may have one by now."""
    try:
        if job.starts > MAXIMUM_STARTS:
            logger.error(
                "%s %s was started %s times and got no further", job._meta.label, job.pk, MAXIMUM_STARTS
            )
            job.gave_up("It failed again and again.")
        else:
            fp("job.claimed")
            job.step()
    except LeaseLost:
        logger.warning("%s %s was taken over by another worker", job._meta.label, job.pk)
    except LockWasLost:
        logger.warning("The turn at %s was lost", job.lane_name)
        _make_due(job, LOCK_WAIT, starts=0)
        return False
    except Exception:
        logger.exception("A step of %s %s failed", job._meta.label, job.pk)
        # It counts as a start, so it ends after a few.
        _make_due(job, FIRST_RETRY * 2 ** min(job.starts - 1, MAXIMUM_STARTS))
    fp("job.stepped")
    return True


def _make_due(job: Job, after: timedelta, **changes: int) -> None:
    """Make a row whose step was not finished due again after a while."""
    type(job)._default_manager.filter(pk=job.pk, fence=job.fence).update(
        due_at=Now() + after, lease_until=None, message_until=None, **changes
    )


def pump() -> int:
    """Queue a message for each lane with due rows for which none is under way; how many.

    Two pumps do no harm: only one of them gets a row.
    """
    waiting = is_due() & (Q(message_until__isnull=True) | Q(message_until__lt=Now()))
    count = 0
    for model in job_models():
        rows = model._default_manager.filter(is_due())
        lanes = rows.values(*model.lane_fields).annotate(since=Min("due_at"), message=Max("message_until"))
        quiet = lanes.filter(Q(message__isnull=True) | Q(message__lt=Now())).order_by("since")
        for lane in quiet[:PUMP_BATCH]:
            values = {name: lane[name] for name in model.lane_fields}
            job = rows.filter(**values).order_by("due_at").first()
            count += job is not None and job.enqueue(only=waiting)
    return count
