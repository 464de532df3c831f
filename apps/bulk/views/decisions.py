"""What a person decides about a run, each by a button: none takes effect twice, and each leads back to its page."""

import uuid
import zoneinfo
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from apps.accounts.access import signed_in_person
from apps.accounts.step_up.proof import demand_fresh_proof
from apps.bulk.models import NOTE_LENGTH, BulkRun
from apps.bulk.plan.follow_ups import may_be_tried_again, may_be_undone, start_retry, start_undo
from apps.bulk.plan.starting import SelectionRefused
from apps.bulk.run import decisions
from apps.bulk.run.at_once import do_at_once, is_done_at_once
from apps.bulk.run.read_back import collected_records
from apps.bulk.states import RowState, State
from apps.bulk.views.access import own_run, visible_run
from apps.bulk.views.over_list import lead_to, result_over_list
from apps.text.typed import one_line
from apps.text.typed_numbers import number_text
from apps.ui.columns import Record
from apps.ui.fragments import is_part_wanted
from apps.ui.messages import MessageAction, success
from apps.ui.nonces import read_nonce

Decide = Callable[[HttpRequest, BulkRun], HttpResponse | None]
NOT_ANY_MORE = "It is not in a state for that any more: see below how it stands."
NO_TIME = "Give a date and time, as 2026-12-01 09:00, and a time zone."
#: A plan that archives at least so many wants the number typed.
TYPED_FROM = 2
#: One that archives more takes a fresh proof of who says so.
PROVED_ABOVE = 100
#: A run has fewer rows than a number with so many digits.
_MOST_DIGITS = 9
LATEST = timedelta(days=366)
#: The states between which a person turns rows.
TURNED = (RowState.PLANNED, RowState.LEFT)


