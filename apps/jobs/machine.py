"""How all long work is done: the pump finds due rows, the queue carries their ids, `step` does one step."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.db.models import Q
from django.db.models.functions import Now

from apps.jobs.failpoints import fp
from apps.jobs.models import MAXIMUM_STARTS, Job, LeaseLost, is_due

logger = logging.getLogger(__name__)

#: As many rows one pump round takes of each kind.
PUMP_BATCH = 200
#: Wait after a step that raised, doubled each time.
FIRST_RETRY = timedelta(seconds=5)


def job_models() -> Iterator[type[Job]]:
    """Every model that is a job."""
    return (model for model in apps.get_models() if issubclass(model, Job))


def step(model_label: str, job_id: str) -> None:
    """The queue's task: claim the row and do its next step. A message come twice or late does nothing."""
    model = apps.get_model(model_label)
    if not issubclass(model, Job):
        raise TypeError(f"{model_label} is not a job")
    job = model._default_manager.filter(is_due(), pk=job_id).first()
    if job is None or not job.claim():
        return
    try:
        if job.starts > MAXIMUM_STARTS:
            logger.error("%s %s was started %s times and got no further", model_label, job_id, MAXIMUM_STARTS)
            job.gave_up("It failed again and again.")
        else:
            fp("job.claimed")
            job.step()
    except LeaseLost:
        logger.warning("%s %s was taken over by another worker", model_label, job_id)
    except Exception:
        logger.exception("A step of %s %s failed", model_label, job_id)
        _retry_later(job)
    fp("job.stepped")


def _retry_later(job: Job) -> None:
    """Make a failed step due again after a while. It counts as a start, so it ends after a few."""
    delay = FIRST_RETRY * 2 ** (job.starts - 1)
    job.__class__._default_manager.filter(pk=job.pk, fence=job.fence).update(
        due_at=Now() + delay, lease_until=None, message_until=None
    )


def pump() -> int:
    """Queue a message for each due row that nobody works on and no message is under way for; how many.

    Two pumps do no harm: only one of them gets a row.
    """
    waiting = is_due() & (Q(message_until__isnull=True) | Q(message_until__lt=Now()))
    count = 0
    for model in job_models():
        for job in model._default_manager.filter(waiting).order_by("due_at")[:PUMP_BATCH]:
            count += job.enqueue(only=waiting)
    return count
