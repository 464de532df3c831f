"""The mail at the end of a run that took longer than a person waits."""

from datetime import timedelta

from django.utils import timezone

from apps.bulk.models import BulkRun
from apps.bulk.states import RowState
from apps.mail.outbox import queue_message
from apps.mail.rendering import absolute_url

#: A run that took less is seen to its end on its page.
LONG = timedelta(minutes=1)


def ended(run: BulkRun) -> None:
    """Tell the owner of a long run what came of it; within the transaction that ends it."""
    if run.started_at is None or timezone.now() - run.started_at < LONG:
        return
    counts = run.counts()
    queue_message(
        f"bulk-ended:{run.pk}",
        run.owner,
        "bulk_ended",
        {
            "title": run.title,
            "note": run.note,
            "message": run.message,
            "counts": [(RowState(state).label, count) for state, count in sorted(counts.items())],
            "url": absolute_url("bulk:run", run.pk),
        },
    )
