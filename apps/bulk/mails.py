"""What the owner is told about a run: that it ended, stands still or could not be planned; by mail after a long one."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from apps.bulk.models import BulkRun
from apps.bulk.states import RowState, State
from apps.mail.rendering import absolute_url
from apps.notifications.kinds import Kind, register
from apps.notifications.models import Outcome
from apps.notifications.telling import Event, MailTemplate, tell

ENDED = register(Kind("bulk_ended", "A bulk run that took more than a minute finished"))
#: Its page says it too, and more: no mail.
STANDS_STILL = register(Kind("bulk_paused", "A bulk run needs attention", is_mailed=False))
#: A run that took less is seen to its end on its page.
LONG = timedelta(minutes=1)
#: Rows in these states are for a person to look at.
_NOT_DONE = (RowState.FAILED, RowState.UNKNOWN, RowState.CHANGED, RowState.NOT_SENT)
#: In this order counts are told: what was done comes first, as on the run's page.
_TOLD = sorted(RowState, key=lambda state: state != RowState.DONE)


def ended(run: BulkRun) -> None:
    """Tell the owner what came of a run, by mail of a long one; within the transaction that ends it."""
    counts = run.counts()
    is_whole = run.state == State.FINISHED and not any(counts.get(state) for state in _NOT_DONE)
    event = Event(
        f"bulk-ended:{run.pk}",
        ENDED,
        Outcome.FINISHED if is_whole else Outcome.ATTENTION,
        f"{run.title}: {run.get_state_display().lower()}",
        run.get_absolute_url(),
        ", ".join(f"{counts[state]:,} {state.label.lower()}" for state in _TOLD if counts.get(state)),
    )
    is_long = run.started_at is not None and timezone.now() - run.started_at >= LONG
    tell(event, run.owner, _mail(run, counts) if is_long else None)


def paused(run: BulkRun) -> None:
    """Tell the owner that a run stands still until they resume it; within the transaction that makes it so."""
    _needs_attention(run, f"bulk-paused:{run.pk}:{run.fence}", Outcome.ATTENTION, "paused")


def not_planned(run: BulkRun) -> None:
    """Tell the owner that a run could not be planned; within the transaction that makes it so."""
    _needs_attention(run, f"bulk-failed:{run.pk}:{run.fence}", Outcome.FAILED, "could not be planned")


def _needs_attention(run: BulkRun, key: str, outcome: Outcome, words: str) -> None:
    event = Event(key, STANDS_STILL, outcome, f"{run.title}: {words}", run.get_absolute_url(), run.message)
    tell(event, run.owner)


def _mail(run: BulkRun, counts: Mapping[RowState, int]) -> MailTemplate:
    context = {
        "title": run.title,
        "note": run.note,
        "message": run.message,
        "counts": [(RowState(state).label, count) for state, count in sorted(counts.items())],
        "url": absolute_url("bulk:run", run.pk),
    }
    return MailTemplate("bulk_ended", context)
