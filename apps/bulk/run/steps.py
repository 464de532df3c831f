"""The state machine of a bulk run: one function a state, each a short step that can be cut off anywhere."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from apps.accounts.policy import Capability, why_ended
from apps.bulk import mails
from apps.bulk.models import BulkRun
from apps.bulk.plan.collecting import cannot_plan, collect
from apps.bulk.run.carrying_out import carry_on, settle
from apps.bulk.run.conflicts import blocking_run
from apps.bulk.run.pausing import pause
from apps.bulk.scopes import CannotGoOn, writer_for
from apps.bulk.states import IN_FLIGHT, OPEN_ROWS, RowState, State
from apps.connections.models import Service

AT_ONCE = timedelta()
#: How often a run looks whether the one before it has ended.
WAIT = timedelta(seconds=3)
STOPPED = "It was stopped before its turn."


def step(run: BulkRun) -> None:
    """Do the next step of the run and say when the one after it is due."""
    ended = why_ended(run.owner, Capability.ACT_IN_BULK, run.service_id)
    if ended and run.state in IN_FLIGHT:
        stop(run, ended)
    elif run.request and run.state in IN_FLIGHT:
        _do_requested(run)
    else:
        STEPS[State(run.state)](run)


def gave_up(run: BulkRun, reason: str) -> None:
    """A step failed again and again by a fault of this site."""
    if run.state in IN_FLIGHT:
        pause(run, f"{reason} What is done is kept; resume it to go on with the rest.")
    else:
        cannot_plan(run, reason)


def stop(run: BulkRun, message: str) -> None:
    """End it before its last row. What may have been sent is looked at first, without sending it again."""
    try:
        writer = writer_for(run)
    except CannotGoOn:
        # Nobody may look any more: the log closes what is open as not known, when it is overdue.
        writer = None
    settle(run, writer, message or STOPPED)
    with transaction.atomic():
        run.write(message=message)
        run.rows.filter(state__in=OPEN_ROWS).update(state=RowState.NOT_SENT, reason=message or STOPPED)
        run.advance(State.STOPPED, after=None, message=message, request="", finished_at=Now(), waits_for=None)
        mails.ended(run)


def _do_requested(run: BulkRun) -> None:
    if run.request == "stop":
        stop(run, "")
    else:
        pause(run, "")


def _begin(run: BulkRun) -> None:
    """QUEUED, WAITING: begin, unless another run has some of the same records."""
    with transaction.atomic():
        # Two runs that begin at once would not see each other.
        Service.objects.select_for_update().only("id").get(pk=run.service_id)
        other = blocking_run(run)
        if other is None:
            run.advance(
                State.RUNNING, after=AT_ONCE, started_at=Now(), message="", waits_for=None, failures=0
            )
            return
    run.advance(State.WAITING, after=WAIT, waits_for=other, message=f"It waits for “{other.title}”.")


def _carry_on(run: BulkRun) -> None:
    """RUNNING: the next rows; after the last one it is finished."""
    try:
        is_finished = carry_on(run, writer_for(run))
    except CannotGoOn as error:
        if error.is_final:
            stop(run, str(error))
        else:
            pause(run, str(error))
        return
    if is_finished:
        with transaction.atomic():
            run.advance(State.FINISHED, after=None, message="", finished_at=Now())
            mails.ended(run)


def _plan_again(run: BulkRun) -> None:
    """SCHEDULED: its time has come; the plan is compared with the records once more, then carried out."""
    with transaction.atomic():
        run.write(message="")
        run.rows.filter(state=RowState.PLANNED, is_creation=False).update(state=RowState.NEW)
        run.advance(State.COLLECTING, after=AT_ONCE, runs_when_planned=True)


def _do_nothing(run: BulkRun) -> None:
    """A state in which a person has to do something."""
    run.advance(run.state, after=None)


STEPS: dict[State, Callable[[BulkRun], None]] = {
    State.DRAFT: _do_nothing,
    State.COLLECTING: collect,
    State.PLANNED: _do_nothing,
    State.SCHEDULED: _plan_again,
    State.QUEUED: _begin,
    State.WAITING: _begin,
    State.RUNNING: _carry_on,
    State.PAUSED: _do_nothing,
    State.FINISHED: _do_nothing,
    State.STOPPED: _do_nothing,
    State.FAILED: _do_nothing,
}