def _decision(
    find: Callable[[HttpRequest, uuid.UUID], BulkRun],
) -> Callable[[Decide], Callable[..., HttpResponse]]:
    """A view that finds the run, decides, and leads back to the run's page unless that leads elsewhere."""

    def decorated(decide: Decide) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(decide)
        def view(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
            run = find(request, run_id)
            return decide(request, run) or lead_to(request, run.get_absolute_url())

        return view

    return decorated


def _say(request: HttpRequest, *, was_done: bool, words: str = "") -> None:
    if not was_done:
        messages.info(request, NOT_ANY_MORE)
    elif words:
        messages.success(request, words)


@_decision(own_run)
def confirm(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Carry out the plan: at once where that is short, else by the worker."""
    to_do = run.rows.filter(state=RowState.PLANNED).count()
    if not to_do:
        messages.info(request, "There is nothing to do in this plan.")
        return None
    if takes_proof(run, to_do):
        demand_fresh_proof(request)
    if _is_untyped(request, run, to_do):
        return None
    was_done = decisions.confirm(run, _note(request), is_queued=not is_done_at_once(run))
    _say(request, was_done=was_done)
    with collected_records() as records:
        if was_done:
            do_at_once(run)
    return _back_to_list(request, run, records) if run.state == State.FINISHED else None


def _back_to_list(request: HttpRequest, run: BulkRun, records: Mapping[str, Record]) -> HttpResponse | None:
    """Back to where it was selected when all of it is done, with a way back; else its page says what is not."""
    counts = run.counts()
    if set(counts) - {RowState.DONE, RowState.UNCHANGED, RowState.LEFT}:
        return None
    done, resource = counts.get(RowState.DONE, 0), run.resource_declaration
    things = resource.label.lower() if done == 1 else resource.label_plural.lower()
    verb = "was" if done == 1 else "were"
    words = format_html(
        '{}, and read back. <a href="{}">See the run</a>',
        f"{done} {things} {verb} {run.instructed.past(resource)}",
        run.get_absolute_url(),
    )
    way_back = reverse("bulk:undo", args=[run.pk]) if may_be_undone(run) else ""
    success(request, words, MessageAction("Undo", way_back) if way_back else None)
    run.note_seen()
    if is_part_wanted(request):
        return result_over_list(request, run, records)
    return redirect(run.list_url)


def takes_proof(run: BulkRun, to_do: int) -> bool:
    """Whether so many records are archived that the person shows first that it is they."""
    return _is_archiving(run) and to_do > PROVED_ABOVE


def _is_archiving(run: BulkRun) -> bool:
    # A draft says nothing yet.
    return bool(run.instruction) and run.instructed.is_archiving(run.resource_declaration)


def _is_untyped(request: HttpRequest, run: BulkRun, to_do: int) -> bool:
    """Whether the number of records to archive was not typed, which is said."""
    typed = number_text(request.POST.get("count", ""), is_whole=True)
    if not _is_archiving(run) or to_do < TYPED_FROM or typed == str(to_do):
        return False
    messages.error(request, f"Nothing was archived. Type {to_do} to confirm: so many are archived.")
    return True


@_decision(own_run)
def schedule(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Carry out the plan at a time."""
    zone_name = request.POST.get("time_zone") or signed_in_person(request).time_zone
    try:
        zone = zoneinfo.ZoneInfo(zone_name)
        at = datetime.fromisoformat(request.POST.get("at", ""))
    except (ValueError, zoneinfo.ZoneInfoNotFoundError, OSError):
        # Names of directories, and too long ones, are looked for as files.
        messages.error(request, NO_TIME)
        return None
    if at.tzinfo is not None:
        messages.error(request, NO_TIME)
        return None
    at = at.replace(tzinfo=zone)
    now = timezone.now()
    if not now < at <= now + LATEST:
        messages.error(request, "The time must lie ahead, within a year.")
        return None
    if at.astimezone(zoneinfo.ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None) != at.replace(
        tzinfo=None
    ):
        messages.error(request, "The clock leaps over that time. Choose one that there is.")
        return None
    to_do = run.rows.filter(state=RowState.PLANNED).count()
    if takes_proof(run, to_do):
        demand_fresh_proof(request)
    if _is_untyped(request, run, to_do):
        return None
    was_done = decisions.schedule(run, at, zone_name, _note(request))
    _say(request, was_done=was_done, words="It is scheduled.")
    return None


def _note(request: HttpRequest) -> str:
    return one_line(request.POST.get("note", ""))[:NOTE_LENGTH]


@_decision(own_run)
def unschedule(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Take back the time."""
    _say(
        request, was_done=decisions.unschedule(run), words="It is a plan again and not carried out by itself."
    )
    return None


@_decision(own_run)
def recheck(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Compare the plan with the records as they are now."""
    was_done = decisions.plan_again(run)
    _say(request, was_done=was_done)
    if was_done:
        do_at_once(run)
    return None


@_decision(own_run)
def include(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Leave the ticked rows out, or take them in after all: those of one page, or every row that its filter has."""
    positions: Collection[int] | None = [
        int(text)
        for text in request.POST.getlist("row")
        if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    ]
    if request.POST.get("every") == "yes":
        # The filter of another state has none of the rows that can be turned.
        positions = None if request.POST.get("rows", "") in ("", *TURNED) else []
    turn = decisions.take_in if request.POST.get("turn") == "in" else decisions.leave_out
    if not turn(run, positions):
        messages.info(request, "Tick rows first.")
    return None if positions == [] else redirect(f"{run.get_absolute_url()}{request.POST.get('query', '')}")


@_decision(visible_run)
def pause(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Have it stand still."""
    _say(request, was_done=decisions.pause(run))
    return None


@_decision(visible_run)
def stop(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """End it before its last row."""
    _say(request, was_done=decisions.stop(run))
    return None


@_decision(own_run)
def resume(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Go on."""
    _say(request, was_done=decisions.resume(run))
    return None


@_decision(own_run)
def drop(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """Throw the plan away and go back to the list."""
    list_url = run.list_url
    if is_part_wanted(request):
        # Its dialog was closed.
        decisions.drop(run)
        return HttpResponse(status=204)
    if decisions.drop(run):
        messages.info(request, "The plan was dropped. Nothing was changed.")
        return redirect(list_url)
    messages.info(request, NOT_ANY_MORE)
    return None


@_decision(visible_run)
def undo(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """The plan that takes the run back, with the person's own key."""
    if not may_be_undone(run):
        messages.error(request, "This can be undone no more.")
        return None
    return _follow_up(request, lambda nonce: start_undo(nonce, signed_in_person(request), run))


@_decision(visible_run)
def retry(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """The plan that tries again what the run did not get done."""
    if not may_be_tried_again(run):
        messages.info(request, "There is nothing in it to try again.")
        return None
    with_unknown = request.POST.get("unknown") == "yes"
    person = signed_in_person(request)
    return _follow_up(
        request, lambda nonce: start_retry(nonce, person, run, with_unknown_creations=with_unknown)
    )


def _follow_up(request: HttpRequest, start: Callable[[uuid.UUID], BulkRun]) -> HttpResponse | None:
    try:
        follow_up = start(read_nonce(request.POST))
    except SelectionRefused as refusal:
        messages.info(request, str(refusal))
        return None
    do_at_once(follow_up)
    return redirect(follow_up)
