"""What a person decides about a run: what it does, and when; pause, resume, stop it; leave rows out.

Each takes effect only in the states it makes sense in, whatever else happens at the same moment, and says so.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.bulk.instructions import Instruction
from apps.bulk.models import BulkRun
from apps.bulk.states import BEFORE_RUN, RowState, State

BY_HAND = "Left out by hand."


def instruct(run: BulkRun, instruction: Instruction) -> bool:
    """Plan a draft, by what is to be done with each of its records; False when that was said already."""
    return _decide(run, {State.DRAFT}, State.COLLECTING, instruction=instruction.as_json())


def confirm(run: BulkRun, note: str = "", *, is_queued: bool = True) -> bool:
    """Carry out a plan; False when it is not a plan any more, because somebody did so or dropped it.

    Who goes on with it at once has no worker told (`is_queued`); one comes for it all the same, if they do not.
    """
    states = {State.PLANNED, State.SCHEDULED}
    return _decide(run, states, State.QUEUED, is_queued=is_queued, note=note, run_at=None)


def schedule(run: BulkRun, at: datetime, time_zone: str, note: str = "") -> bool:
    """Carry out a plan at that moment, which a person said in that zone; False when it is not a plan any more."""
    states = {State.PLANNED, State.SCHEDULED}
    return _decide(run, states, State.SCHEDULED, due_at=at, run_at=at, time_zone=time_zone, note=note)


def unschedule(run: BulkRun) -> bool:
    """Take back the time: it is a plan again; False when it was not waiting for its time."""
    return _decide(run, {State.SCHEDULED}, State.PLANNED, due_at=None, run_at=None)


def plan_again(run: BulkRun) -> bool:
    """Compare the plan with the records as they are now; False when it is not a plan any more."""
    with transaction.atomic():
        decided = _decide(run, {State.PLANNED, State.FAILED}, State.COLLECTING, failures=0)
        if decided:
            rows = run.rows.filter(is_creation=False)
            rows.filter(state__in=(RowState.PLANNED, RowState.UNCHANGED, RowState.GONE)).update(
                state=RowState.NEW
            )
    return decided


def pause(run: BulkRun) -> bool:
    """Have it stand still after the step that is under way; False when it is not under way."""
    return _request(run, "pause", {State.QUEUED, State.WAITING, State.RUNNING})


def stop(run: BulkRun) -> bool:
    """Have it end after the step that is under way; False when it is not under way."""
    return _request(run, "stop", {State.QUEUED, State.WAITING, State.RUNNING, State.PAUSED})


def resume(run: BulkRun) -> bool:
    """Go on after a pause; False when it is not paused."""
    # One that was paused before it began still has to look at other runs.
    state = State.RUNNING if run.started_at else State.QUEUED
    return _decide(run, {State.PAUSED}, state, failures=0, request="")


def drop(run: BulkRun) -> bool:
    """Throw a plan away; False when it is carried out by now."""
    with transaction.atomic():
        # Deleting collects what hangs on it first: it must not be confirmed meanwhile.
        locked = BulkRun.objects.select_for_update().filter(pk=run.pk, state__in=BEFORE_RUN).first()
        if locked is None:
            return False
        locked.delete()
    return True


def leave_out(run: BulkRun, positions: Collection[int] | None) -> int:
    """Do not change these records, or any where that is None; how many rows that concerned."""
    return _turn(run, positions, RowState.PLANNED, RowState.LEFT, BY_HAND)


def take_in(run: BulkRun, positions: Collection[int] | None) -> int:
    """Change these records after all, which were left out, or all of them; how many rows that concerned."""
    return _turn(run, positions, RowState.LEFT, RowState.PLANNED, "")


def _turn(run: BulkRun, positions: Collection[int] | None, old: RowState, new: RowState, reason: str) -> int:
    with transaction.atomic():
        locked = BulkRun.objects.select_for_update().filter(
            pk=run.pk, state__in=(State.PLANNED, State.SCHEDULED)
        )
        if not locked.exists():
            return 0
        rows = run.rows.filter(state=old).exclude(change="")
        if positions is not None:
            rows = rows.filter(position__in=positions)
        count: int = rows.update(state=new, reason=reason)
        return count


def _request(run: BulkRun, request: str, states: Collection[State]) -> bool:
    return _change(run, states, request=request, due_at=Now())


def _decide(
    run: BulkRun, states: Collection[State], state: State, *, is_queued: bool = True, **changes: object
) -> bool:
    """Move the run, unless a step is at work on it by another state; then its step writes nothing over this."""
    values = {"due_at": Now(), "message": "", "state": state, "state_since": Now(), **changes}
    changed = {"fence": F("fence") + 1, "lease_until": None, "message_until": None, "starts": 0, **values}
    return _change(run, states, is_queued=is_queued, **changed)


def _change(run: BulkRun, states: Collection[State], *, is_queued: bool = True, **changes: object) -> bool:
    with transaction.atomic():
        if not BulkRun.objects.filter(pk=run.pk, state__in=states).update(**changes):
            return False
        run.refresh_from_db(from_queryset=BulkRun.as_claimed())
        if is_queued and run.due_at is not None and run.run_at is None:
            run.enqueue()
    return True
