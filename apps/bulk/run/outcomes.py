"""What came of the rows of a step, and when the step after it is due."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited
from apps.audit.models import Outcome
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.collecting import backoff
from apps.bulk.run.pausing import pause
from apps.bulk.states import OPEN_ROWS, RowState, State
from apps.resources.writes.reading import is_silent
from apps.resources.writes.results import Result, is_lost
from apps.ui.error_pages import describe

#: A row that did not succeed so often is left as failed.
MOST_TRIES = 12
#: So many steps in a row without an answer, and a person has to look.
MOST_FAILURES = 20
#: A wait for an API that only says "too many" grows no longer than so many failures make it.
LONGEST_BACKOFF = 5


def take(row: BulkRow, result: Result, *, is_last_try: bool = False) -> None:
    """Set what became of the row."""
    error = result.error
    is_open = not is_last_try and is_tried_again(row, result)
    row.reason = result.reason
    row.record_id = result.record_id or row.record_id
    row.may_be_sent = is_lost(error) or result.outcome == Outcome.UNKNOWN
    if is_open:
        row.state = RowState.TRY_AGAIN
        # Waiting for the API counts as no try; a creation counts its looks.
        row.tries += not (row.is_creation or _is_waited_for(result))
    elif result.was_changed_otherwise:
        row.state = RowState.CHANGED
    else:
        row.state = ROW_STATES[result.outcome]


ROW_STATES: Mapping[Outcome, RowState] = {
    Outcome.DONE: RowState.DONE,
    Outcome.UNCHANGED: RowState.UNCHANGED,
    Outcome.FAILED: RowState.FAILED,
    Outcome.NOT_SENT: RowState.NOT_SENT,
    Outcome.UNKNOWN: RowState.UNKNOWN,
    Outcome.SENDING: RowState.UNKNOWN,
}


def is_tried_again(row: BulkRow, result: Result) -> bool:
    """Whether that is not the last word about a row that was tried as often as this one."""
    if row.is_creation and result.outcome == Outcome.UNKNOWN:
        # It is looked for, and never sent again.
        return True
    return result.may_be_sent_again and (row.tries < MOST_TRIES or _is_waited_for(result))


def _is_waited_for(result: Result) -> bool:
    """Whether the API did not answer at all, or not yet, so that this says nothing about the row."""
    error = result.reading_error or result.error
    return error is not None and (isinstance(error, RateLimited) or is_silent(error))


def say_when(run: BulkRun, rows: Sequence[BulkRow], errors: Sequence[ApiError], *, rest: timedelta) -> None:
    """When the next step is due: after the rest, or a wait where the API asks for one or does not answer.

    Raises `CannotGoOn` where the next rows would be refused like these.
    """
    rejected: ApiError | None = next((error for error in errors if isinstance(error, KeyRejected)), None)
    if rejected is None and len(errors) == len(rows):
        rejected = next((error for error in errors if isinstance(error, NotPermitted)), None)
    if rejected is not None and run.rows.filter(state__in=OPEN_ROWS).exists():
        message = f"{describe(rejected).sentence} What is done is kept; resume it when the key may do this."
        pause(run, message)
        return
    got_further = any(row.state != RowState.TRY_AGAIN for row in rows)
    limited = [error for error in errors if isinstance(error, RateLimited)]
    if limited:
        asked = max(error.retry_after or 0 for error in limited)
        failures = 0 if got_further else min(run.failures + 1, LONGEST_BACKOFF)
        # An API that names no time is asked a little later each time.
        wait = timedelta(seconds=asked) if asked else backoff(failures)
        message = "The API asked us to slow down; it goes on by itself."
        run.advance(State.RUNNING, after=wait, message=message, failures=failures)
        return
    if got_further:
        # What was tried several times is given a little time.
        tries = max((row.tries for row in rows if row.state == RowState.TRY_AGAIN), default=0)
        run.advance(State.RUNNING, after=backoff(tries - 2) if tries > 2 else rest, failures=0)
        return
    failures = run.failures + 1
    if failures >= MOST_FAILURES:
        message = (
            "The API has not answered for a long time. What is done is kept; resume it when it answers again."
        )
        pause(run, message, failures=0)
        return
    message = describe(errors[0]).title if errors else ""
    run.advance(State.RUNNING, after=backoff(failures), failures=failures, message=message)
