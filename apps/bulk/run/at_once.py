"""Does the next steps of a short run within a page: the same steps that the worker does, so either may go on."""

from contextlib import suppress

from apps.bulk.models import BulkRun
from apps.bulk.run.reading_ahead import was_read
from apps.bulk.states import State
from apps.jobs.models import is_due
from apps.jobs.runner import do_steps
from apps.ui.waiting.ahead import was_slow_of_late

#: Longer runs are the worker's from the start.
FEW_ROWS = 50
#: So long a page may take for it, by what the API's calls took so far.
SHORT_MILLISECONDS = 3_000
COLLECTED_AT_ONCE = 400
_MOST_STEPS = 4


def is_done_at_once(run: BulkRun) -> bool:
    """Whether the run's next steps are few and short, so that a page may wait for them.

    Where the API lets wait the page is shown at once, and tells how far the worker is: by the run's own calls, or
    before it made any, by whether its records were read meanwhile, or by the pages that the person waited for.
    """
    return is_short(run) and bool(run.calls or was_read(run) or not was_slow_of_late(run.owner))


def do_at_once(run: BulkRun) -> None:
    """Do the next steps here where they are few and short; the worker does the rest, and what does not fit."""
    if run.state == State.PLANNED or not is_done_at_once(run):
        return
    do_steps(run, _MOST_STEPS)
    with suppress(BulkRun.DoesNotExist):
        # It may have been dropped in another tab.
        run.refresh_from_db(from_queryset=BulkRun.as_claimed())
        if run.due_at is not None:
            run.enqueue(only=is_due())


def is_short(run: BulkRun) -> bool:
    """Whether a page can wait for the run's next steps."""
    if run.planned_at is None:
        return run.expected is not None and run.expected <= COLLECTED_AT_ONCE
    return run.row_count <= FEW_ROWS and milliseconds_of(run, run.row_count) <= SHORT_MILLISECONDS


def milliseconds_of(run: BulkRun, calls: int) -> int:
    """How long so many calls take, four at a time, as far as the calls that planned it tell; 0 while none was made."""
    return round(run.call_milliseconds / run.calls * calls / 4) if run.calls else 0
