"""Does the next steps of a short run within a page: the same steps that the worker does, so either may go on."""

from apps.bulk.models import BulkRun
from apps.bulk.run.reading_ahead import was_read
from apps.jobs.runner import take_turn
from apps.ui.waiting.ahead import was_slow_of_late

#: Longer runs are the worker's from the start.
FEW_ROWS = 50
#: So long a page may take for it, by what the API's calls took so far.
SHORT_MILLISECONDS = 3_000
COLLECTED_AT_ONCE = 400
_MOST_STEPS = 4


def do_at_once(run: BulkRun) -> None:
    """Do the next steps here where they are few and short; the worker does the rest, and what does not fit.

    Where the API lets wait the page is shown at once, and tells how far the worker is: by the run's own calls, or
    before it made any, by whether its records were read meanwhile, or by the pages that the person waited for.
    """
    if not is_short(run) or (not run.calls and not was_read(run) and was_slow_of_late(run.owner)):
        return
    for _ in range(_MOST_STEPS):
        state = run.state
        take_turn(run._meta.label, str(run.pk), most_steps=1)
        try:
            run.refresh_from_db()
        except BulkRun.DoesNotExist:
            # It was dropped in another tab.
            return
        if run.due_at is None or (run.state == state and run.message):
            return


def is_short(run: BulkRun) -> bool:
    """Whether a page can wait for the run's next steps."""
    count = run.expected if run.planned_at is None else run.rows.count()
    if run.planned_at is None:
        return count is not None and count <= COLLECTED_AT_ONCE
    return count is not None and count <= FEW_ROWS and milliseconds_of(run, count) <= SHORT_MILLISECONDS


def milliseconds_of(run: BulkRun, calls: int) -> int:
    """How long so many calls take, four at a time, as far as the calls that planned it tell; 0 while none was made."""
    return round(run.call_milliseconds / run.calls * calls / 4) if run.calls else 0
